import { convolve } from './convolution.ts';
import { onceSpectrum } from './fft.ts';
import { hannSymmetric } from './windows.ts';

/** A second-order section with a0 = 1: y = b0·x + b1·x₁ + b2·x₂ − a1·y₁ − a2·y₂. */
export interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

function requireEdge(edgeHz: number, sampleRateHz: number): void {
  if (!(edgeHz > 0 && edgeHz < sampleRateHz / 2)) {
    throw new RangeError(`a filter edge must lie between 0 and ${sampleRateHz / 2} Hz, got ${edgeHz}`);
  }
}

/** Damping 1/Q of each section of an even-order Butterworth filter: its poles lie evenly on the circle. */
function dampings(order: number): number[] {
  if (!Number.isInteger(order) || order < 2 || order % 2 !== 0) throw new RangeError(`filter orders are even and at least 2, got ${order}`);
  return Array.from({ length: order / 2 }, (_, k) => 2 * Math.sin(((2 * k + 1) * Math.PI) / (2 * order)));
}

/** Butterworth low-pass, -3.01 dB at the edge, by the bilinear transform with the edge prewarped. Even order; RangeError otherwise. */
export function butterworthLowPass(order: number, edgeHz: number, sampleRateHz: number): Biquad[] {
  requireEdge(edgeHz, sampleRateHz);
  const k = Math.tan((Math.PI * edgeHz) / sampleRateHz);
  return dampings(order).map((damping) => {
    const a0 = 1 + damping * k + k * k;
    return { b0: (k * k) / a0, b1: (2 * k * k) / a0, b2: (k * k) / a0, a1: (2 * (k * k - 1)) / a0, a2: (1 - damping * k + k * k) / a0 };
  });
}

/** Butterworth high-pass, as `butterworthLowPass`. */
export function butterworthHighPass(order: number, edgeHz: number, sampleRateHz: number): Biquad[] {
  requireEdge(edgeHz, sampleRateHz);
  const k = Math.tan((Math.PI * edgeHz) / sampleRateHz);
  return dampings(order).map((damping) => {
    const a0 = 1 + damping * k + k * k;
    return { b0: 1 / a0, b1: -2 / a0, b2: 1 / a0, a1: (2 * (k * k - 1)) / a0, a2: (1 - damping * k + k * k) / a0 };
  });
}

/** A high-pass and a low-pass in series, each of the given even order. */
export function butterworthBandPass(order: number, lowHz: number, highHz: number, sampleRateHz: number): Biquad[] {
  if (!(lowHz < highHz)) throw new RangeError(`a band runs from its lower edge to its higher, got ${lowHz} to ${highHz} Hz`);
  return [...butterworthHighPass(order, lowHz, sampleRateHz), ...butterworthLowPass(order, highHz, sampleRateHz)];
}

/**
 * Filters from rest, first sample to last. Delays by the filter's own group delay.
 * @param out receives the result and is returned: as long as the samples, and maybe the same array; a new one when left out
 */
export function filterSections(
  samples: ArrayLike<number>,
  sections: readonly Biquad[],
  out: Float64Array = new Float64Array(samples.length),
): Float64Array {
  if (out !== samples) out.set(samples);
  let next = 0;
  for (; next + 1 < sections.length; next += 2) filterTwo(out, sections[next] as Biquad, sections[next + 1] as Biquad);
  if (next < sections.length) filterOne(out, sections[next] as Biquad);
  return out;
}

function filterOne(samples: Float64Array, { b0, b1, b2, a1, a2 }: Biquad): void {
  let s1 = 0;
  let s2 = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    const y = b0 * x + s1;
    s1 = b1 * x - a1 * y + s2;
    s2 = b2 * x - a2 * y;
    samples[i] = y;
  }
}

/** Two sections in one pass: each has to wait for its own last value, and in that time the other gets done. */
function filterTwo(samples: Float64Array, first: Biquad, second: Biquad): void {
  const { b0, b1, b2, a1, a2 } = first;
  const { b0: d0, b1: d1, b2: d2, a1: c1, a2: c2 } = second;
  let s1 = 0;
  let s2 = 0;
  let t1 = 0;
  let t2 = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i] as number;
    const y = b0 * x + s1;
    s1 = b1 * x - a1 * y + s2;
    s2 = b2 * x - a2 * y;
    const z = d0 * y + t1;
    t1 = d1 * y - c1 * z + t2;
    t2 = d2 * y - c2 * z;
    samples[i] = z;
  }
}

/** Gain of a cascade at a frequency, as an amplitude ratio. */
export function sectionsGain(sections: readonly Biquad[], frequencyHz: number, sampleRateHz: number): number {
  const w = (2 * Math.PI * frequencyHz) / sampleRateHz;
  let gain = 1;
  for (const { b0, b1, b2, a1, a2 } of sections) {
    const above = Math.hypot(b0 + b1 * Math.cos(w) + b2 * Math.cos(2 * w), b1 * Math.sin(w) + b2 * Math.sin(2 * w));
    const below = Math.hypot(1 + a1 * Math.cos(w) + a2 * Math.cos(2 * w), a1 * Math.sin(w) + a2 * Math.sin(2 * w));
    gain *= above / below;
  }
  return gain;
}

/**
 * Linear-phase FIR of the wanted magnitude by frequency sampling under a Hann window.
 * @param gains amplitude ratios at `gains.length` frequencies spread evenly from 0 to half the sample rate, both included; a power of two
 *   and one of them, RangeError otherwise
 * @param taps odd number of taps, fewer than twice the gains; RangeError otherwise
 */
export function designFir(gains: ArrayLike<number>, taps: number): Float64Array {
  const steps = gains.length - 1;
  const most = 2 * steps + 1;
  if (taps % 2 !== 1 || taps > most)
    throw new RangeError(`a linear-phase FIR has an odd number of taps, here ${most} at most; got ${taps}`);
  const middle = (taps - 1) / 2;
  const window = hannSymmetric(taps + 2);
  const out = new Float64Array(taps);
  // The gains are even over frequency, so the transform that takes them back to time is the one that goes there.
  const { re } = onceSpectrum(Float64Array.from({ length: 2 * steps }, (_, k) => gains[k <= steps ? k : 2 * steps - k] as number));
  for (let n = 0; n <= middle; n++) {
    const tap = ((re[n] as number) / (2 * steps)) * (window[middle + 1 + n] as number);
    out[middle + n] = tap;
    out[middle - n] = tap;
  }
  return out;
}

/** Convolves with an odd number of taps and takes their middle as time zero: same length, no delay. Silence is assumed beyond the ends. */
export function filterFir(samples: ArrayLike<number>, taps: Float64Array): Float64Array {
  return convolve(samples, taps, (taps.length - 1) / 2, 1, samples.length);
}
