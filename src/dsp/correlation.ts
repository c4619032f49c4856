import { createFft, nextPowerOfTwo, type RealFft } from './fft.ts';

/** A correlation over a range of lags: `values[i]` belongs to lag `firstLag + i`. */
export interface Correlation {
  readonly values: Float64Array;
  readonly firstLag: number;
}

/**
 * Full linear cross-correlation c[lag] = Σ a[n] · b[n + lag], for lags −(a.length − 1) … b.length − 1: the peak's lag is how far b is
 * late against a. Empty when either signal is.
 */
export function crossCorrelate(a: ArrayLike<number>, b: ArrayLike<number>): Correlation {
  return createCorrelator(a).correlate(b);
}

/** Lag of the largest value, the first where several tie; 0 for none. */
export function peakLag(correlation: Correlation): number {
  const { values, firstLag } = correlation;
  if (values.length === 0) return 0;
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return firstLag + best;
}

/** A sound that others are laid over, with what of it is needed each time. */
export interface Correlator {
  /** As `crossCorrelate(sound, late)`. */
  correlate(late: ArrayLike<number>): Correlation;
  /** How far `late` is late against the sound: the lag of the largest Σ sound[n] · late[n + lag]; the first where several tie, 0 for none. */
  lagOf(late: ArrayLike<number>): number;
}

/** Bounds count as passed by no less than this share: rounding must not decide. */
const SURELY: number = 1 + 1e-9;

/**
 * Prepares a sound for being correlated with others. `lagOf` is `peakLag(crossCorrelate(sound, late))`, mostly with transforms of half the
 * size: in these the farthest lags fall upon others, and what can be said of those is that no sum of products exceeds the root of the
 * energies that overlap there. Only where that is not less than the best of all others, the whole is computed.
 * @param transforms gives a transform of a size; its buffers are used and not kept
 */
export function createCorrelator(sound: ArrayLike<number>, transforms: (size: number) => RealFft = createFft): Correlator {
  const spectra = new Map<number, Float64Array>();
  const circular = (size: number, late: ArrayLike<number>): Float64Array => {
    const fft = transforms(size);
    const known = spectra.get(size);
    const spectrum = known ?? spectrumOf(fft, sound);
    if (known === undefined) spectra.set(size, spectrum);
    return correlateWith(spectrum, fft, late);
  };
  return {
    correlate: (late) => {
      if (sound.length === 0 || late.length === 0) return { values: new Float64Array(0), firstLag: 0 };
      const lags = sound.length + late.length - 1;
      const products = circular(nextPowerOfTwo(lags), late);
      const firstLag = 1 - sound.length;
      const values = new Float64Array(lags);
      values.set(products.subarray(products.length + firstLag), 0);
      values.set(products.subarray(0, late.length), -firstLag);
      return { values, firstLag };
    },
    lagOf: (late) => {
      if (sound.length === 0 || late.length === 0) return 0;
      const whole = nextPowerOfTwo(sound.length + late.length - 1);
      const size = whole / 2;
      if (size >= Math.max(sound.length, late.length)) {
        const products = circular(size, late);
        const from = late.length - size;
        const to = size - sound.length;
        const lag = highest(products, from, to);
        const best = products[(lag + size) % size] as number;
        if (best > SURELY * Math.max(mostBefore(sound, late, from), mostAfter(sound, late, to))) return lag;
      }
      return highest(circular(whole, late), 1 - sound.length, late.length - 1);
    },
  };
}

function spectrumOf(fft: RealFft, sound: ArrayLike<number>): Float64Array {
  load(fft, sound);
  return fft.forward().slice();
}

function load({ input }: RealFft, samples: ArrayLike<number>): void {
  input.set(samples);
  input.fill(0, samples.length);
}

function correlateWith(spectrum: Float64Array, fft: RealFft, late: ArrayLike<number>): Float64Array {
  load(fft, late);
  const y = fft.forward();
  for (let k = 0; k < y.length; k += 2) {
    const xr = spectrum[k] as number;
    const xi = spectrum[k + 1] as number;
    const yr = y[k] as number;
    const yi = y[k + 1] as number;
    y[k] = xr * yr + xi * yi;
    y[k + 1] = xr * yi - xi * yr;
  }
  return fft.inverse();
}

/** The lag from … to, both included, of the largest value of a circular correlation. */
function highest(circular: Float64Array, from: number, to: number): number {
  let best = -Infinity;
  let bestLag = from;
  for (let lag = from; lag <= to; lag++) {
    const value = circular[lag < 0 ? lag + circular.length : lag] as number;
    if (value <= best) continue;
    best = value;
    bestLag = lag;
  }
  return bestLag;
}

/** No correlation at a lag below `lag`, itself at most 0, exceeds this: the end of the sound meets the beginning of what is late. */
function mostBefore(sound: ArrayLike<number>, late: ArrayLike<number>, lag: number): number {
  if (lag - 1 <= -sound.length) return -Infinity;
  return Math.sqrt(squares(sound, 1 - lag, sound.length) * squares(late, 0, Math.min(late.length, sound.length + lag - 1)));
}

/** Nor does any at a lag above `lag`, itself at least 0. */
function mostAfter(sound: ArrayLike<number>, late: ArrayLike<number>, lag: number): number {
  if (lag + 1 >= late.length) return -Infinity;
  return Math.sqrt(squares(sound, 0, Math.min(sound.length, late.length - lag - 1)) * squares(late, lag + 1, late.length));
}

function squares(samples: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] as number) ** 2;
  return sum;
}

/** Σ a[aFrom + i] · b[bFrom + i] over `count` values, in four partial sums: one alone would wait for itself at every addition. */
export function dotProduct(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < count; i += 4) {
    s0 += (a[aFrom + i] as number) * (b[bFrom + i] as number);
    s1 += (a[aFrom + i + 1] as number) * (b[bFrom + i + 1] as number);
    s2 += (a[aFrom + i + 2] as number) * (b[bFrom + i + 2] as number);
    s3 += (a[aFrom + i + 3] as number) * (b[bFrom + i + 3] as number);
  }
  for (; i < count; i++) s0 += (a[aFrom + i] as number) * (b[bFrom + i] as number);
  return s0 + s1 + (s2 + s3);
}

/** Normalised correlation of two stretches of one length, −1 … 1; 0 when either is silent. */
export function normalisedCorrelation(a: ArrayLike<number>, aFrom: number, b: ArrayLike<number>, bFrom: number, count: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < count; i++) {
    const x = a[aFrom + i] as number;
    const y = b[bFrom + i] as number;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  const energy = Math.sqrt(aa * bb);
  return energy > 0 ? ab / energy : 0;
}
