import { describe, expect, it } from 'vitest';
import { createMediaWatch, type MediaWatch } from '../../src/call/media-watch.ts';
import type { Direction } from '../../src/core/packet.ts';

/** Packets sent every 20 ms over a span, each heard before the next or none at all. */
function flow(watch: MediaWatch, direction: Direction, fromMs: number, toMs: number, heard: boolean): void {
  for (let atMs = fromMs; atMs < toMs; atMs += 20) {
    watch.sent(direction, atMs);
    if (heard) watch.heard(direction);
  }
}

describe('the watch over media', () => {
  it('finds nothing wrong with a flow that goes on', () => {
    const watch = createMediaWatch();
    flow(watch, 'up', 0, 5000, true);
    flow(watch, 'down', 0, 5000, true);
    expect(watch.unheard()).toEqual([]);
    expect(watch.isDead(1200)).toBe(false);
  });

  it('names the directions never heard', () => {
    const watch = createMediaWatch();
    flow(watch, 'up', 0, 2000, false);
    expect(watch.unheard()).toEqual(['up', 'down']);
    watch.heard('down');
    expect(watch.unheard()).toEqual(['up']);
  });

  it('calls the call dead only when neither direction has had anything for so long', () => {
    const watch = createMediaWatch();
    flow(watch, 'up', 0, 3000, false);
    flow(watch, 'down', 0, 1000, true);
    flow(watch, 'down', 1000, 2000, false);
    expect(watch.isDead(1200)).toBe(false);
    flow(watch, 'down', 2000, 3000, false);
    expect(watch.isDead(1200)).toBe(true);
  });

  it('does not take pauses of the senders for a dead call: one packet lost before each, and both have nothing to say for long', () => {
    const watch = createMediaWatch();
    for (const direction of ['up', 'down'] as const) {
      flow(watch, direction, 0, 1000, true);
      flow(watch, direction, 1000, 1020, false);
      flow(watch, direction, 20_000, 20_020, false);
    }
    expect(watch.isDead(1200)).toBe(false);
  });
});
