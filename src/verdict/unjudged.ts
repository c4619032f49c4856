import { formatPercent, formatSeconds, joinWords } from '../core/format.ts';
import { measuredValue } from '../core/measurement.ts';
import type { DirectionReport } from '../core/report.ts';
import type { Verdict } from '../core/verdict.ts';

/**
 * The verdict on a sound that was compared with nothing: none. Its sentence tells what network and receiver show, and that this is not how it sounds.
 * @param name of the file
 */
export function withoutReference(name: string, { network, playout }: DirectionReport): Verdict {
  const lost = measuredValue(network?.lossRatio);
  const facts = [
    ...(lost === null ? [] : [`${formatPercent(lost)} of its packets were lost`]),
    ...(playout === null || playout.packetsDiscarded === 0
      ? []
      : [`${formatPercent(playout.packetsDiscarded / playout.packetsReceived)} came too late or twice`]),
    ...(playout === null || playout.totalSamplesReceived === 0
      ? []
      : [`the receiver had to make up ${formatPercent(playout.concealedSamples / playout.totalSamplesReceived)} of the sound`]),
  ];
  const gaps =
    playout === null || playout.interruptionCount === 0
      ? ''
      : `, ${formatSeconds(playout.totalInterruptionDuration)} of it in ${playout.interruptionCount} gap${playout.interruptionCount === 1 ? '' : 's'} of 150 ms or more`;
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
