import { phaseShape, planShape, playoutSettingsShape } from '../core/call-shape.ts';
import { REPORT_SCHEMA } from '../core/report.ts';
import { SCORE_IDS } from '../core/scores.ts';
import { anything, byMember, type Checker, exactly, flag, listOf, nullOr, number, objectOf, oneOf, recordOf, text } from '../core/shape.ts';
import { EVIDENCE_IDS } from '../core/single-ended.ts';
import { TIME_LINE_SCORES } from '../core/time-line.ts';

/** The shape of a report, as far as anything in this program reads it. The whole of it is schema/report.schema.json. */

const measurement: Checker = byMember('status', {
  ok: objectOf({ value: number, unit: text }),
  'not-applicable': objectOf({ reason: text }),
  failed: objectOf({ code: text, message: text }),
});

const measurements = (...names: readonly string[]): Record<string, Checker> => Object.fromEntries(names.map((name) => [name, measurement]));
const numbers = (...names: readonly string[]): Record<string, Checker> => Object.fromEntries(names.map((name) => [name, number]));
const numbersOrNull = (...names: readonly string[]): Record<string, Checker> =>
  Object.fromEntries(names.map((name) => [name, nullOr(number)]));

const score: Checker = objectOf({ measurement, parts: recordOf(measurement), dominant: nullOr(text) });

const network: Checker = objectOf(
  {
    ...measurements('packetsSent', 'packetsReceived', 'lossRatio', 'meanLossBurst', 'longestLossBurst', 'jitterSeconds'),
    ...measurements('oneWayDelayP50Seconds', 'oneWayDelayP95Seconds', 'roundTripSeconds'),
    relay: recordOf(objectOf(numbers('arrived', 'delivered', 'dropped', 'undelivered'))),
    outages: listOf(objectOf({ at: number, seconds: number, recovered: flag })),
    ...measurements('duplicatePackets', 'reorderedPackets'),
  },
  ['outages', 'duplicatePackets', 'reorderedPackets'],
);

const playout: Checker = objectOf({
  ...numbersOrNull('packetsReceived', 'packetsLost', 'packetsDiscarded', 'jitter', 'fecPacketsReceived', 'fecPacketsDiscarded'),
  ...numbersOrNull('totalSamplesReceived', 'concealedSamples', 'silentConcealedSamples', 'concealmentEvents'),
  ...numbersOrNull('insertedSamplesForDeceleration', 'removedSamplesForAcceleration', 'jitterBufferDelay', 'jitterBufferTargetDelay'),
  ...numbersOrNull('jitterBufferEmittedCount', 'interruptionCount', 'totalInterruptionDuration'),
});

const eventMembers: Readonly<Record<string, Checker>> = {
  ...{ at: number, seconds: number, kind: text, cause: text },
  ...{ strength: number, detail: text, part: text },
  ...numbers('lostPackets', 'latePackets', 'lateMs'),
};
const event: Checker = objectOf(eventMembers, ['strength', 'detail', 'part', 'lostPackets', 'latePackets', 'lateMs']);

const course: Checker = objectOf({ unit: text, values: listOf(nullOr(number)), nullMeans: text });
const timeLineMembers: Readonly<Record<string, Checker>> = {
  ...numbers('stepSeconds', 'fromSeconds', 'eventsLeftOut'),
  speechSeconds: listOf(number),
  scores: objectOf(Object.fromEntries(TIME_LINE_SCORES.map((id) => [id, course]))),
};
const timeLine: Checker = objectOf(timeLineMembers, ['fromSeconds']);

const evidence: Checker = objectOf({ measurement, parts: recordOf(measurement), strength: nullOr(number), kind: nullOr(text) });
const singleEnded: Checker = objectOf({
  status: oneOf(['heard', 'short', 'silent', 'no-speech']),
  reason: nullOr(text),
  ...measurements('speechSeconds', 'speechRatio'),
  evidence: objectOf(Object.fromEntries(EVIDENCE_IDS.map((id) => [id, evidence]))),
});

const located: Checker = objectOf({
  ...{ recordingSeconds: number, channels: number, channel: nullOr(number), driftRemoved: flag, play: nullOr(number) },
  ...measurements('startSeconds', 'match', 'coveredShare', 'driftPpm'),
  plays: listOf(objectOf(numbers('startSeconds', 'match', 'coveredShare'))),
  cut: nullOr(objectOf(numbers('fromSeconds', 'toSeconds'))),
  hindrance: nullOr(oneOf(['incomplete', 'swapped'])),
});

