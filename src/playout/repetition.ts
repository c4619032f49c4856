import type { Rng } from '../core/rng.ts';
import type { BackgroundNoise } from './background-noise.ts';
import { maxPeriodSamples, pitchBefore } from './pitch.ts';
import { createShapedNoise, noiseShape } from './shaped-noise.ts';
import { compareStretches } from './similarity.ts';
import { fadeInto, type Track } from './track.ts';

/** Sound that is less voiced than this fades at once, by `UNVOICED_SLOPE_8K`; all fades from the fourth period on, faster from the eighth. Slopes are per sample at 8 kHz. */
const STEADY_VOICED = 0.8;
const UNVOICED_SLOPE_8K = 0.005;
const FOURTH_PERIOD_SLOPE_8K = 0.001;
const EIGHTH_PERIOD_SLOPE_8K = 0.002;

/** Order and length (32 ms, samples at 8 kHz) of the envelope the noise of unvoiced sounds is given. */
const NOISE_ORDER = 6;
const NOISE_8K = 256;

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

/** How long it takes until the voice has given way to its share, both in samples: the longer the period, the longer. */
function mixingSamples(period: number, fold: number): number {
  return fold * (period < 40 * fold ? 64 : period < 80 * fold ? 128 : 256);
}

/** A sound that goes on by its last pitch periods. */
export interface Repetition {
  /** The longest period repeated, samples. */
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
  const { rate, samples, tail } = track;
  const { fold, overlapSamples } = rate;
  const pitch = pitchBefore(samples, tail, rate);
  const share = voicedShare(pitch.correlation);
  const mean = (pitch.bestFit + pitch.mostAlike) / 2;
  const periods = [pitch.bestFit, Math.floor(mean), Math.ceil(mean)];
  const length = maxPeriodSamples(rate) + overlapSamples;
  const last = samples.slice(tail - length, tail);
  const older = samples.slice(tail - length - pitch.bestFit, tail - pitch.bestFit);
  const { energyA, energyB } = compareStretches(samples, tail - length, tail - length - pitch.bestFit, length);
  const matched = energyB > 0 && energyA < MAX_ENERGY_RATIO * energyB && energyB < MAX_ENERGY_RATIO * energyA;
  const olderScale = matched ? Math.sqrt(energyA / energyB) : 0;
  const unvoiced = createShapedNoise(noiseShape(samples, tail - NOISE_8K * fold, NOISE_8K * fold, NOISE_ORDER), rng);
  const backgroundShape = background.shape();
  const backgroundNoise = backgroundShape === null ? null : createShapedNoise(backgroundShape, rng);
  const mixStep = (1 - share) / mixingSamples(pitch.bestFit, fold);
  let slope = Math.max(0, 1 - pitch.growth) / pitch.bestFit;
  if (share <= STEADY_VOICED) slope = Math.max(slope, UNVOICED_SLOPE_8K / fold);
  let mix = 1;
  let gain = 1;
  let turn = 0;

  return {
    period: Math.max(...periods),
    extend(onto) {
      const which = TURNS[turn % TURNS.length] as number;
      const olderShare = matched ? (OLDER_SHARE[which] as number) : 0;
      turn++;
      if (turn >= 4) slope = Math.max(slope, FOURTH_PERIOD_SLOPE_8K / fold);
      if (turn >= 8) slope = Math.max(slope, EIGHTH_PERIOD_SLOPE_8K / fold);
      const period = periods[which] as number;
      const sound = new Float32Array(period + overlapSamples);
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
      fadeInto(onto, onto.tail - overlapSamples, sound, overlapSamples);
    },
    gain: () => gain,
  };
}
