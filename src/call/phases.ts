import type { FailureCode, PhaseId, PhaseResult } from '../core/call-record.ts';
import { PHASE_IDS, RELAY_PHASE_IDS } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { CallProgress } from './progress.ts';

/** Times the phases of a call and says how each of them ended. A phase ends once; only a failure may be told in more words later. */
export interface PhaseLog {
  begin(id: PhaseId): void;
  /** Ends a phase well. Ignored when it has not begun or has ended. */
  succeed(id: PhaseId): void;
  /**
   * Ends a phase badly, now or as it turns out to have ended at `atMs`. For a phase that has failed already, the message is added to the first and
   * code and time stay.
   */
  fail(id: PhaseId, code: FailureCode, message: string, atMs?: number): void;
  /** Gives the cause of a bad end that was known too late: fails a phase that is going on, and puts code and message in the place of a failed one's. */
  blame(id: PhaseId, code: FailureCode, message: string): void;
  /** Fails every phase that is still going on. */
  interrupt(code: 'interrupted' | 'run-timeout', message: string): void;
  statusOf(id: PhaseId): PhaseResult['status'] | 'running' | 'not-begun';
  /**
   * All phases in their fixed order; those never begun are `skipped`, those not ended too, with the time they took. The phases of a relay are left out
   * when none of them was begun.
   */
  results(): PhaseResult[];
}

interface Entry {
  readonly beganMs: number;
  result: PhaseResult | null;
}

export function createPhaseLog(clock: Clock, onProgress: (event: CallProgress) => void): PhaseLog {
  const entries = new Map<PhaseId, Entry>();

  const end = (id: PhaseId, entry: Entry, failure: PhaseResult['failure'], atMs: number): void => {
    const seconds = Math.max(0, atMs - entry.beganMs) / 1000;
    entry.result = { id, status: failure === null ? 'ok' : 'failed', seconds, failure };
    onProgress({ kind: 'phase-ended', result: entry.result });
  };
  const fail = (id: PhaseId, code: FailureCode, message: string, atMs: number = clock.now()): void => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    if (entry.result === null) end(id, entry, { code, message }, atMs);
    else if (entry.result.failure !== null) {
      const { failure } = entry.result;
      entry.result = { ...entry.result, failure: { code: failure.code, message: `${failure.message}; ${message}` } };
    }
  };

  return {
    begin(id) {
      entries.set(id, { beganMs: clock.now(), result: null });
      onProgress({ kind: 'phase-began', id });
    },
    succeed(id) {
      const entry = entries.get(id);
      if (entry?.result === null) end(id, entry, null, clock.now());
    },
    fail,
    blame(id, code, message) {
      const entry = entries.get(id);
      if (entry?.result?.failure) entry.result = { ...entry.result, failure: { code, message } };
      else if (entry?.result === null) end(id, entry, { code, message }, clock.now());
    },
    interrupt(code, message) {
      for (const [id, entry] of entries) if (entry.result === null) fail(id, code, message);
    },
    statusOf(id) {
      const entry = entries.get(id);
      return entry === undefined ? 'not-begun' : (entry.result?.status ?? 'running');
    },
    results: () =>
      [...(RELAY_PHASE_IDS.some((id) => entries.has(id)) ? RELAY_PHASE_IDS : []), ...PHASE_IDS].map((id) => {
        const entry = entries.get(id);
        if (entry === undefined) return { id, status: 'skipped', seconds: null, failure: null };
        return entry.result ?? { id, status: 'skipped', seconds: (clock.now() - entry.beganMs) / 1000, failure: null };
      }),
  };
}
