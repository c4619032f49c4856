import type { Rng } from '../core/rng.ts';

/** Noise with the spectral envelope of a sound: white noise through an all-pole filter. */
export interface NoiseShape {
  /** a[1..order] of 1 + a1 z^-1 + …, at index 0..order-1. */
  readonly coefficients: Float64Array;
  /** Root mean square of the sound through the inverse filter, over its last {@link RESIDUAL_SAMPLES}: that of the white noise. */
  readonly excitation: number;
}

/** The residual's level is taken from so many samples, at any rate (libwebrtc, Expand and BackgroundNoise). */
const RESIDUAL_SAMPLES = 128;

/** A filter whose every reflection is below this is stable. */
const STABLE_REFLECTION = 1;

/** Uniform noise in [-1, 1) has the power 1/3. */
const UNIFORM_TO_UNIT_POWER: number = Math.sqrt(3);

/**
 * Linear prediction of `order` over the `length` samples of `x` before `end` (autocorrelation method, Levinson-Durbin recursion, no window).
 * Where that gives no stable filter, as for silence and pure tones, the noise is white.
 */
export function noiseShape(x: Float32Array, end: number, length: number, order: number): NoiseShape {
  const from = end - length;
  const correlation = new Float64Array(order + 1);
  for (let lag = 0; lag <= order; lag++) {
    let sum = 0;
    for (let i = from + lag; i < end; i++) sum += (x[i] as number) * (x[i - lag] as number);
    correlation[lag] = sum;
  }
  const coefficients = predict(correlation, order) ?? new Float64Array(order);
  return { coefficients, excitation: Math.sqrt(residualPower(x, end, coefficients, RESIDUAL_SAMPLES)) };
}

/** The predictor of an autocorrelation; null where it is not stable. */
export function predict(correlation: Float64Array, order: number): Float64Array | null {
  const coefficients = new Float64Array(order);
  let error = correlation[0] as number;
  for (let i = 0; i < order; i++) {
    if (!(error > 0)) return null;
    let sum = correlation[i + 1] as number;
    for (let j = 0; j < i; j++) sum += (coefficients[j] as number) * (correlation[i - j] as number);
    const reflection = -sum / error;
    if (!(Math.abs(reflection) < STABLE_REFLECTION)) return null;
    for (let j = 0; j < i / 2; j++) {
      const low = coefficients[j] as number;
      const high = coefficients[i - 1 - j] as number;
      coefficients[j] = low + reflection * high;
      coefficients[i - 1 - j] = high + reflection * low;
    }
    coefficients[i] = reflection;
    error *= 1 - reflection * reflection;
  }
  return coefficients;
}

/** Mean square of the last `count` samples of `x` before `end` through the inverse filter. */
export function residualPower(x: Float32Array, end: number, coefficients: Float64Array, count: number): number {
  let power = 0;
  for (let i = end - count; i < end; i++) {
    let value = x[i] as number;
    for (let k = 0; k < coefficients.length; k++) value += (coefficients[k] as number) * (x[i - 1 - k] as number);
    power += value * value;
  }
  return power / count;
}

/** A source of noise of the given shape that goes on from the samples of `x` before `end`; each call gives the next `out.length` samples. */
export function createShapedNoise(shape: NoiseShape, x: Float32Array, end: number, rng: Rng): (out: Float32Array) => void {
  const order = shape.coefficients.length;
  const past = new Float64Array(order);
  for (let k = 0; k < order; k++) past[k] = x[end - 1 - k] as number;
  return (out) => {
    for (let i = 0; i < out.length; i++) {
      let value = (rng.next() * 2 - 1) * UNIFORM_TO_UNIT_POWER * shape.excitation;
      for (let k = 0; k < order; k++) value -= (shape.coefficients[k] as number) * (past[k] as number);
      for (let k = order - 1; k > 0; k--) past[k] = past[k - 1] as number;
      if (order > 0) past[0] = value;
      out[i] = value;
    }
  };
}
