import Fft4 from 'fft.js';
import FftJs from 'fft-js';

/** What fft.js offers and its own types leave untyped. Complex arrays are interleaved: re, im, re, im. */
interface Radix4 {
  transform(out: Float64Array, data: Float64Array): void;
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
  return new Transform(size);
}

/** A class, so that all transforms share their two functions: with functions of its own each, code compiled for one would not do for the next. */
class Transform implements RealFft {
  readonly size: number;
  readonly input: Float64Array;
  readonly spectrum: Float64Array;
  readonly #half: Float64Array;
  readonly #rotation: Float64Array;
  #back: InverseBuffers | null = null;

  constructor(size: number) {
    this.size = size;
    this.input = new Float64Array(size);
    this.spectrum = new Float64Array(size + 2);
    this.#half = this.spectrum.subarray(0, size);
    this.#rotation = rotationOf(size);
  }

  forward(): Float64Array {
    forwardReal(this.input, this.size, this.#half, this.spectrum, this.#rotation);
    return this.spectrum;
  }

  inverse(): Float64Array {
    this.#back ??= { packed: new Float64Array(this.size), samples: new Float64Array(this.size) };
    inverseReal(this.spectrum, this.size, this.#back, this.#rotation);
    return this.#back.samples;
  }
}

/** Makes a giver of transforms that has one of each size, to be used again and again: each use overwrites the last one's buffers. */
export function createFftPool(): (size: number) => RealFft {
  const known = new Map<number, RealFft>();
  return (size) => {
    const fft = known.get(size) ?? createFft(size);
    known.set(size, fft);
    return fft;
  };
}

interface InverseBuffers {
  readonly packed: Float64Array;
  readonly samples: Float64Array;
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

/**
 * A real transform of `size` points as a complex one of half as many, even samples as real and odd ones as imaginary parts, whose result is
 * taken apart in place (Sorensen et al., IEEE Trans. ASSP-35 no. 6, 1987).
 * @param half the first `size` values of `spectrum`
 */
function forwardReal(input: Float64Array, size: number, half: Float64Array, spectrum: Float64Array, rotation: Float64Array): void {
  if (size === 2) {
    const [a, b] = [input[0] as number, input[1] as number];
    spectrum.set([a + b, 0, a - b, 0]);
    return;
  }
  radix4(size / 2).transform(half, input);
  const re = spectrum[0] as number;
  const im = spectrum[1] as number;
  spectrum[0] = re + im;
  spectrum[1] = 0;
  spectrum[size] = re - im;
  spectrum[size + 1] = 0;
  for (let k = 2, m = size - 2; k <= m; k += 2, m -= 2) {
    const aRe = spectrum[k] as number;
    const aIm = spectrum[k + 1] as number;
    const bRe = spectrum[m] as number;
    const bIm = spectrum[m + 1] as number;
    const evenRe = (aRe + bRe) / 2;
    const evenIm = (aIm - bIm) / 2;
    const oddRe = (aIm + bIm) / 2;
    const oddIm = (bRe - aRe) / 2;
    const c = rotation[k] as number;
    const s = rotation[k + 1] as number;
    const turnedRe = oddRe * c + oddIm * s;
    const turnedIm = oddIm * c - oddRe * s;
    spectrum[k] = evenRe + turnedRe;
    spectrum[k + 1] = evenIm + turnedIm;
    spectrum[m] = evenRe - turnedRe;
    spectrum[m + 1] = turnedIm - evenIm;
  }
}

/**
 * `forwardReal` undone. The interleaved result of the complex transform is the signal itself; it is the forward transform of the conjugate, conjugated,
 * which spares a division of every value.
 */
function inverseReal(spectrum: Float64Array, size: number, { packed, samples }: InverseBuffers, rotation: Float64Array): void {
  const half = size / 2;
  if (half === 1) {
    const a = spectrum[0] as number;
    const b = spectrum[2] as number;
    samples[0] = (a + b) / 2;
    samples[1] = (a - b) / 2;
    return;
  }
  const scale = 0.5 / half;
  for (let k = 0; k < half; k++) {
    const m = half - k;
    const aRe = spectrum[2 * k] as number;
    const aIm = k === 0 ? 0 : (spectrum[2 * k + 1] as number);
    const bRe = spectrum[2 * m] as number;
    const bIm = k === 0 ? 0 : -(spectrum[2 * m + 1] as number);
    const dRe = aRe - bRe;
    const dIm = aIm - bIm;
    const c = rotation[2 * k] as number;
    const s = rotation[2 * k + 1] as number;
    packed[2 * k] = (aRe + bRe - (dRe * s + dIm * c)) * scale;
    packed[2 * k + 1] = (dIm * s - dRe * c - aIm - bIm) * scale;
  }
  radix4(half).transform(samples, packed);
  for (let i = 1; i < size; i += 2) samples[i] = -(samples[i] as number);
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
