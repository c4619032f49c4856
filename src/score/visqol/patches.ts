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
  const comparer = createComparer(PATCH_FRAMES);
  const reaches = used.map((start) => reachOf(start, degFrames));
  const cameFrom = reaches.map(({ from, to }) => new Int32Array(to - from + 1));
  let before = new Float64Array(0);
  for (const [p, start] of used.entries()) {
    const { from, to } = reaches[p] as Reach;
    const back = cameFrom[p] as Int32Array;
    const earlier = reaches[p - 1] ?? null;
    const own = new Float64Array(to - from + 1);
    let best = earlier === null ? 0 : -Infinity;
    let bestAt = -1;
    let next = earlier?.from ?? 0;
    let highest = -Infinity;
    for (let s = from; s <= to; s++) {
      for (; earlier !== null && next < s && next <= earlier.to; next++) {
        const reached = before[next - earlier.from] as number;
        if (reached < best) continue;
        best = reached;
        bestAt = next;
      }
      // The patch is lost where that is worth more; `s` lies within the earlier patch's reach or beyond it, never before.
      let score = earlier !== null && s <= earlier.to ? (before[s - earlier.from] as number) : -Infinity;
      let origin = s;
      // Whatever comes after may follow any earlier place as well as this one: one that is worth less than another before it is never taken.
      const found = best + comparer.compareFrom(Math.max(score, highest) - best, ref, start, deg, s, PATCH_FRAMES);
      if (found >= score) {
        score = found;
        origin = bestAt;
      }
      if (score > highest) highest = score;
      own[s - from] = score;
      back[s - from] = origin;
    }
    before = own;
  }
  return traceBack(used, reaches, before, cameFrom);
}

/** First and last frame at which a patch may lie. */
interface Reach {
  readonly from: number;
  readonly to: number;
}

function reachOf(start: number, degFrames: number): Reach {
  const radius = SEARCH_RADIUS_PATCHES * PATCH_FRAMES;
  return { from: Math.max(0, start - radius), to: Math.min(start + radius, degFrames - 1) };
}

/** @param scores of the last patch, from the beginning of its reach */
function traceBack(
  starts: readonly number[],
  reaches: readonly Reach[],
  scores: Float64Array,
  cameFrom: readonly Int32Array[],
): PatchMatch[] {
  const last = starts.length - 1;
  let at = -1;
  let best = -Infinity;
  for (const [i, score] of scores.entries()) {
    if (score <= best) continue;
    best = score;
    at = i + (reaches[last] as Reach).from;
  }
  const matches: PatchMatch[] = [];
  for (let p = last; p >= 0 && at >= 0; p--) {
    const origin = (cameFrom[p] as Int32Array)[at - (reaches[p] as Reach).from] as number;
    matches.push({ reference: starts[p] as number, degraded: origin === at ? null : at });
    at = origin;
  }
  return matches.reverse();
}

/** The spectrogram followed by silence (0 dB) long enough for a patch to begin at its last frame. */
export function padded(spectrogram: Spectrogram): Spectrogram {
  const frames = spectrogram.frames + PATCH_FRAMES - 1;
  const cells = new Float64Array(frames * BANDS);
  cells.set(spectrogram.cells);
  return { cells, frames };
}
