import type { RunSettings } from '../config/run-settings.ts';
import { type CallRecord, NOT_THE_NETWORK, type PhaseFailure, type TextFlowRecord } from '../core/call-record.ts';
import { type Measurement, measured, measuredValue, notApplicable } from '../core/measurement.ts';
import { DIRECTIONS, type Direction } from '../core/packet.ts';
import {
  CONFORMANCE,
  type DirectionReport,
  type FlowSummary,
  REPORT_SCHEMA,
  type Report,
  type ReportedPath,
  SCHEMA_VERSION,
  type ToolInfo,
  type Warning,
} from '../core/report.ts';
import { type AlignmentSummary, notScored } from '../core/scores.ts';
import { summariseNetwork } from '../record/network-summary.ts';
import { judge } from '../verdict/judge.ts';
import type { DirectionAnalysis } from './analyse-direction.ts';
import { callOverTime } from './explained-events.ts';
import { judgeHealth } from './health.ts';
import { type Analyses, RECORDING_FILES } from './run-folder.ts';

/** What a report of a call is made from, besides the record and its analyses. */
export interface ReportContext {
  readonly tool: ToolInfo;
  readonly labels: RunSettings['labels'];
  readonly runType: RunSettings['runType'];
  readonly requested: RunSettings['requested'];
  readonly thresholds: RunSettings['thresholds'];
  readonly warnings: readonly Warning[];
  readonly artifacts: Report['artifacts'];
}

/** The report of a call: a function of its record, what was heard of it, and how it is to be judged. */
export function reportCall(record: CallRecord, analyses: Analyses, context: ReportContext): Report {
  const { plan } = record;
  const health = { ...record.health, ...judgeHealth(record.health) };
  const directions = Object.fromEntries(
    DIRECTIONS.map((direction) => [direction, reportDirection(direction, record, analyses[direction])]),
  );
  const flows = { voice: summariseVoice(record), dataChannel: summariseText(record.dataChannel), text: summariseText(record.text) };
  const path: ReportedPath =
    plan.route === undefined ? { ...plan.path, kind: 'emulated' } : { ...plan.path, kind: 'turn', route: plan.route };
  const verdict = judge({
    kind: 'call',
    path,
    phases: record.phases,
    directions,
    flows,
    healthValid: health.valid,
    healthReason: health.reason,
    aborted: record.aborted,
    thresholds: context.thresholds,
  });
  return {
    schema: REPORT_SCHEMA,
    schemaVersion: SCHEMA_VERSION,
    conformance: CONFORMANCE,
    tool: context.tool,
    kind: 'call',
    startedAt: record.startedAt,
    labels: context.labels,
    runType: context.runType,
    seed: plan.seed,
    requested: context.requested,
    plan,
    path,
    peers: reportedPeers(record),
    ...(record.ruleMeasurements === undefined ? {} : { ruleMeasurements: record.ruleMeasurements }),
    phases: record.phases,
    directions,
    flows,
    verdict,
    health,
    warnings: [...context.warnings, ...missingPieces(record)],
    artifacts: context.artifacts,
  };
}

/** An engine plays in pieces of 10 ms, and skips whole ones; less than half a piece is the reading of its clock. */
const HALF_A_PIECE_MS = 5;

/** Pieces of a recording that an engine could not play in time, each direction in a warning of its own. */
function missingPieces({ directions }: CallRecord): Warning[] {
  return DIRECTIONS.flatMap((direction) => {
    const { heard = null, name = '' } = directions[direction].engine ?? {};
    const skippedMs = Math.round(heard?.skippedMs ?? 0);
    if (skippedMs < HALF_A_PIECE_MS) return [];
    return [
      {
        code: 'recording-pieces-missing',
        message: `${skippedMs} ms are missing from what ${name} heard (${direction}): the machine was too busy to play them in time`,
        hint: 'run it again when the machine has less to do',
      },
    ];
  });
}

