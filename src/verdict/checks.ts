import type { PhaseResult } from '../core/call-record.ts';
import { measuredValue } from '../core/measurement.ts';
import type { DirectionName, DirectionReport } from '../core/report.ts';
import type { ScoreId } from '../core/scores.ts';
import type { Check, Thresholds } from '../core/verdict.ts';
import type { VerdictInput } from './input.ts';

/**
 * The 0–1 scores that are held against a limit. `levelError` is not: the diagnosis has no word for a voice that is merely louder or quieter.
 * `visqol` and `mosCqe` are other opinions on what `mosLqo` says already.
 */
export const DAMAGE_SCORES: readonly ScoreId[] = ['metallic', 'distortion', 'discontinuity', 'noisiness', 'coloration', 'clipping'];

/**
 * Holds every value against its limits: the call's phases, then each direction's media, speech, scores and delay.
 * `limit` is the one that was missed, or the nearest one when none was. What could not be measured is `not-checked`, with value null.
 */
export function checkAll(input: VerdictInput): Check[] {
  const checks = input.kind === 'call' ? checkPhases(input.phases) : [];
  for (const direction of ['up', 'down', 'recording'] as const) {
    const report = input.directions[direction];
    if (report !== undefined) checks.push(...checkDirection(direction, report, input.thresholds));
  }
  return checks;
}

/** The worst status among checks; `pass` for none. */
export function worstStatus(checks: readonly Check[]): 'pass' | 'warn' | 'fail' {
  if (checks.some((check) => check.status === 'fail')) return 'fail';
  return checks.some((check) => check.status === 'warn') ? 'warn' : 'pass';
}

/** Packets that arrived, or whether any did: a direction without a report had no media; a recording needs none. */
export function hasMedia(report: DirectionReport | null | undefined): report is DirectionReport {
  if (report === null || report === undefined) return false;
  return report.network === null || measuredValue(report.network.packetsReceived) !== 0;
}

function checkPhases(phases: readonly PhaseResult[]): Check[] {
  const failed = (of: (phase: PhaseResult) => boolean): number => phases.filter((phase) => phase.status === 'failed' && of(phase)).length;
  const voice = failed((phase) => phase.id !== 'text');
  const text = failed((phase) => phase.id === 'text');
  const common = { direction: 'call', limit: 0, must: 'at-most' } as const;
  return [
    { ...common, id: 'voicePhasesFailed', value: voice, status: voice > 0 ? 'fail' : 'pass' },
    { ...common, id: 'textPhaseFailed', value: text, status: text > 0 ? 'warn' : 'pass' },
  ];
}

function checkDirection(direction: DirectionName, report: DirectionReport | null, thresholds: Thresholds): Check[] {
  const media = hasMedia(report);
  const presence = (id: string, present: boolean): Check => ({
    id,
    direction,
    status: present ? 'pass' : 'fail',
    value: present ? 1 : 0,
    limit: 1,
    must: 'at-least',
  });
  if (!media) return [presence('mediaArrived', false)];
  const score = (id: ScoreId): number | null => measuredValue(report.scores[id].measurement);
  const delaySeconds = measuredValue(report.mouthToEarDelaySeconds);
  const { mosLqo, score: damage, delayMs } = thresholds;
  return [
    ...(direction === 'recording' ? [] : [presence('mediaArrived', true)]),
    presence('speechFound', report.speechFound),
    atLeast('mosLqo', direction, score('mosLqo'), mosLqo.warnBelow, mosLqo.failBelow),
    ...DAMAGE_SCORES.map((id) => atMost(id, direction, score(id), damage.warnAbove, damage.failAbove)),
    atMost('mouthToEarDelayMs', direction, delaySeconds === null ? null : delaySeconds * 1000, delayMs.warnAbove, delayMs.failAbove),
  ];
}

function atLeast(id: string, direction: DirectionName, value: number | null, warnBelow: number, failBelow: number): Check {
  const common = { id, direction, value, must: 'at-least' } as const;
  if (value === null) return { ...common, status: 'not-checked', limit: warnBelow };
  if (value < failBelow) return { ...common, status: 'fail', limit: failBelow };
  return { ...common, status: value < warnBelow ? 'warn' : 'pass', limit: warnBelow };
}

function atMost(id: string, direction: DirectionName, value: number | null, warnAbove: number, failAbove: number): Check {
  const common = { id, direction, value, must: 'at-most' } as const;
  if (value === null) return { ...common, status: 'not-checked', limit: warnAbove };
  if (value > failAbove) return { ...common, status: 'fail', limit: failAbove };
  return { ...common, status: value > warnAbove ? 'warn' : 'pass', limit: warnAbove };
}
