import type { Rng } from '../core/rng.ts';
import type { BackgroundNoise } from './background-noise.ts';
import { MAX_PERIOD_SAMPLES, pitchBefore } from './pitch.ts';
import { createShapedNoise, noiseShape } from './shaped-noise.ts';
import { compareStretches } from './similarity.ts';
import { fadeInto, OVERLAP_SAMPLES, type Track } from './track.ts';

/** The slopes below are given per sample at 8 kHz in libwebrtc. */
const SAMPLES_PER_8K_SAMPLE = 6;

/** Sound that is less voiced than this fades at once, by `UNVOICED_SLOPE`; all fades from the fourth period on, faster from the eighth. */
const STEADY_VOICED = 0.8;
const UNVOICED_SLOPE: number = 0.005 / SAMPLES_PER_8K_SAMPLE;
const FOURTH_PERIOD_SLOPE: number = 0.001 / SAMPLES_PER_8K_SAMPLE;
const EIGHTH_PERIOD_SLOPE: number = 0.002 / SAMPLES_PER_8K_SAMPLE;

/** Order and length (32 ms) of the envelope the noise of unvoiced sounds is given. */
const NOISE_ORDER = 6;
const NOISE_SAMPLES = 1536;

/** Two periods may be matched in level when their energies differ by no more than this factor. */
const MAX_ENERGY_RATIO = 4;

/** Which of the three periods is used, period by period, and how much of the period before the last is mixed in. */
const TURNS: readonly number[] = [0, 1, 2, 1];
const OLDER_SHARE: readonly number[] = [0, 0.25, 0.5];

/** How much of the sound is voice, from the correlation of its last two periods: libwebrtc's polynomial, 0 below 0.48. */
function voicedShare(correlation: number): number {
  if (correlation <= 0.48) return 0;
  const x = Math.min(1, correlation);
  return Math.min(1, (-5179 + 19931 * x - 16422 * x * x + 5776 * x * x * x) / 4096);
}

/** How long it takes until the voice has given way to its share, samples: the longer the period, the longer. */
function mixingSamples(period: number): number {
  return period < 240 ? 384 : period < 480 ? 768 : 1536;
}

/** A sound that goes on by its last pitch periods. */
export interface Repetition {
  /** The longest period repeated, samples at 48 kHz. */
  readonly period: number;
  /** Adds one more period to the track, fading over from the sound held back at its tail. */
  extend(track: Track): void;
  /** How much of the sound's level is left, 1 to 0. */
  gain(): number;
}

/**
 * Goes on from the tail of a track by repeating its last pitch period, mixed with noise of the same envelope as far as the sound is not voiced,
 * fading to the background noise. This is what makes a voice metallic. After libwebrtc's NetEq (Expand).
 */
export function createRepetition(track: Track, background: BackgroundNoise, rng: Rng): Repetition {
  const { samples, tail } = track;
  const pitch = pitchBefore(samples, tail);
  const share = voicedShare(pitch.correlation);
  const mean = (pitch.bestFit + pitch.mostAlike) / 2;
  const periods = [pitch.bestFit, Math.floor(mean), Math.ceil(mean)];
  const length = MAX_PERIOD_SAMPLES + OVERLAP_SAMPLES;
  const last = samples.slice(tail - length, tail);
  const older = samples.slice(tail - length - pitch.bestFit, tail - pitch.bestFit);
  const { energyA, energyB } = compareStretches(samples, tail - length, tail - length - pitch.bestFit, length);
  const matched = energyB > 0 && energyA < MAX_ENERGY_RATIO * energyB && energyB < MAX_ENERGY_RATIO * energyA;
  const olderScale = matched ? Math.sqrt(energyA / energyB) : 0;
  const unvoiced = createShapedNoise(noiseShape(samples, tail - NOISE_SAMPLES, NOISE_SAMPLES, NOISE_ORDER), rng);
  const backgroundShape = background.shape();
  const backgroundNoise = backgroundShape === null ? null : createShapedNoise(backgroundShape, rng);
  const mixStep = (1 - share) / mixingSamples(pitch.bestFit);
  let slope = Math.max(0, 1 - pitch.growth) / pitch.bestFit;
  if (share <= STEADY_VOICED) slope = Math.max(slope, UNVOICED_SLOPE);
  let mix = 1;
  let gain = 1;
  let turn = 0;

  return {
    period: Math.max(...periods),
    extend(onto) {
      const which = TURNS[turn % TURNS.length] as number;
      const olderShare = matched ? (OLDER_SHARE[which] as number) : 0;
      turn++;
      if (turn >= 4) slope = Math.max(slope, FOURTH_PERIOD_SLOPE);
      if (turn >= 8) slope = Math.max(slope, EIGHTH_PERIOD_SLOPE);
      const period = periods[which] as number;
      const sound = new Float32Array(period + OVERLAP_SAMPLES);
      const noise = new Float32Array(sound.length);
      const behind = new Float32Array(sound.length);
      unvoiced(noise);
      if (gain < 1 || slope > 0) backgroundNoise?.(behind);
      const from = length - sound.length;
      let soundMix = mix;
      let soundGain = gain;
      for (let i = 0; i < sound.length; i++) {
        const voice = (1 - olderShare) * (last[from + i] as number) + olderShare * olderScale * (older[from + i] as number);
        const mixed = soundMix * voice + (1 - soundMix) * (noise[i] as number);
        sound[i] = soundGain * mixed + (1 - soundGain) * (behind[i] as number);
        soundMix = Math.max(share, soundMix - mixStep);
        soundGain = Math.max(0, soundGain - slope);
        if (i === period - 1) {
          mix = soundMix;
          gain = soundGain;
        }
      }
      fadeInto(onto, onto.tail - OVERLAP_SAMPLES, sound, OVERLAP_SAMPLES);
    },
    gain: () => gain,
  };
}