function reportedPeers({ engines = {} }: CallRecord): NonNullable<Report['peers']> {
  return { caller: engines.caller ?? 'callprobe', callee: engines.callee ?? 'callprobe' };
}

/** Null for a direction in which nothing was ever sent. */
function reportDirection(direction: Direction, record: CallRecord, analysis: DirectionAnalysis | null): DirectionReport | null {
  const { plan } = record;
  const packets = record.directions[direction];
  if (packets.mediaStartMs === null) return null;
  const network = summariseNetwork(
    direction,
    packets,
    record.fates,
    packets.arrivals.length < 2 ? null : (analysis?.playout.jitter ?? null),
    plan.timeouts.mediaGapMs,
  );
  const receiver = packets.engine?.name ?? 'callprobe';
  if (analysis === null) {
    const reason = 'the run was stopped before the recording was scored';
    const { overTime: _, ...unscored } = notScored(reason);
    return {
      network,
      playout: null,
      receiver,
      mouthToEarDelaySeconds: notApplicable(reason),
      ...unscored,
      timeLine: null,
      events: [],
      recording: null,
    };
  }
  const { scores, alignment, speechFound, noSpeechReason } = analysis.scores;
  return {
    network,
    playout: analysis.playout,
    receiver,
    mouthToEarDelaySeconds: mouthToEarDelay(alignment, plan.codec.packetTimeMs),
    scores,
    alignment,
    speechFound,
    noSpeechReason,
    ...callOverTime(direction, record, analysis),
    recording: RECORDING_FILES[direction],
  };
}

/** From the speaker's mouth to the listener's ear: a packet leaves when its last sample has been spoken, one packet time after its first. */
export function mouthToEarDelay({ delayMs }: AlignmentSummary, packetTimeMs: number): Measurement {
  const value = measuredValue(delayMs);
  return value === null ? notApplicable('the speech was not found in the recording') : measured((value + packetTimeMs) / 1000, 's');
}

function summariseVoice({ directions, phases }: CallRecord): FlowSummary {
  const failures = phases.flatMap((phase) => (phase.id !== 'text' && phase.failure !== null ? [phase.failure] : []));
  const failure = failures.find(({ code }) => !NOT_THE_NETWORK.has(code)) ?? failures[0] ?? null;
  const sent = directions.up.sent.length + directions.down.sent.length;
  const roundTrips = DIRECTIONS.map((direction) => directions[direction].roundTripSeconds).filter((seconds) => seconds !== null);
  return {
    status: failure?.code === 'media-interrupted' ? 'degraded' : (failedStatus(failure) ?? (sent === 0 ? 'not-tested' : 'ok')),
    sent,
    echoed: directions.up.arrivals.length + directions.down.arrivals.length,
    roundTripP50Seconds: roundTrips.length === 0 ? notApplicable('no RTCP report came back') : measured(Math.max(...roundTrips), 's'),
    roundTripP95Seconds: notApplicable('RTCP tells the last round trip only'),
    failureCode: failure?.code ?? null,
  };
}

/** What a failure makes of a flow, however much of it there was: one that is not the network's leaves it untested. Null without a failure. */
function failedStatus(failure: PhaseFailure | null): 'failed' | 'not-tested' | null {
  if (failure === null) return null;
  return NOT_THE_NETWORK.has(failure.code) ? 'not-tested' : 'failed';
}

function summariseText(flow: TextFlowRecord): FlowSummary {
  const sorted = [...flow.roundTripSeconds].sort((a, b) => a - b);
  const quantile = (share: number): Measurement => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return value === undefined ? notApplicable('no text came back') : measured(value, 's');
  };
  const counted = flow.sent === 0 ? 'not-tested' : flow.echoed === 0 ? 'failed' : flow.echoed < flow.sent ? 'degraded' : 'ok';
  return {
    status: failedStatus(flow.failure) ?? counted,
    sent: flow.sent,
    echoed: flow.echoed,
    roundTripP50Seconds: quantile(0.5),
    roundTripP95Seconds: quantile(0.95),
    failureCode: flow.failure?.code ?? null,
  };
}
