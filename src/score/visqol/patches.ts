import { BANDS } from './gammatone.ts';
import type { SlidingMoments } from './nsim.ts';
import { createComparer, PATCH_FRAMES } from './nsim.ts';
import type { Spectrogram } from './spectrogram.ts';

/** RMS, on the 16-bit scale of a peak-normalised file, from which a hop counts as voice; and how many quiet hops make silence. */
const VOICE_RMS = 5_000;
const SILENT_HOPS = 3;
const INT16_MAX = 32_767;
const INT16_SCALE = 32_768;
/** A patch is looked for within so many patch lengths of its own place: 24 s either way. */
const SEARCH_RADIUS_PATCHES = 60;

/** First frames of the patches that hold voice. Hops are counted from sample 9 and normalisation is by the largest sample, both as published. */
export function patchStarts(samples: Float64Array, hop: number, frames: number): number[] {
  const firstFrame = PATCH_FRAMES / 2 - 1;
  const count = Math.floor((frames - firstFrame) / PATCH_FRAMES);
  if (count <= 0) return [];
  let largest = -Infinity;
  for (let i = 0; i < samples.length; i++) if ((samples[i] as number) > largest) largest = samples[i] as number;
  if (!(largest > 0)) return [];
  const loud = loudHops(samples, INT16_SCALE / largest, firstFrame, hop, count * PATCH_FRAMES);
  const voiced = loud.map((_, i) => i < SILENT_HOPS - 1 || loud.slice(i - SILENT_HOPS + 1, i + 1).includes(true));
  return Array.from({ length: count }, (_, i) => i)
    .filter((i) => voiced.slice(i * PATCH_FRAMES, (i + 1) * PATCH_FRAMES).includes(true))
    .map((i) => firstFrame + i * PATCH_FRAMES);
}

function loudHops(samples: Float64Array, scale: number, from: number, hop: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, i) => {
    const start = from + i * hop;
    if (start + hop > samples.length) return false;
    let sum = 0;
    for (let n = start; n < start + hop; n++) {
      const x = Math.trunc(Math.max(-INT16_SCALE, Math.min(INT16_MAX, (samples[n] as number) * scale)));
      sum += x * x;
    }
    return Math.sqrt(sum / hop) >= VOICE_RMS;
  });
}

/** A reference patch and where the degraded sound holds it; `degraded` is null when the search held it for lost. Frames. */
export interface PatchMatch {
  readonly reference: number;
  readonly degraded: number | null;
}

/**
 * Places the reference patches in the degraded sound, in order, so that their similarities add up highest. Any later place is free of
 * cost; a patch is lost where leaving it out gives more. As in version 3.3.3, a patch may run over the end into silence.
 * @param ref,deg levels; `deg` must be followed by PATCH_FRAMES − 1 frames of silence (see `padded`)
 * @returns none when the degraded sound is too short to hold a patch
 */
export function matchPatches(ref: SlidingMoments, starts: readonly number[], deg: SlidingMoments, degFrames: number): PatchMatch[] {
  const used = starts.filter((start) => start - PATCH_FRAMES / 2 <= degFrames);
  if (used.length === 0 || degFrames < PATCH_FRAMES) return [];
  const radius = SEARCH_RADIUS_PATCHES * PATCH_FRAMES;
  const comparer = createComparer(PATCH_FRAMES);
  const scores = used.map(() => new Float64Array(degFrames));
  const cameFrom = used.map(() => new Int32Array(degFrames));
  for (const [p, start] of used.entries()) {
    const own = scores[p] as Float64Array;
    const back = cameFrom[p] as Int32Array;
    const before = p > 0 ? (scores[p - 1] as Float64Array) : null;
    const from = Math.max(0, start - radius);
    const beforeFrom = Math.max(0, (used[p - 1] ?? 0) - radius);
    let best = -Infinity;
    let bestAt = -1;
    let next = beforeFrom;
    for (let s = from; s <= Math.min(start + radius, degFrames - 1); s++) {
      let score = comparer.compare(ref, start, deg, s, PATCH_FRAMES);
      let origin = -1;
      if (before !== null) {
        for (; next < s; next++) {
          const earlier = before[next] as number;
          if (earlier < best) continue;
          best = earlier;
          bestAt = next;
        }
        score += best;
        origin = bestAt;
        if ((before[s] as number) > score) {
          score = before[s] as number;
          origin = s;
        }
      }
      own[s] = score;
      back[s] = origin;
    }
  }
  return traceBack(used, scores, cameFrom, degFrames, radius);
}

function traceBack(
  starts: readonly number[],
  scores: readonly Float64Array[],
  cameFrom: readonly Int32Array[],
  degFrames: number,
  radius: number,
): PatchMatch[] {
  const last = starts.length - 1;
  const lastStart = starts[last] as number;
  let at = -1;
  let best = -Infinity;
  for (let s = Math.max(0, lastStart - radius); s <= Math.min(lastStart + radius, degFrames - 1); s++) {
    const score = (scores[last] as Float64Array)[s] as number;
    if (score > best) {
      best = score;
      at = s;
    }
  }
  const matches: PatchMatch[] = [];
  for (let p = last; p >= 0 && at >= 0; p--) {
    const origin = (cameFrom[p] as Int32Array)[at] as number;
    matches.unshift({ reference: starts[p] as number, degraded: origin === at ? null : at });
    at = origin;
  }
  return matches;
}

/** The spectrogram followed by silence (0 dB) long enough for a patch to begin at its last frame. */
export function padded(spectrogram: Spectrogram): Spectrogram {
  const frames = spectrogram.frames + PATCH_FRAMES - 1;
  const cells = new Float64Array(frames * BANDS);
  cells.set(spectrogram.cells);
  return { cells, frames };
}
