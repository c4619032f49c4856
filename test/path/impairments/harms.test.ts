import { describe, expect, it } from 'vitest';
import type { Impairment } from '../../../src/core/path-profile.ts';
import { createRng } from '../../../src/core/rng.ts';
import { createImpair } from '../../../src/path/impairments/create-impair.ts';
import { dueTimes, heldTimes, losses, shareOf, VOICE, VOICE_BYTES } from '../../support/impairments.ts';
import { fitsDistribution, Z99 } from '../../support/statistics.ts';

const COUNT = 20_000;
const within99 = (share: number, ratio: number, count: number = COUNT): boolean =>
  Math.abs(share - ratio) < Z99 * Math.sqrt((ratio * (1 - ratio)) / count);

describe('reordering', () => {
  const reorder = (reorderRatio: number, gapPackets: number): Impairment => ({ kind: 'reorder', reorderRatio, gapPackets, delayMs: 50 });

  it('sends its share at once and holds the others for its delay', () => {
    const held = heldTimes(reorder(0.25, 1), COUNT, 20);
    expect(new Set(held)).toEqual(new Set([0, 50]));
    expect(within99(held.filter((ms) => ms === 0).length / COUNT, 0.25)).toBe(true);
  });

  it('with a gap sends every so-many-th packet at once, as netem with a share of all', () => {
    const held = heldTimes(reorder(1, 5), 100, 20);
    expect(held.flatMap((ms, i) => (ms === 0 ? [i] : []))).toEqual(Array.from({ length: 20 }, (_, i) => 5 * i + 4));
  });

  it('with a gap and a share waits for the gap, then for the draw', () => {
    const held = heldTimes(reorder(0.5, 4), COUNT, 20);
    const places = held.flatMap((ms, i) => (ms === 0 ? [i] : []));
    const steps = places.slice(1).map((place, i) => place - (places[i] as number));
    expect(Math.min(...steps)).toBe(4);
    expect(within99(steps.filter((step) => step === 4).length / steps.length, 0.5, steps.length)).toBe(true);
  });

  it('makes packets overtake those sent within its delay before them, and no others', () => {
    const due = dueTimes(reorder(0.2, 1), 2000, 20) as number[];
    due.forEach((dueMs, i) => {
      const overtaken = due.slice(0, i).filter((other) => other > dueMs).length;
      expect(overtaken).toBeLessThanOrEqual(2);
    });
    expect(due).not.toEqual(due.toSorted((a, b) => a - b));
  });
});

describe('doubling', () => {
  it('copies its share of the packets, holds none and drops none', () => {
    const impair = createImpair({ kind: 'duplicate', duplicateRatio: 0.1 }, createRng(1));
    const verdicts = Array.from({ length: COUNT }, (_, i) => impair(VOICE, i, 0, i));
    const copies = verdicts.filter((verdict) => verdict !== 'dropped' && verdict.copy === true).length;
    expect(within99(copies / COUNT, 0.1)).toBe(true);
    expect(verdicts.every((verdict, i) => verdict !== 'dropped' && verdict.dueMs === i)).toBe(true);
  });
});

describe('corruption', () => {
  it('flips one bit of its share of the packets, anywhere in them as often as anywhere else', () => {
    const impair = createImpair({ kind: 'corrupt', corruptRatio: 0.3 }, createRng(2));
    const verdicts = Array.from({ length: COUNT }, (_, i) => impair(VOICE, i, 0, i));
    const bits = verdicts.flatMap((verdict) => (verdict !== 'dropped' && verdict.flippedBit !== undefined ? [verdict.flippedBit] : []));
    expect(within99(bits.length / COUNT, 0.3)).toBe(true);
    const bitsOfPacket = 8 * VOICE.sizeBytes;
    expect(bits.every((bit) => Number.isInteger(bit) && bit >= 0 && bit < bitsOfPacket)).toBe(true);
    expect(fitsDistribution(bits, (bit) => (bit + 1) / bitsOfPacket)).toBe(true);
  });

  it('leaves a packet without payload as it is', () => {
    const impair = createImpair({ kind: 'corrupt', corruptRatio: 1 }, createRng(1));
    expect(impair({ ...VOICE, sizeBytes: 0 }, 5, 0, 5)).toEqual({ dueMs: 5 });
  });
});

describe('an outage', () => {
  it('loses all at the end of each period, counted from when the rule woke, and nothing else', () => {
    const impair = createImpair({ kind: 'outage', periodMs: 1000, lengthMs: 300 }, createRng(1));
    for (let atMs = 123; atMs < 5123; atMs += 1) {
      const isOut = (atMs - 123) % 1000 >= 700;
      expect(impair(VOICE, atMs, 123, atMs) === 'dropped').toBe(isOut);
    }
  });

  it('as long as its period never ends, of no length never begins', () => {
    expect(shareOf(losses({ kind: 'outage', periodMs: 100, lengthMs: 100 }, 1, 500))).toBe(1);
    expect(shareOf(losses({ kind: 'outage', periodMs: 100, lengthMs: 0 }, 1, 500))).toBe(0);
  });
});

describe('a stall', () => {
  it('holds all that comes at the end of each period until it is over, and nothing else', () => {
    const due = dueTimes({ kind: 'stall', periodMs: 1000, lengthMs: 300 }, 500, 10) as number[];
    due.forEach((dueMs, i) => {
      const atMs = 10 * i;
      expect(dueMs).toBe(atMs % 1000 >= 700 ? 1000 * (Math.floor(atMs / 1000) + 1) : atMs);
    });
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });
});

describe('an MTU', () => {
  it('drops datagrams over its size, the headers of UDP or TCP counted', () => {
    const isDropped = (mtuBytes: number, over: Partial<typeof VOICE>): boolean =>
      createImpair({ kind: 'mtu', mtuBytes }, createRng(1))({ ...VOICE, ...over }, 0, 0, 0) === 'dropped';
    expect([isDropped(VOICE_BYTES, {}), isDropped(VOICE_BYTES - 1, {})]).toEqual([false, true]);
    const segment = { packetClass: 'text', sizeBytes: 1448 } as const;
    expect([isDropped(1500, segment), isDropped(1499, segment)]).toEqual([false, true]);
  });
});
