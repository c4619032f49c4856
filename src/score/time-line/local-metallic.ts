import { logistic, prefixSums } from '../../dsp/statistics.ts';
import type { SubScores } from '../metallic/naming.ts';
import { type FrameTally, noisyOr } from '../metallic/sub-score.ts';
import { THRESHOLDS } from '../metallic/thresholds.ts';

/**
 * How much stronger a feature must be in one second than in a whole recording to count as half there: a second holds a tenth of the evidence and
 * scatters more. Set on three talkers so that no second of a kind that is not metallic reads over one half. A detector that is sure of the whole
 * recording asks for no more of a second than of the whole.
 */
const LOCAL_FACTORS: Readonly<Record<string, number>> = {
  buzz: 2,
  mono: 1.3,
  rep: 2.5,
  tone: 1.3,
  comb: 1.3,
  coarse: 1.25,
  musical: 2,
  warp: 1.2,
};
const OTHER_FACTOR = 1.3;
/** Flutter alone makes a voice unsteady rather than metallic, in a second as in the whole. */
const MOST_STRENGTH: Readonly<Record<string, number>> = { warp: 0.8 };
/** A second with less speech than this is read as if the rest of it, up to here, were clean: frames. */
const FULL_EVIDENCE_FRAMES = 50;

/** One detector over time. */
export interface LocalDetector {
  readonly name: string;
  /** Strength in frames from `from` to before `to`, 0–1. */
  readonly strength: (from: number, to: number) => number;
  /** Whether the feature is over its local centre there. */
  readonly over: (from: number, to: number) => boolean;
}

/** The detectors that measured anything, each to be asked about any stretch of frames at the same small cost. */
export function localDetectors(subScores: Readonly<Partial<SubScores>>): LocalDetector[] {
  return Object.entries(subScores).flatMap(([name, { strength, tallies = [] }]) =>
    tallies.map((tally) => detectorOf(name, tally, strength ?? 0)),
  );
}

function detectorOf(name: string, { feature: of, value, weight }: FrameTally, whole: number): LocalDetector {
  const threshold = THRESHOLDS[of];
  const factor = 1 + ((LOCAL_FACTORS[name] ?? OTHER_FACTOR) - 1) * (1 - whole);
  const local = { centre: threshold.centre * factor, width: threshold.width * factor };
  const most = MOST_STRENGTH[name] ?? 1;
  const values = prefixSums(value);
  const weights = prefixSums(weight);
  const counts = prefixSums(weight.map((w) => (w > 0 ? 1 : 0)));
  const within = (sums: Float64Array, from: number, to: number): number => (sums[to] as number) - (sums[from] as number);
  return {
    name,
    strength(from, to) {
      const frames = within(counts, from, to);
      if (frames === 0) return 0;
      const feature = within(values, from, to) / within(weights, from, to);
      return most * logistic(feature * Math.min(1, frames / FULL_EVIDENCE_FRAMES), local.centre, local.width);
    },
    over(from, to) {
      const all = within(weights, from, to);
      return all > 0 && within(values, from, to) / all > local.centre;
    },
  };
}

/** The metallic score of a stretch of frames, 0–1. */
export function localMetallic(detectors: readonly LocalDetector[], from: number, to: number): number {
  return noisyOr(detectors.map((detector) => detector.strength(from, to)));
}