const directionMembers: Readonly<Record<string, Checker>> = {
  network: nullOr(network),
  playout: nullOr(playout),
  mouthToEarDelaySeconds: measurement,
  scores: objectOf(Object.fromEntries(SCORE_IDS.map((id) => [id, score])), SCORE_IDS),
  alignment: objectOf({
    ...measurements('delayMs', 'similarity', 'activeSpeechSeconds', 'silenceSeconds'),
    confidence: oneOf(['normal', 'low']),
  }),
  speechFound: flag,
  noSpeechReason: nullOr(oneOf(['silent', 'unrelated'])),
  singleEnded,
  events: listOf(event),
  timeLine: nullOr(timeLine),
  recording: nullOr(text),
  receiver: text,
  located,
};
const direction: Checker = objectOf(directionMembers, ['receiver', 'timeLine', 'singleEnded', 'located']);

const flow: Checker = objectOf({
  status: oneOf(['ok', 'failed', 'degraded', 'not-tested']),
  sent: number,
  echoed: number,
  ...measurements('roundTripP50Seconds', 'roundTripP95Seconds'),
  failureCode: nullOr(text),
});

const DIAGNOSES = [
  ...['clear', 'metallic', 'distorted', 'choppy', 'noisy', 'muffled', 'echoing', 'delayed'],
  ...['one-way', 'silent', 'call-blocked', 'call-dropped', 'network-down', 'unknown'],
];

const verdict: Checker = objectOf({
  outcome: oneOf(['pass', 'warn', 'fail', 'inconclusive']),
  diagnosis: oneOf(DIAGNOSES),
  scope: oneOf(['voice-only', 'all-traffic', 'not-tested']),
  resembles: nullOr(text),
  confidence: number,
  summary: text,
  checks: listOf(
    objectOf({
      id: text,
      direction: oneOf(['up', 'down', 'recording', 'call']),
      status: oneOf(['pass', 'warn', 'fail', 'not-checked']),
      value: nullOr(number),
      limit: number,
      must: oneOf(['at-least', 'at-most']),
    }),
  ),
});

const pathParts = { name: text, summary: text, expectedEffect: text, basis: text, rules: listOf(anything) };
const links = objectOf({ caller: nullOr(text), callee: nullOr(text) });
const route: Checker = objectOf({ kind: text, transport: text, certificateChecked: nullOr(flag), server: nullOr(text), links });
const path: Checker = byMember('kind', { emulated: objectOf(pathParts), turn: objectOf({ ...pathParts, route }) });

const streamMembers: Readonly<Record<string, Checker>> = {
  ...numbers('ssrc', 'payloadType', 'packets', 'seconds'),
  codec: nullOr(text),
  unplayable: nullOr(text),
  redundant: flag,
  sourcePort: nullOr(number),
  destinationPort: nullOr(number),
};
const stream: Checker = objectOf(streamMembers, ['redundant']);
const capture: Checker = objectOf({
  ...{ format: text, file: text, reference: nullOr(text), streams: listOf(stream), playout: playoutSettingsShape },
  ...numbers('chosen', 'packetTimeMs'),
});

const members: Readonly<Record<string, Checker>> = {
  schema: exactly(REPORT_SCHEMA),
  schemaVersion: number,
  conformance: number,
  tool: objectOf({ name: text, version: text, node: text, platform: text }),
  kind: oneOf(['call', 'recording']),
  startedAt: text,
  labels: recordOf(text),
  runType: oneOf(['manual', 'scheduled']),
  seed: nullOr(number),
  requested: recordOf(anything),
  plan: nullOr(planShape),
  capture,
  path: nullOr(path),
  phases: listOf(phaseShape),
  directions: objectOf({ up: nullOr(direction), down: nullOr(direction), recording: nullOr(direction) }, ['up', 'down', 'recording']),
  flows: nullOr(objectOf({ voice: flow, dataChannel: flow, text: flow })),
  verdict,
  health: nullOr(objectOf({ valid: flag, reason: nullOr(text) })),
  warnings: listOf(objectOf({ code: text, message: text, hint: text })),
  artifacts: recordOf(text),
  peers: objectOf({ caller: text, callee: text }),
};

export const reportShape: Checker = objectOf(members, ['peers', 'capture']);
