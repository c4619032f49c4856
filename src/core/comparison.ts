import type { DirectionName } from './report.ts';
import type { ScoreId } from './scores.ts';

/** One score of one direction in one group of runs. */
export interface GroupStatistic {
  readonly group: string;
  /** Runs of the group that have this value. */
  readonly n: number;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface ComparisonRow {
  readonly direction: DirectionName;
  readonly score: ScoreId | 'lossRatio' | 'mouthToEarDelaySeconds';
  readonly groups: readonly GroupStatistic[];
  /** Median of the second group minus median of the first; null unless exactly two groups have values. */
  readonly difference: number | null;
  /** Whether the second group is better or worse by this row's own sense; `same` when equal. */
  readonly sense: 'better' | 'worse' | 'same' | null;
}

export interface ComparisonGroup {
  readonly name: string;
  readonly runs: number;
  /** How often each diagnosis was given. */
  readonly diagnoses: Readonly<Record<string, number>>;
}

export interface Comparison {
  /** The label that groups, such as `network`. */
  readonly by: string;
  readonly groups: readonly ComparisonGroup[];
  readonly rows: readonly ComparisonRow[];
  /** False when any group has fewer runs than `runsNeeded`: then a difference may be chance. */
  readonly enoughRuns: boolean;
  readonly runsNeeded: number;
  /** What keeps the runs from being compared like with like: plans, conformance numbers, invalid runs. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}
