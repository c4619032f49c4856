import { describe, expect, it } from 'vitest';
import { createMediaWatch, type MediaWatch } from '../../src/call/media-watch.ts';
import type { Direction } from '../../src/core/packet.ts';

/** Packets sent every 20 ms over a span, and heard 30 ms later. */
function flow(watch: MediaWatch, direction: Direction, fromMs: number, toMs: number, heard: boolean): void {
  const delivered: number[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += 20) {
    watch.sent(direction, atMs);
    delivered.push(atMs + 30);
    while (heard && (delivered[0] ?? Number.POSITIVE_INFINITY) <= atMs) watch.heard(direction, delivered.shift() as number);
  }
}

describe('the watch over media', () => {
  it('finds nothing wrong with a flow that goes on', () => {
    const watch = createMediaWatch(400);
    flow(watch, 'up', 0, 5000, true);
    flow(watch, 'down', 0, 5000, true);
    expect(watch.unheard()).toEqual([]);
    expect(watch.newlyStopped(5000)).toEqual([]);
    expect(watch.isDead(5000, 1200)).toBe(false);
  });

  it('finds a direction stopped once nothing has come for the gap, and says so once', () => {
    const watch = createMediaWatch(400);
    flow(watch, 'up', 0, 1000, true);
    flow(watch, 'up', 1000, 2000, false);
    expect(watch.newlyStopped(1300)).toEqual([]);
    expect(watch.newlyStopped(1500)).toEqual([{ direction: 'up', lastHeardMs: expect.closeTo(990, -2) }]);
    expect(watch.newlyStopped(2000)).toEqual([]);
  });

  it('does not take a silent sender for a dead path', () => {
    const watch = createMediaWatch(400);
    watch.sent('up', 0);
    watch.heard('up', 30);
    expect(watch.newlyStopped(60_000)).toEqual([]);
  });

  it('leaves a direction never heard to the first-media phase', () => {
    const watch = createMediaWatch(400);
    flow(watch, 'up', 0, 2000, false);
    expect(watch.unheard()).toEqual(['up', 'down']);
    expect(watch.newlyStopped(2000)).toEqual([]);
  });

  it('calls the call dead only when neither direction has had anything for so long', () => {
    const watch = createMediaWatch(400);
    flow(watch, 'up', 0, 3000, false);
    flow(watch, 'down', 0, 1000, true);
    expect(watch.isDead(1100, 1200)).toBe(false);
    flow(watch, 'down', 1000, 3000, false);
    expect(watch.isDead(2000, 1200)).toBe(false);
    expect(watch.isDead(2500, 1200)).toBe(true);
  });
});
