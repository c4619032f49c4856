import { predict, residualPower } from './shaped-noise.ts';

/** One step of a 16-bit sample, as power: no background is quieter. */
const FLOOR_POWER: number = 1 / 32768 ** 2;

/** Taken for the background's power until it has been heard (libwebrtc, TimeStretch: 75000 in squared 16-bit steps). */
const UNKNOWN_POWER: number = 75_000 * FLOOR_POWER;

/** Only what is quieter than this is background; the bound falls to each quieter stretch heard, and rises slowly otherwise, to 60 dB below the loudest at least. */
const START_BOUND: number = 500_000 * FLOOR_POWER;
const BOUND_RISE: number = 1 + 229 / 65_536;
const LOUDEST_DECAY: number = 1 - 1 / 1024;
const RANGE: number = 2 ** -20;

/** Looked at at a time, at any rate, samples; the order of the envelope; and where the residual is taken from. */
const STRETCH_SAMPLES = 256;
const ORDER = 8;
const RESIDUAL_SAMPLES = 64;

/** A stretch is noise, and no faint voice, when its residual has at least this share of its power: its spectrum is flat enough. */
const FLAT_SHARE: number = 16 / 5 / RESIDUAL_SAMPLES;

/** The noise behind the voice, learnt from the quietest stretches of what was played. After libwebrtc's NetEq (BackgroundNoise). */
export interface BackgroundNoise {
  /** Listens to the last 256 samples before `end`. */
  listen(x: Float32Array, end: number): void;
  /** Mean square; null until it has been heard. */
  heard(): number | null;
  /** Mean square, or what it is taken for until it has been heard. */
  power(): number;
}

/** Makes a background that has heard nothing yet. */
export function createBackgroundNoise(): BackgroundNoise {
  let bound = START_BOUND;
  let loudest = 0;
  let learnt: number | null = null;
  const correlation = new Float64Array(ORDER + 1);
  return {
    listen(x, end) {
      const from = end - STRETCH_SAMPLES;
      let sum = 0;
      for (let i = from; i < end; i++) sum += (x[i] as number) ** 2;
      const power = sum / STRETCH_SAMPLES;
      if (power >= bound) {
        loudest = Math.max(loudest * LOUDEST_DECAY, power);
        bound = Math.max(bound * BOUND_RISE, loudest * RANGE);
        return;
      }
      bound = Math.max(FLOOR_POWER, power);
      correlation[0] = sum;
      for (let lag = 1; lag <= ORDER; lag++) {
        let product = 0;
        for (let i = from + lag; i < end; i++) product += (x[i] as number) * (x[i - lag] as number);
        correlation[lag] = product;
      }
      const coefficients = predict(correlation, ORDER);
      if (coefficients === null || residualPower(x, end, coefficients, RESIDUAL_SAMPLES) < FLAT_SHARE * power) return;
      learnt = Math.max(FLOOR_POWER, power);
    },
    heard: () => learnt,
    power: () => learnt ?? UNKNOWN_POWER,
  };
}
