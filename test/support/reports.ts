import type { CallPlan } from '../../src/core/call-plan.ts';
import { type CallRecord, PHASE_IDS, type PhaseFailure, type PhaseId, type PhaseResult } from '../../src/core/call-record.ts';
import { type Measurement, measured, notApplicable } from '../../src/core/measurement.ts';
import type { PathProfile } from '../../src/core/path-profile.ts';
import {
  CONFORMANCE,
  type DirectionReport,
  type FlowSummary,
  type NetworkSummary,
  REPORT_SCHEMA,
  type Report,
  SCHEMA_VERSION,
} from '../../src/core/report.ts';
import { MOS_SCORES, SCORE_IDS, type Score, type ScoreId, type Scores } from '../../src/core/scores.ts';
import type { Thresholds } from '../../src/core/verdict.ts';
import { judge } from '../../src/verdict/judge.ts';

/** Builders of whole, consistent reports: a test names what matters to it, the verdict is always judged from the rest. */

export const THRESHOLDS: Thresholds = {
  mosLqo: { warnBelow: 3.6, failBelow: 3 },
  score: { warnAbove: 0.3, failAbove: 0.5 },
  delayMs: { warnAbove: 250, failAbove: 400 },
};

const PACKETS_SENT = 500;
const SAMPLES = 480_000;

export interface DirectionOptions {
  readonly scores?: Partial<Record<ScoreId, number | Measurement>>;
  readonly lossRatio?: number;
  readonly meanLossBurst?: number;
  readonly concealedRatio?: number;
  readonly discardedRatio?: number;
  readonly oneWayDelaySeconds?: number;
  readonly delaySeconds?: number;
  readonly similarity?: number;
  readonly activeSpeechSeconds?: number;
  /** `unscored`: the run was stopped before anyone listened. */
  readonly noSpeech?: 'silent' | 'unrelated' | 'unscored';
  readonly events?: DirectionReport['events'];
  /** Left out as in a report from before it was kept. */
  readonly timeLine?: DirectionReport['timeLine'];
  readonly outages?: NetworkSummary['outages'];
}

export interface CallOptions {
  readonly up?: DirectionOptions | null;
  readonly down?: DirectionOptions | null;
  readonly path?: string | null;
  readonly failedPhase?: { readonly id: PhaseId; readonly failure: PhaseFailure; readonly seconds: number };
  readonly text?: FlowSummary;
  /** As the text beside the call when left out; never tested in a call that did not connect. */
  readonly dataChannel?: FlowSummary;
  readonly aborted?: CallRecord['aborted'];
  readonly invalidBecause?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly seed?: number;
  readonly startedAt?: string;
  readonly plan?: Partial<CallPlan>;
  readonly conformance?: number;
  readonly thresholds?: Thresholds;
}

/** Scores of a voice that arrived as it was sent. */
const CLEAR: Readonly<Record<ScoreId, number>> = {
  mosLqo: 4.52,
  visqol: 4.61,
  mosCqe: 4.41,
  metallic: 0.02,
  distortion: 0.04,
  discontinuity: 0.01,
  noisiness: 0.03,
  coloration: 0.05,
  echo: 0,
  clipping: 0,
  levelError: 0.02,
};

/** A voice bridged over heavy bursty loss: metallic, with drop-outs. */
export const METALLIC: DirectionOptions = {
  scores: { mosLqo: 1.78, visqol: 2.31, mosCqe: 1.42, metallic: 0.94, distortion: 0.71, discontinuity: 0.86, coloration: 0.22 },
  lossRatio: 0.38,
  meanLossBurst: 3.1,
  concealedRatio: 0.36,
};

/** A voice over a congested path: some loss, more delay. */
export const CHOPPY: DirectionOptions = {
  scores: { mosLqo: 2.83, visqol: 3.2, mosCqe: 2.94, metallic: 0.34, distortion: 0.24, discontinuity: 0.62, coloration: 0.11 },
  lossRatio: 0.06,
  meanLossBurst: 1.4,
  concealedRatio: 0.07,
  discardedRatio: 0.02,
  oneWayDelaySeconds: 0.14,
  delaySeconds: 0.31,
};

