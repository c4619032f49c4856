import type { Comparison, ComparisonGroup, ComparisonRow, GroupStatistic } from '../core/comparison.ts';
import { type Measurement, measuredValue } from '../core/measurement.ts';
import type { DirectionName, Report } from '../core/report.ts';
import { MOS_SCORES, SCORE_IDS } from '../core/scores.ts';
import { findWarnings } from './warnings.ts';

export interface ReportEntry {
  /** What the user calls it: the file or folder. */
  readonly name: string;
  readonly report: Report;
}

export interface Group {
  readonly name: string;
  readonly entries: readonly ReportEntry[];
}

/**
 * Runs a group needs before its median means anything. With three on each side, two groups that do not overlap do so by chance once in ten
 * (2 of the 20 ways to deal six runs into two groups of three); with two on each side, one time in three.
 */
const RUNS_NEEDED = 3;

const DIRECTIONS: readonly DirectionName[] = ['up', 'down', 'recording'];
const ROWS: readonly ComparisonRow['score'][] = [...SCORE_IDS, 'lossRatio', 'mouthToEarDelaySeconds'];
/** Differences closer to zero than this come from rounding. */
const EPSILON = 1e-9;

/**
 * Compares runs by a label: n, median, minimum and maximum of every score, loss and delay in each direction and group, and what has to be known
 * before believing the difference. Groups come in order of first appearance; runs without the label form one of their own.
 * The same report given twice counts once. Rows that no run has a value for are left out. Never throws; no entries give no groups.
 */
export function compareReports(entries: readonly ReportEntry[], by: string): Comparison {
  const unique = withoutRepeats(entries);
  const groups = groupBy(unique, by);
  const rows = DIRECTIONS.flatMap((direction) => ROWS.map((score) => rowOf(direction, score, groups))).filter((row) =>
    row.groups.some((group) => group.n > 0),
  );
  return {
    by,
    groups: groups.map(describeGroup),
    rows,
    enoughRuns: groups.length > 0 && groups.every((group) => group.entries.length >= RUNS_NEEDED),
    runsNeeded: RUNS_NEEDED,
    warnings: findWarnings(groups, { by, repeats: entries.length - unique.length, runsNeeded: RUNS_NEEDED }),
  };
}

/** The middle value, or the mean of the two middle ones; null for none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

function withoutRepeats(entries: readonly ReportEntry[]): ReportEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ report }) => {
    const content = JSON.stringify(report);
    if (seen.has(content)) return false;
    seen.add(content);
    return true;
  });
}

function groupBy(entries: readonly ReportEntry[], by: string): Group[] {
  const groups = new Map<string, ReportEntry[]>();
  for (const entry of entries) {
    const label = Object.hasOwn(entry.report.labels, by) ? entry.report.labels[by] : undefined;
    const name = label ?? `(no ${by})`;
    const members = groups.get(name) ?? [];
    groups.set(name, members);
    members.push(entry);
  }
  return [...groups].map(([name, members]) => ({ name, entries: members }));
}

function describeGroup({ name, entries }: Group): ComparisonGroup {
  const diagnoses: Record<string, number> = {};
  for (const { report } of entries) {
    // Signs in a recording without its reference are no diagnosis to be counted beside the others.
    const diagnosis = report.directions.recording?.singleEnded === undefined ? report.verdict.diagnosis : 'unknown';
    diagnoses[diagnosis] = (diagnoses[diagnosis] ?? 0) + 1;
  }
  return { name, runs: entries.length, diagnoses };
}

function rowOf(direction: DirectionName, score: ComparisonRow['score'], groups: readonly Group[]): ComparisonRow {
  const statistics = groups.map((group) => statisticOf(direction, score, group));
  const [first, second, ...more] = statistics.filter((statistic) => statistic.n > 0);
  const comparable = first !== undefined && second !== undefined && more.length === 0 && first.median !== null && second.median !== null;
  const difference = comparable ? (second.median as number) - (first.median as number) : null;
  return { direction, score, groups: statistics, difference, sense: difference === null ? null : senseOf(score, difference) };
}

function statisticOf(direction: DirectionName, score: ComparisonRow['score'], { name, entries }: Group): GroupStatistic {
  const values = entries.flatMap(({ report }) => {
    const value = measuredValue(measurementOf(report, direction, score));
    return value === null ? [] : [value];
  });
  const none = values.length === 0;
  return {
    group: name,
    n: values.length,
    median: median(values),
    min: none ? null : Math.min(...values),
    max: none ? null : Math.max(...values),
  };
}

function measurementOf(report: Report, direction: DirectionName, score: ComparisonRow['score']): Measurement | undefined {
  const side = report.directions[direction];
  if (!side) return undefined;
  if (score === 'lossRatio') return side.network?.lossRatio;
  return score === 'mouthToEarDelaySeconds' ? side.mouthToEarDelaySeconds : side.scores[score].measurement;
}

function senseOf(score: ComparisonRow['score'], difference: number): ComparisonRow['sense'] {
  if (Math.abs(difference) < EPSILON) return 'same';
  const moreIsBetter = score !== 'lossRatio' && score !== 'mouthToEarDelaySeconds' && MOS_SCORES.has(score);
  return difference > 0 === moreIsBetter ? 'better' : 'worse';
}
