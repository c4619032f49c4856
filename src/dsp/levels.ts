import { percentile } from './statistics.ts';

/** Levels are never reported below this; digital silence has it. */
export const SILENCE_DBOV = -120;
/** Frame of the activity decision, seconds. */
const LEVEL_FRAME_SECONDS = 0.02;
/** A frame is active when it lies within so many dB of the loud end of the file. */
const ACTIVE_RANGE_DB = 25;
const LOUD_PERCENTILE = 0.95;

/** Root mean square of samples [from, to); 0 for none. */
export function rms(samples: ArrayLike<number>, from = 0, to: number = samples.length): number {
  if (to <= from) return 0;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const x = samples[i] as number;
    sum += x * x;
  }
  return Math.sqrt(sum / (to - from));
}

/** Power ratio to dB, not below -120 dB. */
export function powerToDb(power: number): number {
  return power > 1e-12 ? 10 * Math.log10(power) : SILENCE_DBOV;
}

/** Amplitude ratio to dB, not below -120 dB. */
export function amplitudeToDb(amplitude: number): number {
  return amplitude > 1e-6 ? 20 * Math.log10(amplitude) : SILENCE_DBOV;
}

/** dB to amplitude ratio. */
export function dbToAmplitude(db: number): number {
  return 10 ** (db / 20);
}

/** Level of the whole signal in dBov (ITU-T G.100.1: a full-scale square wave is 0 dBov, a full-scale sine -3.01). */
export function levelDbov(samples: ArrayLike<number>): number {
  return amplitudeToDb(rms(samples));
}

export interface ActiveLevel {
  /** Level over the active frames, dBov; -120 when there are none. */
  readonly dbov: number;
  /** Share of frames that are active, 0–1. */
  readonly activeRatio: number;
}

/**
 * Level of the active parts: frames of 20 ms within 25 dB of the 95th percentile of frame levels. A simple stand-in for
 * ITU-T P.56 that needs no running envelope and scales exactly with gain.
 * Digital silence, or less than one frame, gives -120 dBov and no activity.
 */
export function activeLevel(samples: ArrayLike<number>, sampleRateHz: number): ActiveLevel {
  const frame = Math.round(LEVEL_FRAME_SECONDS * sampleRateHz);
  const frames = Math.floor(samples.length / frame);
  const powers = new Float64Array(frames);
  for (let t = 0; t < frames; t++) powers[t] = rms(samples, t * frame, (t + 1) * frame) ** 2;
  const loud = frames === 0 ? 0 : percentile(powers, LOUD_PERCENTILE);
  if (loud <= 0) return { dbov: SILENCE_DBOV, activeRatio: 0 };
  const limit = loud * 10 ** (-ACTIVE_RANGE_DB / 10);
  let sum = 0;
  let active = 0;
  for (let t = 0; t < frames; t++) {
    const power = powers[t] as number;
    if (power < limit) continue;
    sum += power;
    active++;
  }
  return { dbov: powerToDb(sum / active), activeRatio: active / frames };
}

/** So much of the loudest sound sets the level that speech is told by, seconds. */
const LOUDEST_SECONDS = 0.2;

/**
 * How long somebody speaks, seconds: frames of 20 ms within 25 dB of the loudest 0.2 s, so that a few words in a long silence count as few. 0 for
 * digital silence.
 */
export function speechSeconds(samples: ArrayLike<number>, sampleRateHz: number): number {
  const frame = Math.round(LEVEL_FRAME_SECONDS * sampleRateHz);
  const powers = Float64Array.from({ length: Math.floor(samples.length / frame) }, (_, t) => rms(samples, t * frame, (t + 1) * frame) ** 2);
  const loudest =
    powers
      .slice()
      .sort()
      .at(-Math.min(powers.length, Math.round(LOUDEST_SECONDS / LEVEL_FRAME_SECONDS))) ?? 0;
  const limit = loudest * 10 ** (-ACTIVE_RANGE_DB / 10);
  return powers.reduce((count, power) => count + (power > 0 && power >= limit ? 1 : 0), 0) * LEVEL_FRAME_SECONDS;
}
