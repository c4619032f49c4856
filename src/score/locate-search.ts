import { createFft, nextPowerOfTwo } from '../dsp/fft.ts';
import { prefixSums } from '../dsp/statistics.ts';
import { LOCATE_BANDS } from './locate-features.ts';

/** Stretches whose features vary by less than this in the mean hold nothing to compare, dB². */
const LEAST_VARIANCE = 1;
/** An overlap that holds a share of the pattern counts share^0.35: chance matches of an end count less, and of a pattern that repeats itself all is found. */
const SHARE_POWER = 0.35;
/** It is not looked at when it holds less than this. */
const LEAST_SHARE = 0.2;

/**
 * How alike the pattern and each stretch of the recording are: the normalised correlation over all frames and bands of what the two have in common, less
 * where that is not all of the pattern. Value i belongs to the stretch that begins at frame i − (frames of the pattern − 1): the pattern may hang
 * over either end of the recording. Time grows with the recording's length, times the logarithm of the pattern's.
 * @param pattern,features rows of `LOCATE_BANDS`, as `locateFeatures` gives them
 */
export function similarityByPlace(pattern: Float32Array, features: Float32Array): Float64Array {
  const own = pattern.length / LOCATE_BANDS;
  const frames = features.length / LOCATE_BANDS;
  if (own === 0 || frames === 0) return new Float64Array(0);
  const products = bandProducts(pattern, features, own, frames);
  const patternEnergy = prefixSums(rowEnergies(pattern));
  const energy = prefixSums(rowEnergies(features));
  const whole = patternEnergy[own] as number;
  return products.map((product, i) => {
    const lag = i - own + 1;
    const from = Math.max(0, lag);
    const to = Math.min(frames, lag + own);
    const common = (patternEnergy[to - lag] as number) - (patternEnergy[from - lag] as number);
    const share = common / whole;
    if (!(share > LEAST_SHARE)) return 0;
    const theirs = (energy[to] as number) - (energy[from] as number);
    const least = LEAST_VARIANCE * (to - from) * LOCATE_BANDS;
    return (product / Math.sqrt(Math.max(common, least) * Math.max(theirs, least))) * share ** SHARE_POWER;
  });
}

/** Σ of squares of each row. */
function rowEnergies(features: Float32Array): Float64Array {
  const out = new Float64Array(features.length / LOCATE_BANDS);
  for (let t = 0; t < out.length; t++) {
    let sum = 0;
    for (let b = 0; b < LOCATE_BANDS; b++) sum += (features[t * LOCATE_BANDS + b] as number) ** 2;
    out[t] = sum;
  }
  return out;
}

/** Σ over bands and frames of pattern · features for every place: overlap-save, so that a long recording needs no long transform. */
function bandProducts(pattern: Float32Array, features: Float32Array, own: number, frames: number): Float64Array {
  const size = Math.max(4096, nextPowerOfTwo(4 * own));
  const step = size - own + 1;
  const fft = createFft(size);
  const kernels: Float64Array[] = [];
  for (let b = 0; b < LOCATE_BANDS; b++) {
    fft.input.fill(0);
    // Turned round: a convolution with it is the correlation.
    for (let t = 0; t < own; t++) fft.input[own - 1 - t] = pattern[t * LOCATE_BANDS + b] as number;
    kernels.push(fft.forward().slice());
  }
  const out = new Float64Array(own + frames - 1);
  const sum = new Float64Array(size + 2);
  for (let start = 0; start < out.length; start += step) {
    const first = start - own + 1;
    sum.fill(0);
    for (let b = 0; b < LOCATE_BANDS; b++) {
      fft.input.fill(0);
      for (let t = Math.max(0, first); t < Math.min(frames, first + size); t++) {
        fft.input[t - first] = features[t * LOCATE_BANDS + b] as number;
      }
      addProducts(sum, fft.forward(), kernels[b] as Float64Array);
    }
    fft.spectrum.set(sum);
    const block = fft.inverse();
    for (let i = 0; i < step && start + i < out.length; i++) out[start + i] = block[own - 1 + i] as number;
  }
  return out;
}

/** Adds the product of two spectra. */
function addProducts(sum: Float64Array, x: Float64Array, k: Float64Array): void {
  for (let i = 0; i < sum.length; i += 2) {
    const [xr, xi, kr, ki] = [x[i] as number, x[i + 1] as number, k[i] as number, k[i + 1] as number];
    sum[i] = (sum[i] as number) + xr * kr - xi * ki;
    sum[i + 1] = (sum[i + 1] as number) + xr * ki + xi * kr;
  }
}
