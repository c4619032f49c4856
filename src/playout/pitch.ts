import type { DecodeRate } from './decode-rate.ts';
import { coarse, compareStretches, type Likeness } from './similarity.ts';

/** Periods searched, in samples at 4 kHz (2.5 to 15.75 ms), and the length compared, over the last 32 ms (libwebrtc, Expand). */
const MIN_LAG = 10;
const MAX_LAG = 63;
const CORRELATION_LENGTH = 60;
const HISTORY = 128;

/** Candidates, and how far around each the best fit is looked for: 0.5 ms, comparing 2.5 ms; samples at 8 kHz. */
const CANDIDATES = 3;
const REFINE_RANGE_8K = 4;
const REFINE_LENGTH_8K = 20;

/** Below this a fit is perfect, and its quality no longer a quotient: one 16-bit step. */
const MIN_DISTORTION: number = 1 / 32768;

/** The last two periods are compared over a period and 1.25 ms, at least 7.5 and at most 15 ms; samples at 8 kHz. */
const COMPARE_BEYOND_8K = 10;
const MIN_COMPARED_8K = 60;
const MAX_COMPARED_8K = 120;

/** The longest period that can be found, samples. */
export function maxPeriodSamples({ coarseStep, fold }: DecodeRate): number {
  return MAX_LAG * coarseStep + REFINE_RANGE_8K * fold;
}

/** The pitch of the last 32 ms before a gap. */
export interface Pitch {
  /** Where the sound fits itself best, by difference and by correlation, samples. */
  readonly bestFit: number;
  readonly mostAlike: number;
  /** Normalised correlation of the last period with the one before, -1 to 1. */
  readonly correlation: number;
  /** Amplitude of the last period over the one before; 1 when either is silent. */
  readonly growth: number;
}

function strongestLags(low: Float64Array): number[] {
  const from = low.length - CORRELATION_LENGTH;
  const strength = new Float64Array(MAX_LAG + 1);
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) {
    let sum = 0;
    for (let i = from; i < low.length; i++) sum += (low[i] as number) * (low[i - lag] as number);
    strength[lag] = sum;
  }
  const at = (lag: number): number => (lag < MIN_LAG || lag > MAX_LAG ? Number.NEGATIVE_INFINITY : (strength[lag] as number));
  const peaks: number[] = [];
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) if (at(lag) >= at(lag - 1) && at(lag) > at(lag + 1)) peaks.push(lag);
  return peaks.sort((a, b) => at(b) - at(a)).slice(0, CANDIDATES);
}

/** Mean absolute difference of the last `length` samples before `end` from those a period earlier. */
function distortion(x: Float32Array, end: number, lag: number, length: number): number {
  let sum = 0;
  for (let i = end - length; i < end; i++) sum += Math.abs((x[i] as number) - (x[i - lag] as number));
  return sum / length;
}

/** How alike the sound before `end` is to itself a period earlier. */
function periodicity(x: Float32Array, end: number, period: number, fold: number): Likeness {
  const n = Math.min(MAX_COMPARED_8K * fold, Math.max(MIN_COMPARED_8K * fold, period + COMPARE_BEYOND_8K * fold));
  return compareStretches(x, end - n, end - n - period, n);
}

/** Finds the pitch period of the sound before `end`; needs 40 ms of it. For a silent past, the longest period, and no correlation. */
export function pitchBefore(x: Float32Array, end: number, { coarseStep, fold }: DecodeRate): Pitch {
  const range = REFINE_RANGE_8K * fold;
  let bestFit = MAX_LAG * coarseStep;
  let mostAlike = bestFit;
  let bestQuality = Number.NEGATIVE_INFINITY;
  for (const peak of strongestLags(coarse(x, end - HISTORY * coarseStep, HISTORY, coarseStep))) {
    const middle = peak * coarseStep;
    let fit = middle;
    let least = Number.POSITIVE_INFINITY;
    for (let lag = Math.max(MIN_LAG * coarseStep, middle - range); lag <= middle + range; lag++) {
      const difference = distortion(x, end, lag, REFINE_LENGTH_8K * fold);
      if (difference < least) {
        least = difference;
        fit = lag;
      }
    }
    const quality = periodicity(x, end, fit, fold).correlation / Math.max(least, MIN_DISTORTION);
    if (quality > bestQuality) {
      bestQuality = quality;
      bestFit = fit;
      mostAlike = middle;
    }
  }
  const { correlation, energyA, energyB } = periodicity(x, end, bestFit, fold);
  return { bestFit, mostAlike, correlation, growth: energyA > 0 && energyB > 0 ? Math.sqrt(energyA / energyB) : 1 };
}
