import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { DueHeap } from '../../src/path/due-heap.ts';

describe('a heap of due times', () => {
  it('gives back what a stable sort would, whatever goes in', () => {
    const rng = createRng(1);
    for (let round = 0; round < 200; round++) {
      const heap = new DueHeap<{ dueMs: number; order: number }>();
      // Few distinct times, so that equals are common.
      const items = Array.from({ length: Math.floor(rng.next() * 60) }, (_, order) => ({ dueMs: Math.floor(rng.next() * 12), order }));
      for (const item of items) heap.push(item.dueMs, item);
      expect(Array.from({ length: heap.size }, () => heap.pop())).toEqual(items.toSorted((a, b) => a.dueMs - b.dueMs));
      expect(heap.pop()).toBeUndefined();
    }
  });

  it('holds the order while items come and go', () => {
    const rng = createRng(2);
    const heap = new DueHeap<number>();
    const model: { dueMs: number; item: number }[] = [];
    for (let item = 0; item < 5000; item++) {
      if (rng.next() < 0.55) {
        const dueMs = Math.floor(rng.next() * 100);
        heap.push(dueMs, item);
        const place = model.findIndex((other) => other.dueMs > dueMs);
        model.splice(place === -1 ? model.length : place, 0, { dueMs, item });
      } else {
        expect(heap.nextDueMs()).toBe(model[0]?.dueMs ?? null);
        expect(heap.pop()).toBe(model.shift()?.item);
      }
      expect(heap.size).toBe(model.length);
    }
  });

  it('refuses a time that is not a number', () => {
    expect(() => new DueHeap<string>().push(Number.NaN, 'lost')).toThrow(RangeError);
  });
});
