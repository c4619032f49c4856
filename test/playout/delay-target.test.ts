import { describe, expect, it } from 'vitest';
import type { PlayoutSettings } from '../../src/core/call-plan.ts';
import { createRng } from '../../src/core/rng.ts';
import { createArrivalHistory } from '../../src/playout/arrival-history.ts';
import { decodeRate } from '../../src/playout/decode-rate.ts';
import { createDelayTarget } from '../../src/playout/delay-target.ts';

const SETTINGS: PlayoutSettings = { concealment: 'neteq', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 };

/** The target after packets every 20 ms that took the given time. */
function targetAfter(seconds: number, delayMs: (index: number) => number, settings: PlayoutSettings = SETTINGS): number {
  const history = createArrivalHistory(decodeRate(48_000));
  const target = createDelayTarget(settings, 20);
  const packets = Array.from({ length: seconds * 50 }, (_, i) => ({ timestamp: i * 960, arrivalMs: i * 20 + delayMs(i) }));
  packets.sort((a, b) => a.arrivalMs - b.arrivalMs);
  for (const { timestamp, arrivalMs } of packets) {
    const seen = history.insert(timestamp, arrivalMs);
    target.update(seen.delayMs, seen.reordered, arrivalMs);
  }
  return target.targetMs();
}

describe('the target delay', () => {
  it('starts at 80 ms', () => {
    expect(targetAfter(0.2, () => 30)).toBe(80);
  });

  it('is one bucket of 20 ms when nothing jitters, however long the path', () => {
    expect(targetAfter(10, () => 30)).toBe(20);
    expect(targetAfter(10, () => 530)).toBe(20);
  });

  it('is 80 ms when one packet in twenty comes 60 ms late', () => {
    const rng = createRng(4);
    const late = Array.from({ length: 3000 }, () => rng.next() < 0.05);
    // Late by 60 ms and not overtaken: those behind it wait with it, as in a queue that stalls.
    expect(targetAfter(60, (i) => (late[i] ? 60 : late[i - 1] ? 40 : late[i - 2] ? 20 : 0))).toBe(80);
  });

  it('grows with the jitter and stays within the bounds', () => {
    const rng = createRng(6);
    const spread = (widthMs: number) => (): number => Math.floor(rng.next() * widthMs);
    expect(targetAfter(20, spread(200))).toBeGreaterThan(targetAfter(20, spread(50)));
    expect(targetAfter(20, spread(200), { ...SETTINGS, maxDelayMs: 90 })).toBe(90);
    expect(targetAfter(20, () => 0, { ...SETTINGS, minDelayMs: 150 })).toBe(150);
  });

  it('forgets a stall after some seconds of calm', () => {
    const stalled = (seconds: number): number => targetAfter(seconds, (i) => (i >= 100 && i < 115 ? 300 - (i - 100) * 20 : 0));
    expect(stalled(4)).toBeGreaterThan(200);
    expect(stalled(120)).toBe(20);
  });
});

describe('the arrival history', () => {
  it('measures delay against the fastest packet of the last two seconds', () => {
    const history = createArrivalHistory(decodeRate(48_000));
    expect(history.insert(0, 100)).toEqual({ delayMs: 0, reordered: false, known: false });
    expect(history.insert(960, 170)).toEqual({ delayMs: 50, reordered: false, known: false });
    expect(history.maxDelayMs()).toBe(50);
    expect(history.delayMs(960, 200)).toBe(80);
    history.insert(960 + 2 * 96_000, 4200);
    expect(history.maxDelayMs()).toBe(0);
  });

  it('knows a packet that was overtaken', () => {
    const history = createArrivalHistory(decodeRate(48_000));
    history.insert(960, 100);
    expect(history.insert(0, 110).reordered).toBe(true);
  });

  it('knows a packet that has come already', () => {
    const history = createArrivalHistory(decodeRate(8_000));
    expect(history.insert(160, 100).known).toBe(false);
    expect(history.insert(160, 140).known).toBe(true);
    expect(history.maxDelayMs()).toBe(0);
  });
});
