import { measuredValue } from '../core/measurement.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Finding } from './diagnosis.ts';
import type { VerdictInput } from './input.ts';

/** Loss from which a voice turns robotic and broken under any receiver; an ordinary path loses less (ITU-T G.1010 asks for under 3 %). */
const MIN_LOSS_RATIO = 0.1;

/**
 * Name of a documented pattern (docs/paths.md) the findings are consistent with, or null. Consistent is all it says: the same sound has been
 * measured on ordinary paths without anybody meddling, so nothing is named unless the control flow shows that voice alone was hit.
 *
 * - `whatsapp-2025-08`: connects; then voice is heavily lost and sounds robotic, choppy or both; text untouched.
 *   No published source tells how the loss was distributed, so that is not asked for.
 * - `telegram-2025-08`: ICE gets no answer; text untouched.
 */
export function findResemblance(finding: Finding, scope: Verdict['scope'], input: VerdictInput): string | null {
  if (scope !== 'voice-only' || finding.status !== 'fail') return null;
  if (finding.diagnosis === 'call-blocked') return finding.failedPhase?.id === 'ice' ? 'telegram-2025-08' : null;
  if (finding.diagnosis !== 'metallic' && finding.diagnosis !== 'choppy') return null;
  const network = finding.sounds[0]?.report.network;
  if (network === null || network === undefined) return null;
  const heavy = (measuredValue(network.lossRatio) ?? 0) >= MIN_LOSS_RATIO;
  const robotic = (measuredValue(finding.sounds[0]?.report.scores.metallic.measurement) ?? 0) >= input.thresholds.score.warnAbove;
  return heavy && robotic ? 'whatsapp-2025-08' : null;
}
