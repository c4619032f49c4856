import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';
import { createDueQueue } from '../../src/path/due-queue.ts';

describe('a queue on a clock', () => {
  it('hands on every item once, in order of due time, when it is due', () => {
    const clock = new VirtualClock();
    const rng = createRng(1);
    const handed: { dueMs: number; item: number; atMs: number }[] = [];
    const queue = createDueQueue<{ dueMs: number; item: number }>(clock, (item) => handed.push({ ...item, atMs: clock.now() }));
    for (let item = 0; item < 2000; item++) {
      clock.advanceTo(item);
      const dueMs = item + 1 + rng.next() * 50;
      queue.add(dueMs, { dueMs, item });
    }
    clock.advanceTo(3000);
    expect(handed.map(({ item }) => item).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    expect(handed).toEqual(handed.toSorted((a, b) => a.dueMs - b.dueMs));
    expect(Math.max(...handed.map(({ dueMs, atMs }) => Math.abs(atMs - dueMs)))).toBeLessThanOrEqual(0.5);
  });

  it('hands on at once what is due within half a millisecond, after what was due before it', () => {
    const clock = new VirtualClock();
    const handed: string[] = [];
    const queue = createDueQueue<string>(clock, (item) => handed.push(item));
    queue.add(0.4, 'b');
    queue.add(5, 'd');
    expect(handed).toEqual(['b']);
    clock.advanceTo(4.9);
    queue.add(5, 'e');
    expect(handed).toEqual(['b', 'd', 'e']);
  });

  it('waits again when its timer comes early, as those of a real machine do', () => {
    const clock = new VirtualClock();
    const early = {
      now: () => clock.now(),
      schedule: (atMs: number, callback: () => void) => clock.schedule(Math.max(clock.now() + 0.2, atMs - 0.9), callback),
    };
    let handedAtMs = Number.NaN;
    createDueQueue<string>(early, () => {
      handedAtMs = clock.now();
    }).add(10, 'packet');
    for (let atMs = 0; atMs <= 12; atMs += 0.1) clock.advanceTo(atMs);
    expect(handedAtMs).toBeGreaterThanOrEqual(9.5);
    expect(handedAtMs).toBeLessThan(10.2);
  });

  it('forgets everything when cleared, and works on', () => {
    const clock = new VirtualClock();
    const handed: string[] = [];
    const queue = createDueQueue<string>(clock, (item) => handed.push(item));
    queue.add(10, 'forgotten');
    queue.clear();
    queue.add(20, 'kept');
    clock.advanceTo(30);
    expect(handed).toEqual(['kept']);
  });
});
