import type { CallRecord } from '../core/call-record.ts';
import type { Report } from '../core/report.ts';
import type { Thresholds } from '../core/verdict.ts';

/** What a verdict is judged from: the report's own parts, and the limits. */
export interface VerdictInput extends Pick<Report, 'kind' | 'phases' | 'directions' | 'flows' | 'path'> {
  /** False when the measuring machine itself was too slow to be believed; `healthReason` then says how. True for a recording. */
  readonly healthValid: boolean;
  readonly healthReason: string | null;
  readonly aborted: CallRecord['aborted'];
  readonly thresholds: Thresholds;
}
