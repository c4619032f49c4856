import { NOT_THE_NETWORK, type PhaseResult } from '../core/call-record.ts';
import { measuredValue } from '../core/measurement.ts';
import type { MediaOutage } from '../core/media-outage.ts';
import type { DirectionName, DirectionReport } from '../core/report.ts';
import type { ScoreId } from '../core/scores.ts';
import type { Check } from '../core/verdict.ts';
import type { VerdictInput } from './input.ts';

/**
 * The 0–1 scores that are held against a limit. `levelError` is not: the diagnosis has no word for a voice that is merely louder or quieter.
 * `visqol` and `mosCqe` are other opinions on what `mosLqo` says already.
 */
export const DAMAGE_SCORES: readonly ScoreId[] = ['metallic', 'distortion', 'discontinuity', 'noisiness', 'coloration', 'echo', 'clipping'];

/**
 * Holds every value against its limits: the call's phases, then each direction's media, speech, scores and delay.
 * `limit` is the one that was missed, or the nearest one when none was. What could not be measured is `not-checked`, with value null.
 */
export function checkAll(input: VerdictInput): Check[] {
  const checks = input.kind === 'call' ? checkPhases(input) : [];
  for (const direction of ['up', 'down', 'recording'] as const) {
    const report = input.directions[direction];
    if (report !== undefined) checks.push(...checkDirection(direction, report, input));
  }
  return checks;
}

/** The worst status among checks; `pass` for none. */
export function worstStatus(checks: readonly Check[]): 'pass' | 'warn' | 'fail' {
  if (checks.some((check) => check.status === 'fail')) return 'fail';
  return checks.some((check) => check.status === 'warn') ? 'warn' : 'pass';
}

/** Where nothing of a direction arrived for longer than a call bears. None for a recording. */
export function outagesOf(report: DirectionReport): readonly MediaOutage[] {
  return report.network?.outages ?? [];
}

/** Packets that arrived, or whether any did: a direction without a report had no media; a recording needs none. */
export function hasMedia(report: DirectionReport | null | undefined): report is DirectionReport {
  if (report === null || report === undefined) return false;
  return report.network === null || measuredValue(report.network.packetsReceived) !== 0;
}

/** Whether a phase failed for a reason that is not the network's: ended by the user or by the run's own time limit, or this machine's fault. */
export function failedByUs(phase: PhaseResult): boolean {
  return phase.failure !== null && NOT_THE_NETWORK.has(phase.failure.code);
}

/** Phases that were ended by us are not counted; where nothing else failed either, they leave the check open. */
function checkPhases({ phases, flows }: VerdictInput): Check[] {
  const check = (id: string, of: readonly PhaseResult[], alsoFailed: boolean, whenFailed: 'fail' | 'warn'): Check => {
    const common = { id, direction: 'call', limit: 0, must: 'at-most' } as const;
    const failed = of.filter((phase) => phase.status === 'failed' && !failedByUs(phase)).length;
    const value = Math.max(failed, alsoFailed ? 1 : 0);
    if (value > 0) return { ...common, value, status: whenFailed };
    return of.some(failedByUs) ? { ...common, value: null, status: 'not-checked' } : { ...common, value: 0, status: 'pass' };
  };
  const isText = (phase: PhaseResult): boolean => phase.id === 'text';
  return [
    check(
      'voicePhasesFailed',
      phases.filter((phase) => !isText(phase)),
      false,
      'fail',
    ),
    // The phase is over with the first echo; the flow may still be cut off later.
    check('textPhaseFailed', phases.filter(isText), flows?.text.status === 'failed', 'warn'),
    check('dataChannelFailed', [], flows?.dataChannel.status === 'failed', 'warn'),
  ];
}

/** Whether the call was ended by us, or by this machine, before media had its chance. */
function neverTried(phases: readonly PhaseResult[]): boolean {
  const decided = phases.some((phase) => phase.id === 'firstMedia' && phase.status !== 'skipped' && !failedByUs(phase));
  return !decided && phases.some((phase) => phase.id !== 'text' && failedByUs(phase));
}

function checkDirection(direction: DirectionName, report: DirectionReport | null, { phases, thresholds }: VerdictInput): Check[] {
  const media = hasMedia(report);
  const presence = (id: string, present: boolean | null): Check => {
    const common = { id, direction, limit: 1, must: 'at-least' } as const;
    if (present === null) return { ...common, status: 'not-checked', value: null };
    return { ...common, status: present ? 'pass' : 'fail', value: present ? 1 : 0 };
  };
  if (!media) return [presence('mediaArrived', neverTried(phases) ? null : false)];
  const score = (id: ScoreId): number | null => measuredValue(report.scores[id].measurement);
  const delaySeconds = measuredValue(report.mouthToEarDelaySeconds);
  const { mosLqo, score: damage, delayMs } = thresholds;
  return [
    ...(direction === 'recording' ? [] : [presence('mediaArrived', true), presence('mediaSustained', outagesOf(report).length === 0)]),
    presence('speechFound', report.speechFound || (report.noSpeechReason === null ? null : false)),
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
