import type { Rng } from '../core/rng.ts';
import type { DecodeRate } from './decode-rate.ts';
import { pitchBefore } from './pitch.ts';
import { createShapedNoise, noiseShape } from './shaped-noise.ts';
import { compareStretches, step16 } from './similarity.ts';
import type { Track } from './track.ts';

/** The slopes below are amplitude lost in a sample at 8 kHz. */
/** Sound that is less voiced than this fades at once; all fades from the fourth period on, faster from the eighth. */
const STEADY_VOICED = 0.8;
const UNVOICED_SLOPE_8K = 0.005;
const LATER_SLOPES_8K: ReadonlyMap<number, number> = new Map([
  [3, 0.001],
  [7, 0.002],
]);
/** A voiced sound whose last period has at least so much of the amplitude of the one before does not fade at first. */
const STEADY_AMPLITUDE = 0.98;

/** A sound that grew by more than this is at its onset: its first period is repeated as it is. Then the fade is gentler than the growth. */
const ONSET_GROWTH = 1.5;
const SHARP_ONSET_GROWTH = 1.8;
const ONSET_DIVISOR = 8;
const SHARP_ONSET_DIVISOR = 2;

/** Two periods are matched in level when their energies differ by no more than this factor; else the amplitude counts as halved or doubled. */
const MAX_ENERGY_RATIO = 4;
const HALVED = 0.5;
const DOUBLED = 2;

/** Order of the envelope the noise of unvoiced sounds is given, and the length it is taken from: 20 ms, samples at 8 kHz. */
const NOISE_ORDER = 6;
const NOISE_SAMPLES_8K = 160;

/** How much of the period before the last is mixed in, by which of the three lags is used. */
const OLDER_SHARE: readonly number[] = [0, 0.25, 0.5];

/** A repetition fades over from what came before only while it is louder, and more voiced, than this. */
const SMOOTH_ABOVE_GAIN = 0.05;
const SMOOTH_ABOVE_MIX = 0.5;

/** The gain is kept in steps of 2^-14, so that it comes to nothing in the end. */
const GAIN_STEPS = 16_384;

/** From this many periods on a gain that no longer falls is put to nothing. */
const STUCK_AFTER = 3;

/** How much of the sound is voice, from the correlation of its last two periods: libwebrtc's polynomial, 0 below 0.48. */
function voicedShare(correlation: number): number {
  if (correlation <= 0.48066) return 0;
  const x = Math.min(1, correlation);
  return Math.max(0, Math.min(1, (-5179 + 19931 * x - 16422 * x * x + 5776 * x * x * x) / 4096));
}

/** How much voice gives way to noise in a sample: all in 64 times 2^(n-5) samples for a lag of n bits (libwebrtc, Expand::Process). */
function mixStep(longestLag: number): number {
  const shift = Math.floor(Math.log2(longestLag)) + 1 - 5;
  return 2 ** -(6 + shift);
}

/** How a repetition fades, amplitude lost in a sample; and whether its first period is spared. */
interface Fade {
  readonly slope: number;
  readonly onset: boolean;
}

function fadeOf(growth: number, voiced: number, lag: number, fold: number): Fade {
  if (growth > ONSET_GROWTH) {
    const divisor = growth > SHARP_ONSET_GROWTH ? SHARP_ONSET_DIVISOR : ONSET_DIVISOR;
    return { slope: (growth - 1) / (lag * growth) / divisor, onset: true };
  }
  const slope = (1 - growth) / lag;
  if (voiced <= STEADY_VOICED) return { slope: Math.max(UNVOICED_SLOPE_8K / fold, slope), onset: false };
  return { slope: growth > STEADY_AMPLITUDE ? 0 : slope, onset: false };
}

/** A sound that goes on by its last pitch periods. */
export interface Repetition {
  /** The longest period repeated, samples. */
  readonly period: number;
  /** Adds one more period to the track, fading over from the sound held back at its tail. */
  extend(track: Track): void;
  /** From now on it neither fades nor gives way to noise: what it makes is to be faded into, beginning with the first of its lags. */
  hold(): void;
  /** How much of the sound's level is left, 1 to 0. */
  gain(): number;
}

