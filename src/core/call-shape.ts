import { PHASE_IDS, RELAY_PHASE_IDS } from './call-record.ts';
import { anything, type Checker, flag, listOf, nullOr, number, objectOf, oneOf, recordOf, text } from './shape.ts';

/** The shapes of a call's plan and record as they are read back from files, as far as anything in this program reads them. */

const numbers = (...names: readonly string[]): Record<string, Checker> => Object.fromEntries(names.map((name) => [name, number]));
const failure: Checker = nullOr(objectOf({ code: text, message: text }));
const stimulus: Checker = objectOf({ name: text, sha256: text, ...numbers('sampleRateHz', 'seconds') });

export const playoutSettingsShape: Checker = objectOf(
  { concealment: text, fixedDelayMs: nullOr(number), ...numbers('minDelayMs', 'maxDelayMs'), useFec: flag },
  ['useFec'],
);

export const planShape: Checker = objectOf({
  seed: number,
  stimuli: objectOf({ up: stimulus, down: stimulus }),
  codec: objectOf({ name: text, ...numbers('bitrateBps', 'complexity', 'declaredLossRatio', 'packetTimeMs'), fec: flag, dtx: flag }),
  path: objectOf({ name: text, summary: text, expectedEffect: text, basis: text, rules: listOf(anything) }),
  playout: playoutSettingsShape,
  timeouts: recordOf(number),
  text: recordOf(number),
  ...numbers('leadInMs', 'tailMs'),
});

export const phaseShape: Checker = objectOf({
  id: oneOf([...RELAY_PHASE_IDS, ...PHASE_IDS]),
  status: oneOf(['ok', 'failed', 'skipped']),
  seconds: nullOr(number),
  failure,
});

const delays: Checker = nullOr(objectOf(numbers('p50', 'p99', 'max')));
const texts: Checker = objectOf({ ...numbers('sent', 'echoed'), roundTripSeconds: listOf(number), failure });
const direction: Checker = objectOf({ mediaStartMs: nullOr(number), mediaEndMs: nullOr(number), roundTripSeconds: nullOr(number) });

/** A call record but for its packets. */
export const callShape: Checker = objectOf({
  startedAt: text,
  plan: planShape,
  phases: listOf(phaseShape),
  directions: objectOf({ up: direction, down: direction }),
  dataChannel: texts,
  text: texts,
  health: objectOf(
    {
      eventLoopDelaySeconds: delays,
      sendLatenessSeconds: delays,
      relayLatenessSeconds: delays,
      relay: objectOf(numbers('strangers', 'overflowed', 'socketErrors', 'unrecorded')),
    },
    ['relay'],
  ),
  aborted: nullOr(oneOf(['interrupted', 'run-timeout'])),
});

export const sentPacketShape: Checker = objectOf(numbers('sequenceNumber', 'timestamp', 'payloadBytes', 'dueMs', 'sentMs'));

export const packetFateShape: Checker = objectOf({
  direction: oneOf(['up', 'down']),
  packetClass: text,
  ...numbers('index', 'sizeBytes', 'arrivedMs'),
  sequenceNumber: nullOr(number),
  rtpTimestamp: nullOr(number),
  fate: oneOf(['delivered', 'dropped', 'undelivered']),
  droppedByRule: nullOr(number),
  dueMs: nullOr(number),
  sentMs: nullOr(number),
});
