import type { Repetition } from './repetition.ts';
import { coarse, parabolicOffset } from './similarity.ts';
import { fadeInto, type Track } from './track.ts';

/** How much of the repeated sound is at hand to merge into, samples at 8 kHz: about 25 ms (libwebrtc, Merge). */
const MERGE_8K = 202;

/** The new sound's first 10 ms are looked for, over the longest period, 15 ms at most; samples at 4 kHz. */
const COMPARED = 40;
const MAX_SEARCHED = 60;

/** Longest cross-fade: 7.5 ms. */
const MAX_FADE_8K = 60;

/** Energy is compared over 8 ms of the new sound, and the level comes back at least this fast: 0.004 a sample at 8 kHz. */
const ENERGY_8K = 64;
const MIN_GAIN_SLOPE_8K = 0.004;

function energy(x: Float32Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += (x[i] as number) ** 2;
  return sum;
}

/** Where in the `length` samples from `start` the frame fits best, samples, of those at which it is long enough to end after `least`. */
function bestOffset(track: Track, start: number, frame: Float32Array, period: number, least: number): number {
  const { samples, rate } = track;
  const { coarseStep, fold } = rate;
  const searched = Math.min(MAX_SEARCHED, Math.floor(period / coarseStep) + 1);
  const compared = Math.min(COMPARED, Math.floor(frame.length / coarseStep));
  const old = coarse(samples, start, Math.min(compared + searched, Math.floor((MERGE_8K * fold) / coarseStep)), coarseStep);
  const fresh = coarse(frame, 0, compared, coarseStep);
  const from = Math.min(searched - 1, Math.floor(Math.max(0, least - frame.length) / coarseStep));
  const likeness = new Float64Array(searched);
  let best = from;
  for (let lag = from; lag < searched; lag++) {
    let cross = 0;
    for (let i = 0; i < compared; i++) cross += (old[lag + i] ?? 0) * (fresh[i] as number);
    likeness[lag] = cross;
    if (cross > (likeness[best] as number)) best = lag;
  }
  const middle = likeness[best] as number;
  const offset = best === 0 ? 0 : parabolicOffset(likeness[best - 1] as number, middle, likeness[best + 1] ?? middle);
  let found = Math.max(0, Math.round((best + offset) * coarseStep));
  while (found + frame.length < least) found += period;
  return found;
}

/** Brings a frame back to its own level from `gain` on, as fast as 0.004 a sample at 8 kHz or by its end. */
export function ramped(frame: Float32Array, gain: number, fold: number): Float32Array {
  if (gain >= 1) return frame;
  const slope = Math.max(MIN_GAIN_SLOPE_8K / fold, (1 - gain) / frame.length);
  const out = frame.slice();
  for (let i = 0; i < out.length; i++) {
    const now = gain + slope * i;
    if (now >= 1) break;
    out[i] = (out[i] as number) * now;
  }
  return out;
}

/**
 * Joins a decoded frame to a track whose end was made up: where it fits best into what has not been played yet and what the repetition goes on making,
 * with a cross-fade, and at first no louder than what it follows. Returns where on the track the frame begins. After libwebrtc's NetEq (Merge).
 */
export function mergeInto(track: Track, repetition: Repetition, frame: Float32Array): number {
  const { fold, overlapSamples, tickSamples } = track.rate;
  const { samples, head } = track;
  const least = Math.max(track.tail - head, tickSamples + overlapSamples);
  const needed = head + MERGE_8K * fold;
  repetition.hold();
  const from = track.tail;
  repetition.extend(track);
  const period = track.tail - from;
  for (; track.tail < needed; track.tail += period) samples.copyWithin(track.tail, from, from + period);

  const compared = Math.min(ENERGY_8K * fold, frame.length);
  const before = energy(samples, head, compared);
  const after = energy(frame, 0, compared);
  const gain = Math.max(repetition.gain(), after > before ? Math.sqrt(before / after) : 1);
  const offset = bestOffset(track, head, frame, repetition.period, least);
  const fade = Math.max(0, Math.min(MAX_FADE_8K * fold, frame.length, needed - head - offset));
  fadeInto(track, head + offset, ramped(frame, gain, fold), fade);
  return head + offset;
}
