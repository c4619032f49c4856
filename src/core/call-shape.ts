import { PEER_KINDS, type PlayoutSettings } from './call-plan.ts';
import { PHASE_IDS, RELAY_PHASE_IDS } from './call-record.ts';
import { anything, byMember, type Checker, flag, listOf, nullOr, number, objectOf, oneOf, recordOf, text } from './shape.ts';

/** The shapes of a call's plan and record as they are read back from files, as far as anything in this program reads them. */

const numbers = (...names: readonly string[]): Record<string, Checker> => Object.fromEntries(names.map((name) => [name, number]));
const failure: Checker = nullOr(objectOf({ code: text, message: text }));
const stimulus: Checker = objectOf({ name: text, sha256: text, ...numbers('sampleRateHz', 'seconds') });

const everyCodec = numbers('bitrateBps', 'packetTimeMs', 'redundancy');
const g711: Checker = objectOf(everyCodec, ['redundancy']);
const codec: Checker = byMember('name', {
  opus: objectOf({ ...everyCodec, ...numbers('complexity', 'declaredLossRatio'), fec: flag, dtx: flag }, ['redundancy']),
  pcmu: g711,
  pcma: g711,
});

export const playoutSettingsShape: Checker = objectOf(
  { concealment: text, fixedDelayMs: nullOr(number), ...numbers('minDelayMs', 'maxDelayMs'), useFec: flag },
  ['fixedDelayMs', 'useFec'],
);

/** Receiver settings as files hold them: those from before there were buffers of constant delay do not name one. */
export type SavedPlayout = Omit<PlayoutSettings, 'fixedDelayMs'> & Partial<Pick<PlayoutSettings, 'fixedDelayMs'>>;

/** The same in today's words. Before there were buffers of constant delay, `repeat` was the name of what is `neteq` now. */
export function currentPlayout(saved: SavedPlayout): PlayoutSettings {
  if (saved.fixedDelayMs !== undefined) return { ...saved, fixedDelayMs: saved.fixedDelayMs };
  return { ...saved, concealment: saved.concealment === 'repeat' ? 'neteq' : saved.concealment, fixedDelayMs: null };
}

const planMembers: Readonly<Record<string, Checker>> = {
  seed: number,
  stimuli: objectOf({ up: stimulus, down: stimulus }),
  codec,
  path: objectOf({ name: text, summary: text, expectedEffect: text, basis: text, rules: listOf(anything) }),
  playout: playoutSettingsShape,
  timeouts: recordOf(number),
  text: recordOf(number),
  ...numbers('leadInMs', 'tailMs'),
  peers: objectOf({ caller: oneOf(PEER_KINDS), callee: oneOf(PEER_KINDS) }),
};

export const planShape: Checker = objectOf(planMembers, ['peers']);

export const phaseShape: Checker = objectOf({
  id: oneOf([...RELAY_PHASE_IDS, ...PHASE_IDS]),
  status: oneOf(['ok', 'failed', 'skipped']),
  seconds: nullOr(number),
  failure,
});

const delays: Checker = nullOr(objectOf(numbers('p50', 'p99', 'max')));
const texts: Checker = objectOf({ ...numbers('sent', 'echoed'), roundTripSeconds: listOf(number), failure });
const engine: Checker = objectOf({
  name: text,
  heard: nullOr(
    objectOf({ ...numbers('startedAtMs', 'clockErrorMs', 'skippedMs'), inbound: recordOf(anything) }, ['clockErrorMs', 'skippedMs']),
  ),
});
const direction: Checker = objectOf(
  { mediaStartMs: nullOr(number), mediaEndMs: nullOr(number), roundTripSeconds: nullOr(number), engine },
  ['engine'],
);

const callMembers: Readonly<Record<string, Checker>> = {
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
  engines: objectOf({ caller: text, callee: text }, ['caller', 'callee']),
  aborted: nullOr(oneOf(['interrupted', 'run-timeout'])),
};

/** A call record but for its packets. */
export const callShape: Checker = objectOf(callMembers, ['engines']);

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
