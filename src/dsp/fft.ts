import Fft4 from 'fft.js';
import FftJs from 'fft-js';

/** What fft.js offers and its own types leave untyped. Complex arrays are interleaved: re, im, re, im. */
interface Radix4 {
  transform(out: Float64Array, data: Float64Array): void;
  realTransform(out: Float64Array, data: Float64Array): void;
  inverseTransform(out: Float64Array, data: Float64Array): void;
}

/** Twiddle tables depend on the size alone, so transforms of one size share them. */
const tables = new Map<number, Radix4>();

function radix4(size: number): Radix4 {
  const known = tables.get(size);
  if (known !== undefined) return known;
  const made = new Fft4(size) as unknown as Radix4;
  tables.set(size, made);
  return made;
}

function requirePowerOfTwo(size: number): void {
  if (!Number.isInteger(size) || size < 2 || (size & (size - 1)) !== 0) {
    throw new RangeError(`an FFT needs a power of two of at least 2 points, got ${size}`);
  }
}

/** Smallest power of two that is at least `n`, and at least 2. */
export function nextPowerOfTwo(n: number): number {
  let size = 2;
  while (size < n) size *= 2;
  return size;
}

/** A transform of one size for real signals. Its buffers are reused: a result is valid until the next call. */
export interface RealFft {
  readonly size: number;
  /** Write `size` samples here before `forward()`. */
  readonly input: Float64Array;
  /** Bins 0 … size/2, interleaved re, im: length size + 2. Unnormalised: X[k] = Σ x[n]·e^(−2πikn/size). */
  readonly spectrum: Float64Array;
  /** Transforms `input` into `spectrum`, and returns it. */
  forward(): Float64Array;
  /** The real signal whose spectrum is `spectrum` (1/size included): `forward` undone. Leaves `input` alone; imaginary parts of bins 0 and size/2 are ignored. */
  inverse(): Float64Array;
}

/**
 * Makes a real transform with buffers of its own.
 * @param size a power of two, at least 2; RangeError otherwise
 */
export function createFft(size: number): RealFft {
  requirePowerOfTwo(size);
  const engine = radix4(size);
  const input = new Float64Array(size);
  const full = new Float64Array(2 * size);
  const spectrum = full.subarray(0, size + 2);
  let back: InverseBuffers | null = null;
  return {
    size,
    input,
    spectrum,
    forward: () => {
      engine.realTransform(full, input);
      return spectrum;
    },
    inverse: () => {
      back ??= inverseBuffers(size);
      inverseReal(spectrum, size, back);
      return back.samples;
    },
  };
}

interface InverseBuffers {
  readonly packed: Float64Array;
  readonly samples: Float64Array;
  readonly rotation: Float64Array;
}

/** e^(2πik/size) for k = 0 … size/2 − 1, interleaved; shared like the tables of the transform itself. */
const rotations = new Map<number, Float64Array>();

function rotationOf(size: number): Float64Array {
  const known = rotations.get(size);
  if (known !== undefined) return known;
  const made = new Float64Array(size);
  for (let k = 0; k < size / 2; k++) {
    made[2 * k] = Math.cos((2 * Math.PI * k) / size);
    made[2 * k + 1] = Math.sin((2 * Math.PI * k) / size);
  }
  rotations.set(size, made);
  return made;
}

function inverseBuffers(size: number): InverseBuffers {
  return { packed: new Float64Array(size), samples: new Float64Array(size), rotation: rotationOf(size) };
}

/**
 * A real inverse of `size` points as a complex one of half as many: even samples travel as real, odd ones as imaginary parts
 * (Sorensen et al., IEEE Trans. ASSP-35 no. 6, 1987). The interleaved result is the signal itself.
 */
function inverseReal(spectrum: Float64Array, size: number, { packed, samples, rotation }: InverseBuffers): void {
  const half = size / 2;
  if (half === 1) {
    const a = spectrum[0] as number;
    const b = spectrum[2] as number;
    samples[0] = (a + b) / 2;
    samples[1] = (a - b) / 2;
    return;
  }
  for (let k = 0; k < half; k++) {
    const m = half - k;
    const aRe = spectrum[2 * k] as number;
    const aIm = k === 0 ? 0 : (spectrum[2 * k + 1] as number);
    const bRe = spectrum[2 * m] as number;
    const bIm = k === 0 ? 0 : -(spectrum[2 * m + 1] as number);
    const dRe = (aRe - bRe) / 2;
    const dIm = (aIm - bIm) / 2;
    const c = rotation[2 * k] as number;
    const s = rotation[2 * k + 1] as number;
    packed[2 * k] = (aRe + bRe) / 2 - (dRe * s + dIm * c);
    packed[2 * k + 1] = (aIm + bIm) / 2 + (dRe * c - dIm * s);
  }
  radix4(half).inverseTransform(samples, packed);
}

/** A spectrum as two arrays, bins 0 … N/2. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * The spectrum of one block, by fft-js: an independent, plain radix-2 transform some 50 times slower than `createFft` (0.3 ms for
 * 1024 points). For the few transforms made once per report, and as the check on the fast one.
 * @param samples real samples; power-of-two length of at least 2, RangeError otherwise
 * @returns bins 0 … N/2, unnormalised
 */
export function onceSpectrum(samples: ArrayLike<number>): Spectrum {
  requirePowerOfTwo(samples.length);
  const points: unknown[] = Array.from(samples);
  FftJs.fftInPlace(points);
  const bins = samples.length / 2 + 1;
  const re = new Float64Array(bins);
  const im = new Float64Array(bins);
  for (let k = 0; k < bins; k++) {
    const point = points[k] as readonly [number, number];
    re[k] = point[0];
    im[k] = point[1];
  }
  return { re, im };
}
