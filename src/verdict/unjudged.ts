import { formatPercent, formatSeconds, joinWords } from '../core/format.ts';
import { measuredValue } from '../core/measurement.ts';
import { shareOf } from '../core/playout-stats.ts';
import type { DirectionReport } from '../core/report.ts';
import type { Verdict } from '../core/verdict.ts';

/**
 * The verdict on a sound that was compared with nothing: none. Its sentence tells what network and receiver show, and that this is not how it sounds.
 * @param name of the file
 */
export function withoutReference(name: string, { network, playout }: DirectionReport): Verdict {
  const lost = measuredValue(network?.lossRatio);
  const late = shareOf(playout?.packetsDiscarded ?? null, playout?.packetsReceived ?? null);
  const madeUp = shareOf(playout?.concealedSamples ?? null, playout?.totalSamplesReceived ?? null);
  const facts = [
    ...(lost === null ? [] : [`${formatPercent(lost)} of its packets were lost`]),
    ...(late === null || late === 0 ? [] : [`${formatPercent(late)} came too late or twice`]),
    ...(madeUp === null ? [] : [`the receiver had to make up ${formatPercent(madeUp)} of the sound`]),
  ];
  const count = playout?.interruptionCount ?? 0;
  const seconds = playout?.totalInterruptionDuration ?? null;
  const gaps =
    count === 0 || seconds === null ? '' : `, ${formatSeconds(seconds)} of it in ${count} gap${count === 1 ? '' : 's'} of 150 ms or more`;
  return {
    outcome: 'inconclusive',
    diagnosis: 'unknown',
    scope: 'not-tested',
    resembles: null,
    confidence: 0,
    summary: `Of ${name}, ${joinWords(facts)}${gaps}. How it sounds is not judged without a reference: give what was spoken with --reference.`,
    checks: [],
  };
}