/**
 * Goes on from the tail of a track by repeating its last pitch periods, mixed with noise of the same envelope as far as the sound is not voiced, and
 * fading to silence. This is what makes a voice metallic. After libwebrtc's NetEq (Expand), whose background noise is off.
 */
export function createRepetition(track: Track, rate: DecodeRate, rng: Rng): Repetition {
  const { overlapSamples, fold } = rate;
  const { samples, tail } = track;
  const pitch = pitchBefore(samples, tail, rate);
  const lag = pitch.leastDifferent;
  const longest = Math.max(lag, pitch.mostAlike);
  const sum = lag + pitch.mostAlike;
  const lags = [lag, Math.floor(sum / 2), Math.floor((lag > pitch.mostAlike ? sum - 1 : sum + 1) / 2)];
  if (lag === pitch.mostAlike) lags.fill(lag);

  const length = longest + overlapSamples;
  const last = samples.slice(tail - length, tail);
  const { energyA, energyB } = compareStretches(samples, tail - length, tail - length - lag, length);
  const matched = energyA < MAX_ENERGY_RATIO * energyB && energyB < MAX_ENERGY_RATIO * energyA;
  const unmatched = energyA < MAX_ENERGY_RATIO * energyB || energyB === 0 ? HALVED : DOUBLED;
  const growth = matched ? Math.sqrt(energyA / energyB) : unmatched;
  const older = matched ? samples.slice(tail - length - lag, tail - lag).map((x) => x * growth) : last;

  const share = voicedShare(pitch.correlation);
  const unvoiced = createShapedNoise(noiseShape(samples, tail, NOISE_SAMPLES_8K * fold, NOISE_ORDER), samples, tail, rng);
  const step = mixStep(longest);
  const fade = fadeOf(growth, share, lag, fold);
  let slope = fade.slope;
  let mix = 1;
  let gain = 1;
  let calls = 0;
  let held = false;
  let which = -1;
  let direction = 1;
  let noise = new Float32Array(longest);

  const nextLag = (): number => {
    which += direction;
    if (which <= 0) direction = 1;
    if (which >= lags.length - 1) direction = -1;
    return lags[which] as number;
  };

  return {
    period: longest,
    extend(onto) {
      const period = nextLag();
      const olderShare = OLDER_SHARE[which] as number;
      const from = length - period - overlapSamples;
      const voice = (i: number): number => (1 - olderShare) * (last[from + i] as number) + olderShare * (older[from + i] as number);
      if (gain > SMOOTH_ABOVE_GAIN && mix > SMOOTH_ABOVE_MIX) {
        for (let i = 0; i < overlapSamples; i++) {
          const at = onto.tail - overlapSamples + i;
          const over = (i + 1) / (overlapSamples + 1);
          onto.samples[at] = (1 - over) * (onto.samples[at] as number) + over * gain * voice(i);
        }
      }
      if (noise.length < period) noise = new Float32Array(period);
      unvoiced(noise.subarray(0, period));
      slope = Math.max(slope, (LATER_SLOPES_8K.get(calls) ?? 0) / fold);
      const fades = calls !== 0 || !fade.onset;
      for (let i = 0; i < period; i++) {
        const mixed = mix * voice(overlapSamples + i) + (1 - mix) * (noise[i] as number);
        onto.samples[onto.tail + i] = step16(fades ? mixed * gain * (held ? 1 : Math.max(0, 1 - slope * i)) : mixed);
        if (!held) mix = Math.max(Math.min(share, mix), mix - step);
      }
      onto.tail += period;
      if (fades && !held) {
        const next = Math.round(gain * Math.max(0, 1 - slope * period) * GAIN_STEPS) / GAIN_STEPS;
        gain = calls > STUCK_AFTER && next >= gain ? 0 : next;
      }
      calls++;
    },
    hold() {
      held = true;
      which = -1;
      direction = 1;
    },
    gain: () => gain,
  };
}
