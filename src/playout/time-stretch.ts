import type { DecodeRate } from './decode-rate.ts';
import { coarse, compareStretches, parabolicOffset } from './similarity.ts';

/** Half of the 30 ms looked at, samples at 8 kHz: the cut is made in their middle (libwebrtc, TimeStretch). */
const MIDDLE_8K = 120;

/** Where in the stretch the cut is made, samples: 15 ms. So many samples may have been played already when time is added; what is changed comes after. */
export function middleOfStretch({ fold }: DecodeRate): number {
  return MIDDLE_8K * fold;
}

/** How much is looked at to stretch time, samples: 30 ms. */
export function stretchSamples(rate: DecodeRate): number {
  return 2 * middleOfStretch(rate);
}

/** Periods searched, in samples at 4 kHz (2.5 to 14.75 ms), and the length compared, from 15 ms on. */
const MIN_LAG = 10;
const MAX_LAG = 59;
const CORRELATION_FROM = 60;
const CORRELATION_LENGTH = 50;

/** Two periods are alike enough to leave one out, or play one twice. */
const MIN_CORRELATION = 0.9;

/** A stretch is speech when it has more than this many times the energy of the background. */
const ACTIVE_OVER_BACKGROUND = 8;

/** The period in samples that the 30 ms from `start` repeat with best. */
function periodOf(x: Float32Array, start: number, rate: DecodeRate): number {
  const { coarseStep } = rate;
  const low = coarse(x, start, CORRELATION_FROM + CORRELATION_LENGTH, coarseStep);
  const correlations = new Float64Array(MAX_LAG - MIN_LAG + 1);
  const from = CORRELATION_FROM;
  let best = 0;
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) {
    let sum = 0;
    for (let i = 0; i < CORRELATION_LENGTH; i++) sum += (low[from + i] as number) * (low[from + i - lag] as number);
    correlations[lag - MIN_LAG] = sum;
    if (sum > (correlations[best] as number)) best = lag - MIN_LAG;
  }
  const middle = correlations[best] as number;
  const offset = parabolicOffset(correlations[best - 1] ?? middle, middle, correlations[best + 1] ?? middle);
  return Math.min(middleOfStretch(rate), Math.max(MIN_LAG * coarseStep, Math.round((best + MIN_LAG + offset) * coarseStep)));
}

/**
 * The period that can be left out or played twice without being heard, in samples: found in the 30 ms of `x` from `start`, when the
 * two periods around their middle are alike or are no speech. Null when neither.
 * @param backgroundPower mean square of the background noise
 */
export function stretchablePeriod(x: Float32Array, start: number, backgroundPower: number, rate: DecodeRate): number | null {
  const period = periodOf(x, start, rate);
  const middle = start + middleOfStretch(rate);
  const { correlation, energyA, energyB } = compareStretches(x, middle - period, middle, period);
  const active = (energyA + energyB) / (2 * period) > ACTIVE_OVER_BACKGROUND * backgroundPower;
  return correlation > MIN_CORRELATION || !active ? period : null;
}

/** Leaves out one period of `x` after `cut`; what follows, up to `end`, moves up by it. The samples before the cut but one period are untouched. */
export function accelerate(x: Float32Array, cut: number, end: number, period: number): void {
  for (let i = 0; i < period; i++) {
    const fade = (i + 1) / (period + 1);
    const at = cut - period + i;
    x[at] = (1 - fade) * (x[at] as number) + fade * (x[cut + i] as number);
  }
  x.copyWithin(cut, cut + period, end);
}

/** Plays one period of `x` around `cut` twice; what follows, up to `end`, moves back by it. What lies before the cut is untouched. */
export function preemptiveExpand(x: Float32Array, cut: number, end: number, period: number): void {
  x.copyWithin(cut + period, cut, end);
  for (let i = 0; i < period; i++) {
    const fade = (i + 1) / (period + 1);
    x[cut + i] = (1 - fade) * (x[cut + period + i] as number) + fade * (x[cut - period + i] as number);
  }
}
