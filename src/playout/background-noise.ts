import type { DecodeRate } from './decode-rate.ts';
import { type NoiseShape, noiseShape } from './shaped-noise.ts';

/** One step of a 16-bit sample, as power: no background is quieter. */
const FLOOR_POWER: number = 1 / 32768 ** 2;

/** Taken for the background's power until it has been heard (libwebrtc, BackgroundNoise: 75000 in squared 16-bit steps). */
const UNKNOWN_POWER: number = 75_000 * FLOOR_POWER;

/** Only what is quieter than this is background; the bound falls to each quieter stretch heard, and rises slowly otherwise. */
const START_BOUND: number = 500_000 * FLOOR_POWER;
const BOUND_RISE = 1.0035;

/** Looked at at a time: 32 ms, samples at 8 kHz; and the order of its spectral envelope. */
const STRETCH_8K = 256;
const ORDER = 8;

/** The noise behind the voice, learnt from the quietest stretches of what was decoded. After libwebrtc's NetEq. */
export interface BackgroundNoise {
  /** Listens to the 32 ms before `end`. */
  listen(x: Float32Array, end: number): void;
  /** Mean square. */
  power(): number;
  /** Null until a background has been heard. */
  shape(): NoiseShape | null;
}

/** Makes a background that has heard nothing yet. */
export function createBackgroundNoise({ fold }: DecodeRate): BackgroundNoise {
  const stretchSamples = STRETCH_8K * fold;
  let bound = START_BOUND;
  let learnt: { readonly power: number; readonly stretch: Float32Array } | null = null;
  let shape: NoiseShape | null = null;
  return {
    listen(x, end) {
      let sum = 0;
      for (let i = end - stretchSamples; i < end; i++) sum += (x[i] as number) ** 2;
      const power = Math.max(FLOOR_POWER, sum / stretchSamples);
      if (power > bound) {
        bound *= BOUND_RISE;
        return;
      }
      bound = power;
      learnt = { power, stretch: x.slice(end - stretchSamples, end) };
      shape = null;
    },
    power: () => learnt?.power ?? UNKNOWN_POWER,
    shape() {
      if (learnt !== null) shape ??= noiseShape(learnt.stretch, 0, stretchSamples, ORDER);
      return shape;
    },
  };
}
