import type { Diagnosis, Outcome, Verdict } from '../core/verdict.ts';
import { checkAll } from './checks.ts';
import { judgeConfidence, MIN_CONFIDENCE } from './confidence.ts';
import { type Doubt, diagnose, type Finding } from './diagnosis.ts';
import type { VerdictInput } from './input.ts';
import { findResemblance } from './resemblance.ts';
import { judgeScope } from './scope.ts';
import { writeSentence } from './sentence.ts';

/**
 * What a slow machine cannot have made up: it may damage sound, but not repair it, and does not keep a call from connecting for seconds.
 */
const STANDS_ON_A_SLOW_MACHINE: ReadonlySet<Diagnosis> = new Set<Diagnosis>(['clear', 'call-blocked', 'network-down']);

/**
 * Judges a call or a recording: what is wrong, how sure that is, whether voice alone suffers, and one sentence that says so.
 *
 * `inconclusive` when the run was stopped before it could tell, the machine itself was too slow, nothing could be scored, or the confidence is
 * under 0.4. The diagnosis is then `unknown`, but for what a slow machine cannot have made up (a clear call, one that did not connect).
 * Never throws: what is missing makes the verdict weaker, not the program fail.
 */
export function judge(input: VerdictInput): Verdict {
  const checks = checkAll(input);
  const finding = diagnose(input, checks);
  const confidence = judgeConfidence(finding, input);
  const doubt = doubtOf(finding, confidence, input);
  const known = doubt === null || (doubt === 'health' && STANDS_ON_A_SLOW_MACHINE.has(finding.diagnosis));
  const outcome: Outcome = doubt === null ? finding.status : 'inconclusive';
  const scope = known ? judgeScope(finding, input.directions, input.flows) : 'not-tested';
  return {
    outcome,
    diagnosis: known ? finding.diagnosis : 'unknown',
    scope,
    resembles: doubt === null ? findResemblance(finding, scope, input) : null,
    confidence: known ? confidence : 0,
    summary: writeSentence({ finding, doubt, scope, input }),
    checks,
  };
}

function doubtOf(finding: Finding, confidence: number, input: VerdictInput): Doubt | null {
  if (finding.doubt !== null) return finding.doubt;
  if (!input.healthValid) return 'health';
  return confidence < MIN_CONFIDENCE ? 'low-confidence' : null;
}
