import type { Measurement } from '../../core/measurement.ts';
import { logistic } from '../../dsp/statistics.ts';
import { type FeatureName, THRESHOLDS } from './thresholds.ts';

/** One of the ways a voice can sound metallic: how surely it is there, and what was measured to say so. */
export interface SubScore {
  /** 0–1, or null where there was nothing to measure it on: then it says neither yes nor no. */
  readonly strength: number | null;
  /** The feature in multiples of its threshold: 1 where the strength is one half. It goes on where the strength saturates; 0 for none. */
  readonly times: number;
  /** The features behind it, by name, each with its unit. */
  readonly features: Readonly<Record<string, Measurement>>;
  /** The features frame by frame, for the time line; absent where nothing was measured. */
  readonly tallies?: readonly FrameTally[];
}

/** What a feature is made of, frame by frame: over any stretch of frames it is Σ value / Σ weight, and over all of them the feature itself, or near it. */
export interface FrameTally {
  readonly feature: FeatureName;
  readonly value: Float64Array;
  readonly weight: Float64Array;
}

/** An empty tally of so many frames. */
export function createTally(frames: number, feature: FeatureName): FrameTally {
  return { feature, value: new Float64Array(frames), weight: new Float64Array(frames) };
}

/** Strength of a feature against its threshold, 0–1. */
export function strengthOf(name: FeatureName, feature: number): number {
  const { centre, width } = THRESHOLDS[name];
  return logistic(feature, centre, width);
}

/** A feature in multiples of its threshold, at least 0. */
export function timesOf(name: FeatureName, feature: number): number {
  return Math.max(0, feature / THRESHOLDS[name].centre);
}

/** A sub-score that had nothing to look at. */
export function nothingToMeasure(features: SubScore['features']): SubScore {
  return { strength: null, times: 0, features };
}

/** Probability that at least one of independent causes is present: 1 − Π(1 − s). */
export function noisyOr(strengths: readonly number[]): number {
  return 1 - strengths.reduce((rest, strength) => rest * (1 - strength), 1);
}