export function buildScores(values: DirectionOptions['scores'] = {}): Scores {
  const score = (id: ScoreId): Score => {
    const value = values[id] ?? CLEAR[id];
    const measurement = typeof value === 'number' ? measured(value, MOS_SCORES.has(id) ? 'MOS' : 'score') : value;
    const composite = id === 'metallic' && measurement.status === 'ok';
    return { measurement, parts: composite ? { rep: measurement, buzz: measured(0.02, 'score') } : {}, dominant: composite ? 'rep' : null };
  };
  return Object.fromEntries(SCORE_IDS.map((id) => [id, score(id)])) as Scores;
}

export function buildDirection(name: 'up' | 'down' | 'recording', options: DirectionOptions = {}): DirectionReport {
  const isCall = name !== 'recording';
  const unheard = notApplicable('no speech was found in the recording');
  const none = Object.fromEntries(SCORE_IDS.filter((id) => id !== 'mosCqe').map((id) => [id, unheard]));
  const noNetwork = { mosCqe: notApplicable('the E-model needs a network, and a recording has none') };
  const missing = { ...(options.noSpeech === undefined ? {} : none), ...(isCall ? {} : noNetwork) };
  return {
    network: isCall ? buildNetwork(options) : null,
    playout: isCall
      ? {
          packetsReceived: Math.round(PACKETS_SENT * (1 - (options.lossRatio ?? 0))),
          packetsLost: Math.round(PACKETS_SENT * (options.lossRatio ?? 0)),
          packetsDiscarded: Math.round(PACKETS_SENT * (1 - (options.lossRatio ?? 0)) * (options.discardedRatio ?? 0)),
          jitter: 0.0021,
          fecPacketsReceived: 12,
          fecPacketsDiscarded: 2,
          totalSamplesReceived: SAMPLES,
          concealedSamples: Math.round(SAMPLES * (options.concealedRatio ?? 0)),
          silentConcealedSamples: 0,
          concealmentEvents: (options.concealedRatio ?? 0) > 0 ? 61 : 0,
          insertedSamplesForDeceleration: 960,
          removedSamplesForAcceleration: 1920,
          jitterBufferDelay: 19_200,
          jitterBufferTargetDelay: 19_200,
          jitterBufferEmittedCount: SAMPLES,
          interruptionCount: (options.concealedRatio ?? 0) > 0.3 ? 4 : 0,
          totalInterruptionDuration: (options.concealedRatio ?? 0) > 0.3 ? 0.72 : 0,
        }
      : null,
    mouthToEarDelaySeconds: isCall
      ? measured(options.delaySeconds ?? 0.121, 's')
      : notApplicable('a recording does not tell when it was spoken'),
    scores: buildScores({ ...options.scores, ...missing }),
    alignment: {
      delayMs: measured(isCall ? 121 : 12, 'ms'),
      similarity: measured(options.similarity ?? 0.93, 'ratio'),
      activeSpeechSeconds: measured(options.activeSpeechSeconds ?? 7.4, 's'),
      silenceSeconds: measured(2.1, 's'),
      confidence: (options.similarity ?? 1) < 0.6 || (options.activeSpeechSeconds ?? 9) < 3 ? 'low' : 'normal',
    },
    speechFound: options.noSpeech === undefined,
    noSpeechReason: options.noSpeech === 'silent' || options.noSpeech === 'unrelated' ? options.noSpeech : null,
    events: options.events ?? [],
    ...(options.timeLine === undefined ? {} : { timeLine: options.timeLine }),
    recording: `${name}.wav`,
  };
}

function buildNetwork(options: DirectionOptions): NetworkSummary {
  const lossRatio = options.lossRatio ?? 0;
  const lost = Math.round(PACKETS_SENT * lossRatio);
  const oneWay = options.oneWayDelaySeconds ?? 0.041;
  return {
    packetsSent: measured(PACKETS_SENT, 'count'),
    packetsReceived: measured(PACKETS_SENT - lost, 'count'),
    lossRatio: measured(lossRatio, 'ratio'),
    meanLossBurst: lost === 0 ? notApplicable('no packet was lost') : measured(options.meanLossBurst ?? 1 / (1 - lossRatio), 'count'),
    longestLossBurst: measured(lost === 0 ? 0 : Math.ceil(4 * (options.meanLossBurst ?? 1)), 'count'),
    jitterSeconds: measured(0.0021, 's'),
    oneWayDelayP50Seconds: measured(oneWay, 's'),
    oneWayDelayP95Seconds: measured(oneWay * 1.2, 's'),
    roundTripSeconds: measured(2 * oneWay, 's'),
    relay: { rtp: { arrived: PACKETS_SENT, delivered: PACKETS_SENT - lost, dropped: lost, undelivered: 0 } },
    outages: options.outages ?? [],
  };
}

