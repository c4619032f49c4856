import type { Measurement } from './measurement.ts';

/** A beginning that is missing by less than this is no missing one, seconds. */
export const EDGE_SECONDS = 0.05;

/** One time the reference is heard in a recording. */
export interface LocatedPlay {
  /** When its first sample is heard, seconds of the recording; negative where the recording began later. */
  readonly startSeconds: number;
  /** Similarity to the reference, 0–1. */
  readonly match: number;
  /** How much of the reference's speech lies within the recording, 0–1. */
  readonly coveredShare: number;
}

/** Why a recording gets no overall score: it ends early or begins late, is silent and shorter than the reference, or the two files changed places. */
export type Hindrance = 'incomplete' | 'swapped';

/** Where in a recording, which may be much longer, the reference was found, and what was done to lay the two over one another. */
export interface LocatedRecording {
  readonly recordingSeconds: number;
  readonly channels: number;
  /** Which channel was scored, from 1; null where nothing was found. */
  readonly channel: number | null;
  /** Of the play that was scored. */
  readonly startSeconds: Measurement;
  readonly match: Measurement;
  readonly coveredShare: Measurement;
  /** How fast the recorder's clock ran against the player's, ppm; positive where the recording came out too long. */
  readonly driftPpm: Measurement;
  /** Whether the drift was sure enough to be taken out before scoring. */
  readonly driftRemoved: boolean;
  /** All plays, in order of time, and which of them was scored, from 1. */
  readonly plays: readonly LocatedPlay[];
  readonly play: number | null;
  /** What was scored, seconds of the recording: time 0 of the scores is its beginning. */
  readonly cut: { readonly fromSeconds: number; readonly toSeconds: number } | null;
  readonly hindrance: Hindrance | null;
}
