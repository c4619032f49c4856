import { prefixSums, runningMean } from '../dsp/statistics.ts';
import type { AlignmentFeatures } from './alignment-features.ts';
import { FEATURE_BANDS } from './alignment-features.ts';

/** Delays within 0.8 s of the global one are considered, in steps of a frame (10 ms). */
const RANGE_FRAMES = 80;
/** Patches of 310 ms are compared. */
const PATCH_RADIUS = 15;
/** Weight of a frame without any activity around it. */
const IDLE_WEIGHT = 0.02;
/** What a change of delay costs, in units of one wholly dissimilar active frame: a frame inserted; frames removed; a passage skipped. */
const INSERT_COST = 0.08;
const REMOVE_COST = 0.12;
const REMOVE_COST_PER_FRAME = 0.03;
const MOST_REMOVED = 3;
const SKIP_COST = 2;
const SKIP_COST_PER_FRAME = 0.02;

export interface CoarseTrack {
  /** Delay of each frame of the recording, in frames. */
  readonly delay: Int32Array;
  /** Similarity of the patches around each frame at that delay, −1 … 1. */
  readonly similarity: Float64Array;
}

/** The likeliest path, and for comparison the delay that never changes. */
export interface CoarseTracks {
  readonly path: CoarseTrack;
  readonly constant: CoarseTrack;
}

/**
 * The likeliest course of the delay under monotone playout: a receiver may repeat or stretch (the delay rises by at most a frame a
 * frame), shorten, or skip ahead, but never plays what it has played before. Viterbi over all delays within 0.8 s of the global one.
 */
export function coarseTracks(reference: AlignmentFeatures, recording: AlignmentFeatures, lag: number): CoarseTracks {
  const frames = recording.frames;
  const states = 2 * RANGE_FRAMES + 1;
  const similarity = similarities(reference, recording, lag - RANGE_FRAMES, states);
  const weight = runningMean(recording.active, PATCH_RADIUS).map((share) => share + IDLE_WEIGHT);
  const cameFrom = new Uint8Array(frames * states);
  let before = new Float64Array(states);
  let now = new Float64Array(states);
  for (let t = 0; t < frames; t++) {
    const w = weight[t] as number;
    const row = t * states;
    // Cheapest way to skip here from any higher delay: carried down the states, one frame's cost at a time.
    let skip = Infinity;
    let skipFrom = 0;
    for (let s = states - 1; s >= 0; s--) {
      let best = before[s] as number;
      let from = s;
      if (t > 0) {
        if (s > 0 && (before[s - 1] as number) + INSERT_COST < best) {
          best = (before[s - 1] as number) + INSERT_COST;
          from = s - 1;
        }
        for (let j = 1; j <= MOST_REMOVED && s + j < states; j++) {
          const cost = (before[s + j] as number) + REMOVE_COST + REMOVE_COST_PER_FRAME * j;
          if (cost >= best) continue;
          best = cost;
          from = s + j;
        }
        if (skip + SKIP_COST < best) {
          best = skip + SKIP_COST;
          from = skipFrom;
        }
        if ((before[s] as number) < skip) {
          skip = before[s] as number;
          skipFrom = s;
        }
        skip += SKIP_COST_PER_FRAME;
      }
      now[s] = best + (1 - (similarity[row + s] as number)) * w;
      cameFrom[row + s] = from;
    }
    [before, now] = [now, before];
  }
  const constant: CoarseTrack = {
    delay: new Int32Array(frames).fill(lag),
    similarity: Float64Array.from({ length: frames }, (_, t) => similarity[t * states + RANGE_FRAMES] as number),
  };
  return { path: traceBack(before, cameFrom, similarity, frames, states, lag - RANGE_FRAMES), constant };
}

function traceBack(
  costs: Float64Array,
  cameFrom: Uint8Array,
  similarity: Float32Array,
  frames: number,
  states: number,
  firstDelay: number,
): CoarseTrack {
  const delay = new Int32Array(frames);
  const along = new Float64Array(frames);
  let s = 0;
  for (let i = 1; i < states; i++) if ((costs[i] as number) < (costs[s] as number)) s = i;
  for (let t = frames - 1; t >= 0; t--) {
    delay[t] = firstDelay + s;
    along[t] = similarity[t * states + s] as number;
    s = cameFrom[t * states + s] as number;
  }
  return { delay, similarity: along };
}

/**
 * Similarity of every frame at every delay: `[frame · states + state]`, state 0 being `firstDelay`. Frames in which the recording is
 * silent say nothing: speech that was lost must not be laid over the reference's pauses.
 */
function similarities(reference: AlignmentFeatures, recording: AlignmentFeatures, firstDelay: number, states: number): Float32Array {
  const frames = recording.frames;
  const out = new Float32Array(frames * states);
  const recordingEnergy = prefixSums(recording.energy.map((energy, t) => energy * (recording.sounding[t] as number)));
  const products = new Float64Array(frames + 1);
  const energies = new Float64Array(frames + 1);
  for (let s = 0; s < states; s++) {
    const delay = firstDelay + s;
    for (let t = 0; t < frames; t++) {
      if (recording.sounding[t] === 0) {
        products[t + 1] = products[t] as number;
        energies[t + 1] = energies[t] as number;
        continue;
      }
      const at = t - delay;
      const inside = at >= 0 && at < reference.frames;
      const other = inside ? reference.values : reference.silence;
      const otherAt = inside ? at * FEATURE_BANDS : 0;
      const own = t * FEATURE_BANDS;
      let product = 0;
      for (let b = 0; b < FEATURE_BANDS; b++) product += (recording.values[own + b] as number) * (other[otherAt + b] as number);
      products[t + 1] = (products[t] as number) + product;
      energies[t + 1] = (energies[t] as number) + (inside ? (reference.energy[at] as number) : reference.silenceEnergy);
    }
    for (let t = 0; t < frames; t++) {
      const from = Math.max(0, t - PATCH_RADIUS);
      const to = Math.min(frames, t + PATCH_RADIUS + 1);
      const energy =
        ((recordingEnergy[to] as number) - (recordingEnergy[from] as number)) * ((energies[to] as number) - (energies[from] as number));
      out[t * states + s] = energy > 1e-9 ? ((products[to] as number) - (products[from] as number)) / Math.sqrt(energy) : 0;
    }
  }
  return out;
}
