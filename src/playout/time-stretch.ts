import { COARSE_STEP, coarse, compareStretches, parabolicOffset } from './similarity.ts';

/** Samples at 48 kHz looked at: 30 ms, and the middle of them, where the cut is made (libwebrtc, TimeStretch). */
export const STRETCH_SAMPLES = 1440;
const MIDDLE = 720;

/** Already played samples that may lie in the stretch when time is added: 15 ms. What is changed comes after them. */
export const STRETCH_PAST_SAMPLES = 720;

/** Periods searched, in samples at 4 kHz (2.5 to 14.75 ms), and the length compared. */
const MIN_LAG = 10;
const MAX_LAG = 59;
const CORRELATION_LENGTH = 50;

/** Two periods are alike enough to leave one out, or play one twice. */
const MIN_CORRELATION = 0.9;

/** A stretch is speech when it has more than this many times the energy of the background. */
const ACTIVE_OVER_BACKGROUND = 8;

/** The period in samples at 48 kHz that the 30 ms from `start` repeat with best. */
function periodOf(x: Float32Array, start: number): number {
  const low = coarse(x, start, STRETCH_SAMPLES / COARSE_STEP);
  const correlations = new Float64Array(MAX_LAG - MIN_LAG + 1);
  const from = low.length - CORRELATION_LENGTH;
  let best = 0;
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) {
    let sum = 0;
    for (let i = 0; i < CORRELATION_LENGTH; i++) sum += (low[from + i] as number) * (low[from + i - lag] as number);
    correlations[lag - MIN_LAG] = sum;
    if (sum > (correlations[best] as number)) best = lag - MIN_LAG;
  }
  const middle = correlations[best] as number;
  const offset = parabolicOffset(correlations[best - 1] ?? middle, middle, correlations[best + 1] ?? middle);
  return Math.min(MIDDLE, Math.max(MIN_LAG * COARSE_STEP, Math.round((best + MIN_LAG + offset) * COARSE_STEP)));
}

/**
 * The period that can be left out or played twice without being heard, in samples at 48 kHz: found in the 30 ms of `x` from `start`, when the
 * two periods around their middle are alike or are no speech. Null when neither.
 * @param backgroundPower mean square of the background noise
 */
export function stretchablePeriod(x: Float32Array, start: number, backgroundPower: number): number | null {
  const period = periodOf(x, start);
  const { correlation, energyA, energyB } = compareStretches(x, start + MIDDLE - period, start + MIDDLE, period);
  const active = (energyA + energyB) / (2 * period) > ACTIVE_OVER_BACKGROUND * backgroundPower;
  return correlation > MIN_CORRELATION || !active ? period : null;
}

/** Leaves out one period of `x` after `start`; what follows, up to `end`, moves up by it. The samples before the middle but one period are untouched. */
export function accelerate(x: Float32Array, start: number, end: number, period: number): void {
  const cut = start + MIDDLE;
  for (let i = 0; i < period; i++) {
    const fade = (i + 1) / (period + 1);
    const at = cut - period + i;
    x[at] = (1 - fade) * (x[at] as number) + fade * (x[cut + i] as number);
  }
  x.copyWithin(cut, cut + period, end);
}

/** Plays one period of `x` around the middle after `start` twice; what follows, up to `end`, moves back by it. The first 15 ms are untouched. */
export function preemptiveExpand(x: Float32Array, start: number, end: number, period: number): void {
  const cut = start + MIDDLE;
  x.copyWithin(cut + period, cut, end);
  for (let i = 0; i < period; i++) {
    const fade = (i + 1) / (period + 1);
    x[cut + i] = (1 - fade) * (x[cut + period + i] as number) + fade * (x[cut - period + i] as number);
  }
}
