import { measuredValue } from '../core/measurement.ts';
import { shareOf } from '../core/playout-stats.ts';
import type { DirectionReport } from '../core/report.ts';
import type { Thresholds } from '../core/verdict.ts';
import type { DirectionFinding } from './damage.ts';
import type { Finding } from './diagnosis.ts';
import type { VerdictInput } from './input.ts';

/** Below this the evidence does not carry a diagnosis, and the outcome is `inconclusive`. */
export const MIN_CONFIDENCE = 0.4;

/** Similarity of aligned frames from which the alignment is beyond doubt (`AlignmentSummary.confidence`). */
const GOOD_SIMILARITY = 0.6;
/** Seconds of speech from which there is enough to judge: the least that ITU-T P.863.1 asks of a test signal. */
const ENOUGH_SPEECH_SECONDS = 3;
/** A share of lost, discarded or concealed sound that explains what damage is heard. */
const EXPLAINS_DAMAGE_RATIO = 0.03;
/** Loss that ought to be heard. */
const SHOULD_BE_HEARD_RATIO = 0.1;

/**
 * How far the evidence carries the finding, 0–1, two decimals; 0 for a run in doubt. These are weights of evidence and not probabilities:
 * a product of how well the sound was matched with its reference, how much speech there was, how far the deciding score lies from its limit,
 * and whether network and receiver agree with the ear. Each is 1 when nothing speaks against it.
 */
export function judgeConfidence(finding: Finding, input: VerdictInput): number {
  return Math.round(100 * weigh(finding, input)) / 100;
}

function weigh(finding: Finding, input: VerdictInput): number {
  const stopped = input.aborted === null ? 1 : 0.8;
  switch (finding.diagnosis) {
    case 'unknown':
      return 0;
    case 'network-down':
      return 0.9 * stopped;
    case 'call-blocked':
      return blocked(input) * stopped;
    case 'call-dropped':
      return 0.9;
    case 'one-way':
    case 'silent':
      return finding.affected.some((direction) => input.directions[direction]?.noSpeechReason === 'unrelated') ? 0.7 : 0.9;
    default:
      return heard(finding, input);
  }
}

/** Without text beside it a blocked call cannot be told from a dead network. */
function blocked(input: VerdictInput): number {
  const text = input.flows?.text;
  if (text === undefined || text.status === 'not-tested') return 0.6;
  return text.echoed < 3 ? 0.8 : 0.95;
}

/** A clear call is as certain as its less certain direction, damage as the direction it was found in. */
function heard(finding: Finding, input: VerdictInput): number {
  const weights = finding.sounds.map((sound) => hearing(sound) * margin(sound, input.thresholds) * agreement(sound));
  return finding.diagnosis === 'clear' ? Math.min(...weights) : (weights[0] ?? 0);
}

function hearing({ report }: DirectionFinding): number {
  const similarity = measuredValue(report.alignment.similarity) ?? 0;
  const speech = measuredValue(report.alignment.activeSpeechSeconds) ?? 0;
  return Math.min(1, Math.max(0.5, similarity / GOOD_SIMILARITY)) * Math.min(1, 0.25 + (0.75 * speech) / ENOUGH_SPEECH_SECONDS);
}

function margin(sound: DirectionFinding, { score }: Thresholds): number {
  if (score.warnAbove <= 0) return 1;
  return 0.8 + 0.2 * Math.min(1, (2 * Math.abs(sound.severity - score.warnAbove)) / score.warnAbove);
}

function agreement({ damage, report }: DirectionFinding): number {
  if (report.network === null) return 0.9;
  const harm = worstLossRatio(report);
  switch (damage) {
    case 'metallic':
    case 'choppy':
      return 0.6 + 0.4 * Math.min(1, harm / EXPLAINS_DAMAGE_RATIO);
    case 'clear':
      return harm >= SHOULD_BE_HEARD_RATIO ? 0.7 : 1;
    case 'delayed':
      return 1;
    default:
      return 0.8;
  }
}

/** The largest share of a direction's sound that the network lost, came too late or had to be made up by the receiver; 0 where nothing tells. */
function worstLossRatio({ network, playout }: DirectionReport): number {
  const lost = network === null ? 0 : (measuredValue(network.lossRatio) ?? 0);
  if (playout === null) return lost;
  const concealed = shareOf(playout.concealedSamples, playout.totalSamplesReceived) ?? 0;
  const late = shareOf(playout.packetsDiscarded, playout.packetsReceived) ?? 0;
  return Math.max(lost, concealed, late);
}
