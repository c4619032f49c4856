import type { Measurement } from '../../core/measurement.ts';
import { logistic } from '../../dsp/statistics.ts';

/** One of the ways a voice can sound metallic: how surely it is there, and what was measured to say so. */
export interface SubScore {
  /** 0–1, or null where there was nothing to measure it on: then it says neither yes nor no. */
  readonly strength: number | null;
  /** The features behind it, by name, each with its unit. */
  readonly features: Readonly<Record<string, Measurement>>;
  /** The feature frame by frame, for the time line; absent where nothing was measured. */
  readonly tally?: FrameTally;
}

/** Sub-scores by name. */
export type SubScores = Readonly<Record<string, SubScore>>;

/** What a feature is made of, frame by frame: over any stretch of frames it is Σ value / Σ weight, and over all of them the feature itself, or near it. */
export interface FrameTally {
  readonly value: Float64Array;
  readonly weight: Float64Array;
  readonly threshold: Threshold;
}

/** An empty tally of so many frames. */
export function createTally(frames: number, threshold: Threshold): FrameTally {
  return { value: new Float64Array(frames), weight: new Float64Array(frames), threshold };
}

/** Where a feature counts as half present, and how quickly it turns: 1 / (1 + e^(−(f − centre) / width)). */
export interface Threshold {
  readonly centre: number;
  readonly width: number;
}

/** Strength of a feature against its threshold, 0–1. */
export function strengthOf(feature: number, threshold: Threshold): number {
  return logistic(feature, threshold.centre, threshold.width);
}

/** Probability that at least one of independent causes is present: 1 − Π(1 − s). */
export function noisyOr(strengths: readonly number[]): number {
  return 1 - strengths.reduce((rest, strength) => rest * (1 - strength), 1);
}
