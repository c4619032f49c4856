import type { CallPlan } from './call-plan.ts';
import type { Arrival, Direction, PacketFate, SentPacket } from './packet.ts';
import type { RuleMeasurement } from './rule-measurement.ts';
import type { Signal } from './signal.ts';

export type PhaseId = 'resolving' | 'reaching' | 'allocating' | 'gathering' | 'ice' | 'dtls' | 'firstMedia' | 'sustainedMedia' | 'text';
/** The phases of a call over a TURN relay alone; they come before the others. */
export const RELAY_PHASE_IDS: readonly PhaseId[] = ['resolving', 'reaching', 'allocating'];
/** The phases of every call. */
export const PHASE_IDS: readonly PhaseId[] = ['gathering', 'ice', 'dtls', 'firstMedia', 'sustainedMedia', 'text'];

/** The closed vocabulary of what can go wrong in a phase. */
export type FailureCode =
  | 'turn-resolve-failed'
  | 'turn-unreachable'
  | 'turn-certificate-refused'
  | 'turn-auth-failed'
  | 'turn-allocation-failed'
  /** The way to the relay broke, and the relay answers no new connection either: its fault cannot be told from the network's. */
  | 'turn-lost'
  /** The way to the relay broke, although the relay answers a new connection. */
  | 'turn-cut'
  | 'gathering-timeout'
  | 'gathering-failed'
  | 'ice-timeout'
  | 'ice-failed'
  | 'dtls-timeout'
  | 'dtls-failed'
  | 'first-media-timeout'
  /** Stopped, and had not come back when the call ended. */
  | 'media-stopped'
  /** Stopped for longer than `mediaGapMs`, and came back. */
  | 'media-interrupted'
  | 'text-timeout'
  | 'text-refused'
  | 'text-closed'
  /** This machine carries no packets on its loopback interface: nothing was tried. */
  | 'no-loopback'
  /** A real engine at an end of the call ended, or said that it could not go on. */
  | 'engine-failed'
  | 'interrupted'
  | 'run-timeout';

/** Failures that are not the network's: the user's, the run's own time limit's, or this machine's. They say nothing of the path. */
export const NOT_THE_NETWORK: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'interrupted',
  'run-timeout',
  'no-loopback',
  'engine-failed',
  'gathering-failed',
]);

export interface PhaseFailure {
  readonly code: FailureCode;
  readonly message: string;
}

export interface PhaseResult {
  readonly id: PhaseId;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** How long the phase took, or went on before it failed; null when it never began. */
  readonly seconds: number | null;
  readonly failure: PhaseFailure | null;
}

/** Short texts sent during the call and echoed by the other side. */
export interface TextFlowRecord {
  readonly sent: number;
  readonly echoed: number;
  /** Round-trip times of the echoed texts, seconds, in order of sending. */
  readonly roundTripSeconds: readonly number[];
  readonly failure: PhaseFailure | null;
}

/** A direction that a real engine listened to: what it played is measured in the place of our own receiver's playout. */
export interface EngineRecord {
  /** The engine and its version. */
  readonly name: string;
  /** Null when no packet reached it, or it ended before it could tell. */
  readonly heard: EngineHeard | null;
}

export interface EngineHeard {
  /** When the first sample of `recording` was played, ms since the record's origin. */
  readonly startedAtMs: number;
  /** Its own `inbound-rtp` statistics of the voice, under their W3C names, as it gave them. */
  readonly inbound: Readonly<Record<string, unknown>>;
  /** `startedAtMs` is right to this, ms either way; absent where the engine does not tell. */
  readonly clockErrorMs?: number;
  /** How much is missing from `recording`, in all, because the machine was too busy to play. Absent where the engine does not tell. Milliseconds. */
  readonly skippedMs?: number;
  /** All that it played, mono at 48 kHz, in steps of 16 bits: saved beside the packets, it comes back the same. */
  readonly recording: Signal;
}

/** One direction of a call, as sender and receiver saw it. */
export interface DirectionRecord {
  readonly sent: readonly SentPacket[];
  readonly arrivals: readonly Arrival[];
  /**
   * When the first packet was due to be sent, in ms since the record's origin; null when media never began. The stimulus begins
   * `CallPlan.leadInMs` later, after silence.
   */
  readonly mediaStartMs: number | null;
  /** Until when the receiver listened. */
  readonly mediaEndMs: number | null;
  /** The last round-trip time the sender learnt from RTCP (RFC 3550 section 6.4.1), seconds; null when it never did. */
  readonly roundTripSeconds: number | null;
  /**
   * Absent where our own peer listened. Where an engine did, `arrivals` are what the relay gave it that it could decrypt; where one spoke, `sent` is
   * what the relay had from it.
   */
  readonly engine?: EngineRecord;
}

/** Quantiles of a delay the machine itself caused, seconds; null when nothing was measured. */
export interface DelayQuantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What the relay of the call met with that is no doing of the path. All counts are of packets, but for the errors. */
export interface RelayCounts {
  /** Ignored, because they came from neither peer. */
  readonly strangers: number;
  /** Thrown away, because too many bytes were on their way. Each looks like a loss to its receiver. */
  readonly overflowed: number;
  /** Times the machine refused to send or receive. */
  readonly socketErrors: number;
  /** Relayed, but missing in `CallRecord.fates`, because the log was full. */
  readonly unrecorded: number;
}

export interface CallHealth {
  /** How late the event loop ran its timers while media flowed; while connecting, for a call without media. */
  readonly eventLoopDelaySeconds: DelayQuantiles | null;
  /** Actual minus due time of every RTP packet sent. */
  readonly sendLatenessSeconds: DelayQuantiles | null;
  /** Actual minus due time of every packet the relay sent on. */
  readonly relayLatenessSeconds: DelayQuantiles | null;
  /** Missing in records written before it was kept. */
  readonly relay?: RelayCounts;
}

/** Everything a call left behind. What follows (playout, scores, verdict, report) is a function of this and the stimuli. */
export interface CallRecord {
  /** UTC, ISO 8601, of the record's origin (time 0 of every `…Ms` in it). */
  readonly startedAt: string;
  readonly plan: CallPlan;
  readonly phases: readonly PhaseResult[];
  readonly directions: Readonly<Record<Direction, DirectionRecord>>;
  /** The real engines at the ends of the call, with their versions; absent in a call of our own peers alone. */
  readonly engines?: Readonly<Partial<Record<'caller' | 'callee', string>>>;
  /** Every packet that reached the relay, in order of arrival. */
  readonly fates: readonly PacketFate[];
  /** What each rule of the path asked and did, by direction and class it met; absent in records from before it was measured. */
  readonly ruleMeasurements?: readonly RuleMeasurement[];
  /** Texts inside the call (data channel) and beside it (TCP). */
  readonly dataChannel: TextFlowRecord;
  readonly text: TextFlowRecord;
  readonly health: CallHealth;
  /** The IP version in which a TURN relay was reached; absent for a call without one, or when it was not reached. */
  readonly relayIpVersion?: 4 | 6;
  /** Why the call ended before its time, or null. */
  readonly aborted: 'interrupted' | 'run-timeout' | null;
}
