import { DEFAULT_THRESHOLDS } from '../config/defaults.ts';
import { CONFORMANCE, REPORT_SCHEMA, type Report, SCHEMA_VERSION } from '../core/report.ts';
import type { Verdict } from '../core/verdict.ts';
import { judge } from '../verdict/judge.ts';

type Given = Pick<Report, 'tool' | 'startedAt' | 'labels' | 'requested' | 'directions' | 'warnings' | 'artifacts'> &
  Partial<Pick<Report, 'capture'>>;

/**
 * The report of a sound that no call of ours brought: one direction, and nothing of a call.
 * @param verdict for what there is nothing to judge by; judged when left out
 */
export function reportRecording(given: Given, verdict?: Verdict): Report {
  const { capture, directions, ...rest } = given;
  const nothing = { kind: 'recording', phases: [], flows: null, path: null } as const;
  const judged = { ...nothing, directions, healthValid: true, healthReason: null, aborted: null, thresholds: DEFAULT_THRESHOLDS };
  return {
    schema: REPORT_SCHEMA,
    schemaVersion: SCHEMA_VERSION,
    conformance: CONFORMANCE,
    ...nothing,
    runType: 'manual',
    seed: null,
    plan: null,
    health: null,
    ...rest,
    ...(capture === undefined ? {} : { capture }),
    directions,
    verdict: verdict ?? judge(judged),
  };
}
