import { createFft, nextPowerOfTwo } from './fft.ts';
import { prefixSums } from './statistics.ts';

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
  if (a.length === 0 || b.length === 0) return { values: new Float64Array(0), firstLag: 0 };
  const lags = a.length + b.length - 1;
  const size = nextPowerOfTwo(lags);
  const left = createFft(size);
  const right = createFft(size);
  for (let i = 0; i < a.length; i++) left.input[i] = a[i] as number;
  for (let i = 0; i < b.length; i++) right.input[i] = b[i] as number;
  const x = left.forward();
  const y = right.forward();
  for (let k = 0; k < x.length; k += 2) {
    const [xr, xi, yr, yi] = [x[k] as number, x[k + 1] as number, y[k] as number, y[k + 1] as number];
    x[k] = xr * yr + xi * yi;
    x[k + 1] = xr * yi - xi * yr;
  }
  const circular = left.inverse();
  const firstLag = 1 - a.length;
  const values = new Float64Array(lags);
  values.set(circular.subarray(size + firstLag, size), 0);
  values.set(circular.subarray(0, b.length), a.length - 1);
  return { values, firstLag };
}

/** Lag of the largest value, the first where several tie; 0 for none. */
export function peakLag(correlation: Correlation): number {
  const { values, firstLag } = correlation;
  if (values.length === 0) return 0;
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return firstLag + best;
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

/**
 * Normalised correlation of a pattern with every place of a longer stretch: `values[i]` compares it with `stretch[i … i + pattern.length)`.
 * @param out receives stretch.length − pattern.length + 1 values, −1 … 1, 0 where either is silent
 */
export function slidingNcc(pattern: Float64Array, stretch: Float64Array, out: Float64Array): void {
  const count = stretch.length - pattern.length + 1;
  const energies = prefixSums(stretch.map((x) => x * x));
  let own = 0;
  for (const x of pattern) own += x * x;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let n = 0; n < pattern.length; n++) sum += (pattern[n] as number) * (stretch[i + n] as number);
    const energy = own * ((energies[i + pattern.length] as number) - (energies[i] as number));
    out[i] = energy > 1e-20 ? sum / Math.sqrt(energy) : 0;
  }
}
