import { DEFAULT_THRESHOLDS } from '../../src/config/defaults.ts';
import type { RelayRoute } from '../../src/core/call-plan.ts';
import { type PhaseFailure, type PhaseId, type PhaseResult, RELAY_PHASE_IDS } from '../../src/core/call-record.ts';
import type { Report, ReportedPath } from '../../src/core/report.ts';
import { judge } from '../../src/verdict/judge.ts';
import { buildPath, type CallOptions, callReport, UNTESTED_TEXT } from './reports.ts';

export interface RelayOptions extends Omit<CallOptions, 'text' | 'failedPhase'> {
  readonly route?: Partial<RelayRoute>;
  /** Adds an emulated path of this name. */
  readonly added?: string;
  /** Fails a phase; those after it are skipped. */
  readonly failed?: { readonly id: PhaseId; readonly failure: PhaseFailure };
}

/** The report of a call over a TURN relay; clear in both directions unless told otherwise. */
export function relayReport({ route, added, failed, ...options }: RelayOptions = {}): Report {
  const unheard = failed === undefined || failed.id === 'sustainedMedia' ? {} : { up: null, down: null };
  const base = callReport({ ...unheard, ...options, text: UNTESTED_TEXT });
  const path: ReportedPath = {
    ...buildPath(added ?? 'none'),
    ...(added === undefined ? { rules: [] } : {}),
    kind: 'turn',
    route: { kind: 'turn', transport: 'udp', certificateChecked: null, server: null, links: { caller: null, callee: null }, ...route },
  };
  const ok = RELAY_PHASE_IDS.map((id): PhaseResult => ({ id, status: 'ok', seconds: 0.02, failure: null }));
  const all = [...ok, ...base.phases];
  const failedAt = failed === undefined ? Number.POSITIVE_INFINITY : all.findIndex(({ id }) => id === failed.id);
  const phases = all.map((phase, index): PhaseResult => {
    if (index < failedAt || failed === undefined) return phase;
    if (index > failedAt) return { ...phase, status: 'skipped', seconds: null, failure: null };
    return { ...phase, status: 'failed', seconds: 5, failure: failed.failure };
  });
  const verdict = judge({
    kind: 'call',
    path,
    phases,
    directions: base.directions,
    flows: base.flows,
    healthValid: true,
    healthReason: null,
    aborted: null,
    thresholds: DEFAULT_THRESHOLDS,
  });
  return { ...base, path, phases, verdict };
}
