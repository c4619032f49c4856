import type { Rng } from '../core/rng.ts';

/** Noise with the spectral envelope of a sound: white noise through an all-pole filter. */
export interface NoiseShape {
  /** a[1..order] of 1 + a1 z^-1 + …, at index 0..order-1. */
  readonly coefficients: Float64Array;
  /** Root mean square of the white noise that gives the sound's power. */
  readonly excitation: number;
}

/** Keeps the recursion stable on silence and pure tones: white noise added, as a share of the power. */
const WHITE_SHARE = 1e-4;

/** Uniform noise in [-1, 1) has the power 1/3. */
const UNIFORM_TO_UNIT_POWER: number = Math.sqrt(3);

/** Linear prediction of `order` over Hann-windowed `x[start..start+length)` (autocorrelation method, Levinson-Durbin recursion). */
export function noiseShape(x: Float32Array, start: number, length: number, order: number): NoiseShape {
  const windowed = new Float64Array(length);
  let windowPower = 0;
  for (let i = 0; i < length; i++) {
    const w = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length);
    windowed[i] = w * (x[start + i] as number);
    windowPower += w * w;
  }
  const correlation = new Float64Array(order + 1);
  for (let lag = 0; lag <= order; lag++) {
    let sum = 0;
    for (let i = lag; i < length; i++) sum += (windowed[i] as number) * (windowed[i - lag] as number);
    correlation[lag] = sum / windowPower;
  }
  const coefficients = new Float64Array(order);
  let error = (correlation[0] as number) * (1 + WHITE_SHARE);
  for (let i = 0; i < order && error > 0; i++) {
    let sum = correlation[i + 1] as number;
    for (let j = 0; j < i; j++) sum += (coefficients[j] as number) * (correlation[i - j] as number);
    const reflection = -sum / error;
    for (let j = 0; j < i / 2; j++) {
      const low = coefficients[j] as number;
      const high = coefficients[i - 1 - j] as number;
      coefficients[j] = low + reflection * high;
      coefficients[i - 1 - j] = high + reflection * low;
    }
    coefficients[i] = reflection;
    error *= 1 - reflection * reflection;
  }
  return { coefficients, excitation: Math.sqrt(Math.max(0, error)) };
}

/** A source of noise of the given shape; each call gives the next `out.length` samples. */
export function createShapedNoise(shape: NoiseShape, rng: Rng): (out: Float32Array) => void {
  const order = shape.coefficients.length;
  const past = new Float64Array(order);
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