/** A text flow whose texts all came back; `p95` is the slowest twentieth. */
export function textFlow(p50: number, p95: number, sent = 24): FlowSummary {
  return {
    status: 'ok',
    sent,
    echoed: sent,
    roundTripP50Seconds: measured(p50, 's'),
    roundTripP95Seconds: measured(p95, 's'),
    failureCode: null,
  };
}

export const DEAD_TEXT: FlowSummary = {
  status: 'failed',
  sent: 30,
  echoed: 0,
  roundTripP50Seconds: notApplicable('no text came back'),
  roundTripP95Seconds: notApplicable('no text came back'),
  failureCode: 'text-timeout',
};

export const UNTESTED_TEXT: FlowSummary = {
  status: 'not-tested',
  sent: 0,
  echoed: 0,
  roundTripP50Seconds: notApplicable('no text was sent'),
  roundTripP95Seconds: notApplicable('no text was sent'),
  failureCode: null,
};

export function buildPath(name: string): PathProfile & { readonly kind: 'emulated' } {
  return {
    kind: 'emulated',
    name,
    summary: `The ${name} path of the tests`,
    expectedEffect: 'as its name says',
    basis: 'assumed',
    rules: [
      {
        match: ['rtp'],
        direction: 'up',
        after: { event: 'connected', ms: 1000 },
        action: { kind: 'bernoulli-loss', lossRatio: 0.3 },
        provenance: { lossRatio: { basis: 'assumed', source: 'made up for tests' } },
      },
    ],
  };
}

export function buildPlan(pathName: string, overrides: Partial<CallPlan> = {}): CallPlan {
  const stimulus = { name: 'en-female', sha256: 'a'.repeat(64), sampleRateHz: 48_000, seconds: 9.8 };
  return {
    seed: 1,
    stimuli: { up: stimulus, down: stimulus },
    codec: { name: 'opus', bitrateBps: 32_000, complexity: 9, fec: true, declaredLossRatio: 0.1, dtx: false, packetTimeMs: 20 },
    path: buildPath(pathName),
    playout: { concealment: 'neteq', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 },
    timeouts: { gatheringMs: 2000, connectMs: 15_000, firstMediaMs: 4000, mediaGapMs: 3000, textMs: 4000, totalMs: 120_000 },
    text: { intervalMs: 500, sizeBytes: 120 },
    leadInMs: 1_000,
    tailMs: 600,
    ...overrides,
  };
}

function buildPhases(failed: CallOptions['failedPhase'], text: FlowSummary): PhaseResult[] {
  const seconds: Record<PhaseId, number> = {
    resolving: 0.02,
    reaching: 0.05,
    allocating: 0.06,
    gathering: 0.004,
    ice: 0.142,
    dtls: 0.087,
    firstMedia: 0.049,
    sustainedMedia: 10.4,
    text: 10.2,
  };
  const failedAt = failed === undefined ? Number.POSITIVE_INFINITY : PHASE_IDS.indexOf(failed.id);
  return PHASE_IDS.map((id, index): PhaseResult => {
    if (id === failed?.id) return { id, status: 'failed', seconds: failed.seconds, failure: failed.failure };
    if (id === 'text' && text.status === 'failed' && text.echoed === 0) {
      return { id, status: 'failed', seconds: 4, failure: { code: 'text-timeout', message: 'no text came back within 4 s' } };
    }
    const skipped = id === 'text' ? text.status === 'not-tested' : index > failedAt;
    return { id, status: skipped ? 'skipped' : 'ok', seconds: skipped ? null : seconds[id], failure: null };
  });
}

