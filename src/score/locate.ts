import type { Signal } from '../core/signal.ts';
import { durationSeconds } from '../core/signal.ts';
import { prefixSums } from '../dsp/statistics.ts';
import {
  type BandPowers,
  createBandPowerStream,
  LOCATE_BANDS,
  LOCATE_FRAMES_PER_SECOND,
  type LocateFeatures,
  locateFeatures,
} from './locate-features.ts';
import { similarityByPlace } from './locate-search.ts';

/** Frames of silence that the pattern keeps around the reference's speech: 0.1 s. */
const PATTERN_MARGIN = 10;
/**
 * A place as similar as this holds the reference. Other sentences stay under 0.45, in ten minutes of them too; copies with a third of their packets lost,
 * robot voices and noise at 5 dB stay above 0.55 (bench `wild`).
 */
export const FOUND_SIMILARITY = 0.5;
/** Further plays are as similar as this, against the best. */
const ALSO_PLAYED = 0.65;
/** A play is whole when so much of the reference's speech lies in the recording. */
export const WHOLE_SHARE = 0.95;
/** More plays than this are not told: ten minutes hold no more of the shortest reference. */
const MOST_PLAYS = 300;

/** What of a reference is looked for: its features from just before the first sound to just after the last. */
export interface Pattern {
  readonly values: Float32Array;
  /** Frame of the reference at which the pattern begins. */
  readonly first: number;
  /** Frames that sound before each frame of the reference: prefix sums, one longer than it has frames. */
  readonly soundingBefore: Float64Array;
  readonly seconds: number;
}

/** One time the reference is heard in a recording. */
export interface Play {
  /** When the reference's first sample is heard, seconds, to about 10 ms; negative where the recording began later. */
  readonly startSeconds: number;
  /** Similarity of what is there to the reference, 0–1. */
  readonly match: number;
  /** How much of the reference's speech lies within the recording, 0–1. */
  readonly coveredShare: number;
}

/** Band powers of a sound that is in memory. */
export function bandPowers({ samples, sampleRateHz }: Signal): BandPowers {
  const stream = createBandPowerStream(sampleRateHz);
  stream.push(samples);
  return stream.finish();
}

/** Makes ready what is to be looked for. A silent reference gives an empty pattern, which is found nowhere. */
export function createPattern(reference: Signal): Pattern {
  const { values, sounding } = locateFeatures(bandPowers(reference));
  const first = Math.max(0, sounding.indexOf(1) - PATTERN_MARGIN);
  const last = Math.min(sounding.length, sounding.lastIndexOf(1) + 1 + PATTERN_MARGIN);
  return {
    values: sounding.includes(1) ? values.slice(first * LOCATE_BANDS, last * LOCATE_BANDS) : new Float32Array(0),
    first,
    soundingBefore: prefixSums(sounding),
    seconds: durationSeconds(reference),
  };
}

/**
 * Every time the reference is heard in a recording, in order of time, and the highest similarity there is at all, so that "not found" can be told with its
 * reason. The plays do not overlap. Survives noise at 5 dB, loss of a third of the packets, robot voices, telephone bandwidth and any gain; a delay that
 * moves by more than 0.1 s within the reference lowers the match.
 */
export function findPlays(pattern: Pattern, recording: LocateFeatures): { readonly plays: readonly Play[]; readonly best: number } {
  const similarity = similarityByPlace(pattern.values, recording.values);
  const own = pattern.values.length / LOCATE_BANDS;
  const frames = recording.sounding.length;
  const best = similarity.reduce((most, value) => Math.max(most, value), 0);
  const least = Math.max(FOUND_SIMILARITY, ALSO_PLAYED * best);
  const plays: Play[] = [];
  const open = similarity.slice();
  while (plays.length < MOST_PLAYS) {
    const at = highest(open);
    if (at === null || (open[at] as number) < least) break;
    const start = at - own + 1 - pattern.first;
    plays.push({
      startSeconds: start / LOCATE_FRAMES_PER_SECOND,
      match: Math.min(1, open[at] as number),
      coveredShare: coveredShare(pattern, start, frames),
    });
    open.fill(0, Math.max(0, at - own + 1), at + own);
  }
  return { plays: plays.sort((a, b) => a.startSeconds - b.startSeconds), best };
}

/** The play to be judged: the first whole one, so that nobody picks the best or the worst; where none is whole, the one with the most speech. */
export function chosenPlay(plays: readonly Play[]): Play | null {
  const whole = plays.find((play) => play.coveredShare >= WHOLE_SHARE);
  if (whole !== undefined) return whole;
  return plays.reduce<Play | null>((most, play) => (most === null || play.coveredShare > most.coveredShare ? play : most), null);
}

/** How much of the reference's speech lies within a recording of so many frames when it begins at a frame of it. */
function coveredShare({ soundingBefore }: Pattern, start: number, frames: number): number {
  const last = soundingBefore.length - 1;
  const within = (frame: number): number => soundingBefore[Math.max(0, Math.min(last, frame))] as number;
  const whole = soundingBefore[last] as number;
  return whole > 0 ? (within(frames - start) - within(-start)) / whole : 0;
}

function highest(values: Float64Array): number | null {
  let best: number | null = null;
  for (let i = 0; i < values.length; i++) if (best === null || (values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/** A sound whose loudest quarter of a second keeps under this is silent: the level of a voice at −55 dBov, as the sum of its bands. */
const SILENT_SUM_DB = -59;

/** Whether a sound is silent from end to end, to the ear. */
export function isSilent({ frames, power }: BandPowers): boolean {
  const sums = Float64Array.from({ length: frames }, (_, t) => {
    let sum = 0;
    for (let b = 0; b < LOCATE_BANDS; b++) sum += power[t * LOCATE_BANDS + b] as number;
    return sum;
  }).sort();
  // A single word must not pass for silence, nor a click for a word: the loudest quarter of a second decides.
  const loud = sums.at(-Math.min(frames, LOCATE_FRAMES_PER_SECOND / 4)) ?? 0;
  return 10 * Math.log10(Math.max(loud, 1e-12)) < SILENT_SUM_DB;
}
