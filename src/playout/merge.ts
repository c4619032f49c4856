import type { DecodeRate } from './decode-rate.ts';
import type { Repetition } from './repetition.ts';
import { coarse, parabolicOffset } from './similarity.ts';
import { fadeInto, type Track } from './track.ts';

/** How much of the repeated sound is at hand to merge into, samples at 8 kHz: about 25 ms (libwebrtc, Merge). */
const MERGE_8K = 202;

/** The new sound's first 10 ms are looked for, over one pitch period, 15 ms at most; samples at 4 kHz. */
const COMPARED = 40;
const MAX_SEARCHED = 60;

/** Longest cross-fade: 7.5 ms. */
const MAX_FADE_8K = 60;

/** Energy is compared over so much of the new sound, and the level comes back at least this fast: 0.004 a sample at 8 kHz. */
const ENERGY_8K = 80;
const MIN_GAIN_SLOPE_8K = 0.004;

function energy(x: Float32Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += (x[i] as number) ** 2;
  return sum;
}

/** Where in the stretch from `start` the frame fits best, samples; 0 when it fits nowhere. */
function bestOffset(x: Float32Array, start: number, frame: Float32Array, period: number, { coarseStep }: DecodeRate): number {
  const searched = Math.min(MAX_SEARCHED, Math.ceil(period / coarseStep));
  const compared = Math.min(COMPARED, Math.floor(frame.length / coarseStep));
  const old = coarse(x, start, compared + searched, coarseStep);
  const fresh = coarse(frame, 0, compared, coarseStep);
  const likeness = new Float64Array(searched + 1);
  let best = 0;
  for (let lag = 0; lag <= searched; lag++) {
    let cross = 0;
    let power = 0;
    for (let i = 0; i < compared; i++) {
      const value = old[lag + i] as number;
      cross += value * (fresh[i] as number);
      power += value * value;
    }
    likeness[lag] = power > 0 ? cross / Math.sqrt(power) : 0;
    if ((likeness[lag] as number) > (likeness[best] as number)) best = lag;
  }
  const middle = likeness[best] as number;
  const offset = parabolicOffset(likeness[best - 1] ?? middle, middle, likeness[best + 1] ?? middle);
  return Math.max(0, Math.round((best + offset) * coarseStep));
}

/**
 * Joins a decoded frame to a track whose end was made up: where it fits best into what the repetition goes on making, with a cross-fade, and no
 * louder at first than what it follows. Returns where on the track the frame begins. After libwebrtc's NetEq (Merge).
 */
export function mergeInto(track: Track, repetition: Repetition, frame: Float32Array): number {
  const { rate, samples } = track;
  const start = track.tail - rate.overlapSamples;
  while (track.tail < start + MERGE_8K * rate.fold) repetition.extend(track);
  const offset = bestOffset(samples, start, frame, repetition.period, rate);
  const fade = Math.min(MAX_FADE_8K * rate.fold, frame.length, MERGE_8K * rate.fold - offset);
  const compared = Math.min(ENERGY_8K * rate.fold, frame.length);
  const before = energy(samples, start, compared);
  const after = energy(frame, 0, compared);
  const gain = after > before ? Math.sqrt(before / after) : 1;
  const slope = Math.max(MIN_GAIN_SLOPE_8K / rate.fold, (1 - gain) / frame.length);
  const ramped = frame.slice();
  for (let i = 0; i < ramped.length; i++) {
    const now = gain + slope * i;
    if (now >= 1) break;
    ramped[i] = (ramped[i] as number) * now;
  }
  fadeInto(track, start + offset, ramped, fade);
  return start + offset;
}
