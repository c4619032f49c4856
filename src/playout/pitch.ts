import type { DecodeRate } from './decode-rate.ts';
import { coarse, compareStretches, parabolicOffset } from './similarity.ts';

/** Periods searched, in samples at 4 kHz (2.5 to 15 ms), and the length compared, of the last 31 ms (libwebrtc, Expand::Correlation). */
const MIN_LAG = 10;
const MAX_LAG = 60;
const CORRELATION_LENGTH = 60;
const HISTORY = 124;

/** Candidates, each so many samples at 4 kHz from the next. */
const CANDIDATES = 3;
const CANDIDATE_GUARD = 2;

/** How far around each candidate the best fit is looked for, comparing 2.5 ms; its least and longest lag. Samples at 8 kHz. */
const REFINE_RANGE_8K = 4;
const REFINE_LENGTH_8K = 20;
const MIN_LAG_8K = 20;
const MAX_LAG_8K = 120;

/** The last two periods are compared over so much at least; samples at 8 kHz. */
const MIN_COMPARED_8K = 60;
/** And over so many samples more than the period, at any rate. */
const COMPARE_BEYOND = 10;

/** Below this a fit is perfect, and its quality no longer a quotient: one 16-bit step. */
const MIN_DISTORTION: number = 1 / 32768;

/** The pitch of the last 31 ms before a gap, samples. */
export interface Pitch {
  /** Where the sound differs least from itself, and where it is most like itself. */
  readonly leastDifferent: number;
  readonly mostAlike: number;
  /** Normalised correlation of the last period with one before, -1 to 1; 0 for silence. */
  readonly correlation: number;
}

interface Candidate {
  /** Lag in samples at the rate. */
  readonly lag: number;
  readonly strength: number;
}

/** The lags of the strongest correlation at 4 kHz. */
function strongestLags(low: Float64Array, step: number): Candidate[] {
  const from = low.length - CORRELATION_LENGTH;
  const strength = new Float64Array(MAX_LAG - MIN_LAG + 1);
  for (let k = 0; k < strength.length; k++) {
    let sum = 0;
    for (let i = from; i < low.length; i++) sum += (low[i] as number) * (low[i - MIN_LAG - k] as number);
    strength[k] = sum;
  }
  const candidates: Candidate[] = [];
  for (let n = 0; n < CANDIDATES; n++) {
    let best = 0;
    for (let k = 1; k < strength.length; k++) if ((strength[k] as number) > (strength[best] as number)) best = k;
    const middle = strength[best] as number;
    const offset = parabolicOffset(strength[best - 1] ?? middle, middle, strength[best + 1] ?? middle);
    candidates.push({ lag: Math.round((best + MIN_LAG + offset) * step), strength: middle });
    strength.fill(0, Math.max(0, best - CANDIDATE_GUARD), best + CANDIDATE_GUARD + 1);
  }
  return candidates;
}

/** Sum of absolute differences of the last `length` samples before `end` from those a period earlier. */
function difference(x: Float32Array, end: number, lag: number, length: number): number {
  let sum = 0;
  for (let i = end - length; i < end; i++) sum += Math.abs((x[i] as number) - (x[i - lag] as number));
  return sum;
}

/** Finds the pitch period of the sound before `end`; needs 40 ms of it. For a silent past, the shortest period, and no correlation. */
export function pitchBefore(x: Float32Array, end: number, { coarseStep, fold }: DecodeRate): Pitch {
  let leastDifferent = MIN_LAG_8K * fold;
  let mostAlike = leastDifferent;
  let bestRatio = Number.NEGATIVE_INFINITY;
  for (const { lag: middle, strength } of strongestLags(coarse(x, end - HISTORY * coarseStep, HISTORY, coarseStep), coarseStep)) {
    let fit = middle;
    let least = Number.POSITIVE_INFINITY;
    const to = Math.min(MAX_LAG_8K * fold - 1, middle + REFINE_RANGE_8K * fold);
    for (let lag = Math.max(MIN_LAG_8K * fold, middle - REFINE_RANGE_8K * fold); lag <= to; lag++) {
      const now = difference(x, end, lag, REFINE_LENGTH_8K * fold);
      if (now < least) {
        least = now;
        fit = lag;
      }
    }
    const ratio = strength / Math.max(least, MIN_DISTORTION);
    if (ratio > bestRatio) {
      bestRatio = ratio;
      leastDifferent = fit;
      mostAlike = middle;
    }
  }
  const compared = Math.max(MIN_COMPARED_8K * fold, Math.min(leastDifferent + COMPARE_BEYOND, MAX_LAG_8K * fold));
  return { leastDifferent, mostAlike, correlation: bestCorrelation(x, end, leastDifferent, mostAlike, compared) };
}

/** The normalised correlation at the lag between `a` and `b` at which the sounds agree most. */
function bestCorrelation(x: Float32Array, end: number, a: number, b: number, length: number): number {
  const from = end - length;
  let best = Math.min(a, b);
  let strongest = Number.NEGATIVE_INFINITY;
  for (let lag = Math.min(a, b); lag <= Math.max(a, b); lag++) {
    let sum = 0;
    for (let i = from; i < end; i++) sum += (x[i] as number) * (x[i - lag] as number);
    if (sum > strongest) {
      strongest = sum;
      best = lag;
    }
  }
  return compareStretches(x, from, from - best, length).correlation;
}