/** The report of a call; clear in both directions unless told otherwise. */
export function callReport(options: CallOptions = {}): Report {
  const pathName = options.path === undefined ? 'clear' : options.path;
  const text = options.text ?? textFlow(0.083, 0.09);
  const dataChannel = options.dataChannel ?? (options.up === null && options.down === null ? UNTESTED_TEXT : text);
  const direction = (name: 'up' | 'down'): DirectionReport | null => {
    const chosen = options[name];
    return chosen === null ? null : buildDirection(name, chosen ?? {});
  };
  const quantiles = { p50: 0.0004, p99: 0.002, max: 0.006 };
  const plan = buildPlan(pathName ?? 'none', { seed: options.seed ?? 1, ...options.plan });
  const parts = {
    kind: 'call',
    phases: buildPhases(options.failedPhase, text),
    directions: { up: direction('up'), down: direction('down') },
    flows: { voice: { ...UNTESTED_TEXT, status: options.failedPhase === undefined ? 'ok' : 'failed' }, dataChannel, text },
    path: pathName === null ? null : buildPath(pathName),
  } satisfies Partial<Report>;
  const reason = options.invalidBecause ?? null;
  return {
    ...header(options),
    ...parts,
    seed: plan.seed,
    plan,
    verdict: judge({
      ...parts,
      healthValid: reason === null,
      healthReason: reason,
      aborted: options.aborted ?? null,
      thresholds: options.thresholds ?? THRESHOLDS,
    }),
    health: {
      eventLoopDelaySeconds: quantiles,
      sendLatenessSeconds: quantiles,
      relayLatenessSeconds: quantiles,
      relay: { strangers: 0, overflowed: 0, socketErrors: 0, unrecorded: 0 },
      valid: reason === null,
      reason,
    },
    artifacts: { report: 'report.json', up: 'up.wav', down: 'down.wav', reference: 'reference.wav' },
  };
}

/** A call that libwebrtc answered: it hears the caller, and does not tell of every figure. */
export function engineReport(options: CallOptions = {}): Report {
  const report = callReport(options);
  const engine = 'libwebrtc (@roamhq/wrtc 0.10.0, M106)';
  const { down, up } = report.directions;
  if (!up?.playout || !down) throw new Error('an engine needs a call with sound both ways');
  const playout = { ...up.playout, interruptionCount: null, totalInterruptionDuration: null };
  return {
    ...report,
    peers: { caller: 'callprobe', callee: engine },
    directions: { up: { ...up, playout, receiver: engine, events: [] }, down: { ...down, receiver: 'callprobe' } },
  };
}

/** The report of a scored recording. */
export function recordingReport(options: DirectionOptions = {}, call: CallOptions = {}): Report {
  const parts = {
    kind: 'recording',
    phases: [],
    directions: { recording: buildDirection('recording', options) },
    flows: null,
    path: null,
  } satisfies Partial<Report>;
  return {
    ...header(call),
    ...parts,
    seed: null,
    plan: null,
    verdict: judge({ ...parts, healthValid: true, healthReason: null, aborted: null, thresholds: call.thresholds ?? THRESHOLDS }),
    health: null,
    artifacts: { report: 'report.json' },
  };
}

/** A call to which ICE got no answer. */
export function blockedReport(options: CallOptions = {}): Report {
  const failure: PhaseFailure = { code: 'ice-timeout', message: 'no connectivity check was answered within 15 s' };
  return callReport({ path: 'telegram-2025-08', up: null, down: null, failedPhase: { id: 'ice', failure, seconds: 15 }, ...options });
}

function header(
  options: CallOptions,
): Pick<Report, 'schema' | 'schemaVersion' | 'conformance' | 'tool' | 'startedAt' | 'labels' | 'runType' | 'requested' | 'warnings'> {
  return {
    schema: REPORT_SCHEMA,
    schemaVersion: SCHEMA_VERSION,
    conformance: options.conformance ?? CONFORMANCE,
    tool: { name: 'callprobe', version: '0.1.0', node: 'v20.20.0', platform: 'linux-x64' },
    startedAt: options.startedAt ?? '2026-11-24T02:11:51.000Z',
    labels: options.labels ?? {},
    runType: 'manual',
    requested: {},
    warnings: [],
  };
}
