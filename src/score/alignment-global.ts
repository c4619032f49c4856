import { createFft, nextPowerOfTwo } from '../dsp/fft.ts';
import { prefixSums } from '../dsp/statistics.ts';
import type { AlignmentFeatures } from './alignment-features.ts';
import { FEATURE_BANDS } from './alignment-features.ts';

/** An overlap counts as holding at least this share of either sound, so that a short chance match at the ends cannot win. */
const LEAST_SHARE = 0.3;

/**
 * The one delay, in frames, at which the features of both sounds agree best: how much later the recording has it. Any lag that lets
 * them touch is tried, either way. 0 when either has no frames.
 */
export function globalLag(reference: AlignmentFeatures, recording: AlignmentFeatures): number {
  if (reference.frames === 0 || recording.frames === 0) return 0;
  const products = correlateBands(reference, recording);
  const own = prefixSums(reference.energy);
  const other = prefixSums(recording.energy);
  const ownLeast = LEAST_SHARE * (own[reference.frames] as number);
  const otherLeast = LEAST_SHARE * (other[recording.frames] as number);
  let best = -Infinity;
  let bestLag = 0;
  for (let lag = 1 - reference.frames; lag < recording.frames; lag++) {
    const from = Math.max(0, lag);
    const to = Math.min(recording.frames, reference.frames + lag);
    const ownEnergy = (own[to - lag] as number) - (own[from - lag] as number);
    const otherEnergy = (other[to] as number) - (other[from] as number);
    const score =
      (products[(lag + products.length) % products.length] as number) /
      Math.sqrt(Math.max(ownEnergy, ownLeast) * Math.max(otherEnergy, otherLeast));
    if (score > best) {
      best = score;
      bestLag = lag;
    }
  }
  return bestLag;
}

/** Sum over bands of Σ reference[t] · recording[t + lag], circular: negative lags lie at the end. */
function correlateBands(reference: AlignmentFeatures, recording: AlignmentFeatures): Float64Array {
  const size = nextPowerOfTwo(reference.frames + recording.frames);
  const left = createFft(size);
  const right = createFft(size);
  const sum = new Float64Array(size + 2);
  for (let band = 0; band < FEATURE_BANDS; band++) {
    for (let t = 0; t < reference.frames; t++) left.input[t] = reference.values[t * FEATURE_BANDS + band] as number;
    for (let t = 0; t < recording.frames; t++) right.input[t] = recording.values[t * FEATURE_BANDS + band] as number;
    const x = left.forward();
    const y = right.forward();
    for (let k = 0; k < sum.length; k += 2) {
      const [xr, xi, yr, yi] = [x[k] as number, x[k + 1] as number, y[k] as number, y[k + 1] as number];
      sum[k] = (sum[k] as number) + xr * yr + xi * yi;
      sum[k + 1] = (sum[k + 1] as number) + xr * yi - xi * yr;
    }
  }
  left.spectrum.set(sum);
  return left.inverse();
}
