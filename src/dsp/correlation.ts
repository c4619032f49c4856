import { createFft, nextPowerOfTwo } from './fft.ts';

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
