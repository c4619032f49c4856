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
  dtxWaits: false,
  nextIsDtx: false,
  noiseLasts: false,
  playoutDelayMs: 70,
  targetMs: 60,
  maxDelayMs: 20,
  mayStretch: true,
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

  it('leaves time between two changes of speed, but for a delay of four times the limit', () => {
    expect(decide({ ...CALM, playoutDelayMs: 59, mayStretch: false })).toBe('normal');
    expect(decide({ ...CALM, playoutDelayMs: 399, mayStretch: false })).toBe('normal');
    expect(decide({ ...CALM, playoutDelayMs: 400, mayStretch: false })).toBe('accelerate');
  });

  it('never changes speed right after a concealment', () => {
    expect(decide({ ...CALM, last: 'concealed', playoutDelayMs: 500 })).toBe('normal');
  });

  it('conceals when nothing waits, and goes on with comfort noise for a second', () => {
    expect(decide({ ...CALM, leap: null })).toBe('conceal');
    expect(decide({ ...CALM, leap: null, last: 'noise', madeUp: 4800 })).toBe('noise');
    expect(decide({ ...CALM, leap: null, last: 'noise', madeUp: 48_001 })).toBe('conceal');
    expect(decide({ ...CALM, leap: null, last: 'noise', madeUp: 48_001, noiseLasts: true })).toBe('noise');
  });

  it('conceals a missing packet until as much has been made up as is missing, or too much waits', () => {
    const gap: Situation = { ...CALM, leap: 2 * PACKET };
    expect(decide(gap)).toBe('conceal');
    expect(decide({ ...gap, last: 'concealed', madeUp: PACKET })).toBe('conceal');
    expect(decide({ ...gap, last: 'concealed', madeUp: 2 * PACKET })).toBe('merge');
    expect(decide({ ...gap, last: 'concealed', madeUp: PACKET, bufferedMs: 110 })).toBe('conceal');
    expect(decide({ ...gap, last: 'concealed', madeUp: PACKET, bufferedMs: 111 })).toBe('merge');
  });

  it('waits for half the target after a concealment that has faded, unless a silence waits', () => {
    const faded: Situation = { ...CALM, last: 'concealed', gain: 0.4, bufferedMs: 20 };
    expect(decide(faded)).toBe('conceal');
    expect(decide({ ...faded, gain: 0.6 })).toBe('normal');
    expect(decide({ ...faded, bufferedMs: 30 })).toBe('normal');
    expect(decide({ ...faded, dtxWaits: true })).toBe('normal');
  });

  it('ends a silence when as much of it has been played as was sent, or too much waits', () => {
    const silence: Situation = { ...CALM, last: 'noise', leap: 10 * PACKET };
    expect(decide({ ...silence, madeUp: 9 * PACKET })).toBe('noise');
    expect(decide({ ...silence, madeUp: 10 * PACKET })).toBe('normal');
    expect(decide({ ...silence, madeUp: 9 * PACKET, bufferedMs: 111 })).toBe('normal');
  });

  it('neither stretches nor merges into what says that the sender is silent', () => {
    expect(decide({ ...CALM, nextIsDtx: true, dtxWaits: true, playoutDelayMs: 0 })).toBe('normal');
    expect(decide({ ...CALM, nextIsDtx: true, dtxWaits: true, last: 'concealed', leap: PACKET, madeUp: PACKET })).toBe('normal');
  });
});
