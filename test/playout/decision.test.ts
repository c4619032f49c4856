import { describe, expect, it } from 'vitest';
import { decide, type Situation } from '../../src/playout/decision.ts';

const PACKET = 960;

/** All is well: the packet in turn waits, at a delay within its limits. */
const CALM: Situation = {
  last: 'normal',
  leap: 0,
  samplesPerMs: 48,
  madeUp: 0,
  gain: 1,
  bufferedMs: 40,
  nextIsDtx: false,
  playoutDelayMs: 70,
  nextDelayMs: 70,
  targetMs: 60,
  maxDelayMs: 20,
  msSinceStretch: 1000,
};

describe('the decision', () => {
  it('plays what is in turn while the delay is between target and limit', () => {
    expect(decide(CALM)).toBe('normal');
    expect(decide({ ...CALM, playoutDelayMs: 60 })).toBe('normal');
    expect(decide({ ...CALM, playoutDelayMs: 99 })).toBe('normal');
  });

  it('slows down below the target, speeds up from the limit on: target, largest delay and 20 ms', () => {
    expect(decide({ ...CALM, playoutDelayMs: 59 })).toBe('preemptive-expand');
    expect(decide({ ...CALM, playoutDelayMs: 100 })).toBe('accelerate');
  });

  it('leaves 50 ms between two changes of speed, but for a delay of four times the limit', () => {
    expect(decide({ ...CALM, playoutDelayMs: 59, msSinceStretch: 40 })).toBe('normal');
    expect(decide({ ...CALM, playoutDelayMs: 399, msSinceStretch: 40 })).toBe('normal');
    expect(decide({ ...CALM, playoutDelayMs: 400, msSinceStretch: 40 })).toBe('accelerate');
  });

  it('never changes speed right after a concealment', () => {
    expect(decide({ ...CALM, last: 'concealed', playoutDelayMs: 500 })).toBe('normal');
  });

  it('conceals when nothing waits, and goes on with comfort noise for a second', () => {
    expect(decide({ ...CALM, leap: null })).toBe('conceal');
    expect(decide({ ...CALM, leap: null, last: 'noise', madeUp: 4800 })).toBe('noise');
    expect(decide({ ...CALM, leap: null, last: 'noise', madeUp: 48_000 })).toBe('conceal');
  });

  it('conceals a missing packet until as much has been made up as is missing, or too much waits', () => {
    const gap: Situation = { ...CALM, leap: 2 * PACKET };
    expect(decide(gap)).toBe('conceal');
    expect(decide({ ...gap, last: 'concealed', madeUp: PACKET })).toBe('conceal');
    expect(decide({ ...gap, last: 'concealed', madeUp: 2 * PACKET })).toBe('normal');
    expect(decide({ ...gap, last: 'concealed', madeUp: PACKET, bufferedMs: 111 })).toBe('normal');
  });

  it('waits for half the target after a concealment that has faded, unless the stream has broken off', () => {
    const faded: Situation = { ...CALM, last: 'concealed', gain: 0.4, bufferedMs: 20 };
    expect(decide(faded)).toBe('conceal');
    expect(decide({ ...faded, gain: 0.6 })).toBe('normal');
    expect(decide({ ...faded, bufferedMs: 30 })).toBe('normal');
    expect(decide({ ...faded, madeUp: 48_001 })).toBe('normal');
  });

  it('keeps the delay over a silence, but for one outside its window', () => {
    const silence: Situation = { ...CALM, last: 'noise', leap: 10 * PACKET, nextDelayMs: 60 };
    expect(decide({ ...silence, madeUp: 9 * PACKET })).toBe('noise');
    expect(decide({ ...silence, madeUp: 10 * PACKET })).toBe('normal');
    expect(decide({ ...silence, madeUp: 10 * PACKET, nextDelayMs: 20 })).toBe('noise');
    expect(decide({ ...silence, madeUp: PACKET, nextDelayMs: 90 })).toBe('normal');
  });
});
