import type { CallPlan, CodecName, PlayoutSettings, RelayRoute } from './call-plan.ts';
import type { CallHealth, PhaseResult } from './call-record.ts';
import type { LocatedRecording } from './located.ts';
import type { Measurement } from './measurement.ts';
import type { MediaOutage } from './media-outage.ts';
import type { Direction, PacketClass } from './packet.ts';
import type { PathProfile } from './path-profile.ts';
import type { ReceiverStats, SoundEvent } from './playout-stats.ts';
import type { RuleMeasurement } from './rule-measurement.ts';
import type { AlignmentSummary, Scores } from './scores.ts';
import type { SingleEnded } from './single-ended.ts';
import type { TimeLine } from './time-line.ts';
import type { Verdict } from './verdict.ts';

export const REPORT_SCHEMA = 'callprobe.report';
/** Raised when a reader of the old shape would break. */
export const SCHEMA_VERSION = 1;
/** Raised with every change of any score's output, with a dated line in docs/scores.md. */
export const CONFORMANCE = 3;

export interface ToolInfo {
  readonly name: 'callprobe';
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}

/** What the relay did to one direction's packets of one class. */
export interface ClassCounts {
  readonly arrived: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly undelivered: number;
  /** Sent on besides the packets themselves, because a rule doubled them, and sent on with bits changed; absent where there were none. */
  readonly copies?: number;
  readonly corrupted?: number;
}

export interface NetworkSummary {
  readonly packetsSent: Measurement;
  readonly packetsReceived: Measurement;
  /** Sent and never received, as a share of sent. Packets the relay still had, or let go after the receiver stopped listening, are left out. */
  readonly lossRatio: Measurement;
  /** Mean length of a run of lost packets, packets; and the longest. */
  readonly meanLossBurst: Measurement;
  readonly longestLossBurst: Measurement;
  /** RFC 3550 interarrival jitter. */
  readonly jitterSeconds: Measurement;
  /** Send to arrival at the receiver, both on one clock: quantiles over the packets received. */
  readonly oneWayDelayP50Seconds: Measurement;
  readonly oneWayDelayP95Seconds: Measurement;
  readonly roundTripSeconds: Measurement;
  readonly relay: Readonly<Partial<Record<PacketClass, ClassCounts>>>;
  /** Where nothing arrived for longer than the plan's `mediaGapMs`, in order of time. Missing in reports written before it was kept. */
  readonly outages?: readonly MediaOutage[];
  /** Of a capture alone: packets that came more than once, and packets that came after one sent later. */
  readonly duplicatePackets?: Measurement;
  readonly reorderedPackets?: Measurement;
}

export interface DirectionReport {
  /** Null for a recording that came as a sound. */
  readonly network: NetworkSummary | null;
  readonly playout: ReceiverStats | null;
  /** Who played this direction out: `callprobe`, or a real engine by name and version. Missing in reports from before there was a choice, and for a recording. */
  readonly receiver?: string;
  /** Speaker's mouth to listener's ear: network, packet time, codec look-ahead and jitter buffer. */
  readonly mouthToEarDelaySeconds: Measurement;
  readonly scores: Scores;
  readonly alignment: AlignmentSummary;
  /** Of a recording scored against its reference: where the reference was found in it. */
  readonly located?: LocatedRecording;
  readonly speechFound: boolean;
  readonly noSpeechReason: 'silent' | 'unrelated' | null;
  /** Of a recording without its reference alone: what it shows by itself. */
  readonly singleEnded?: SingleEnded;
  /** What the receiver did, and what was heard in the recording with what caused it, in order of time. */
  readonly events: readonly SoundEvent[];
  /** The scores second by second; null where nothing was compared or found, missing in reports from before it was kept. */
  readonly timeLine?: TimeLine | null;
  /** File name inside the run folder, or of the recording scored. */
  readonly recording: string | null;
}

export interface FlowSummary {
  readonly status: 'ok' | 'failed' | 'degraded' | 'not-tested';
  readonly sent: number;
  readonly echoed: number;
  readonly roundTripP50Seconds: Measurement;
  /** A text lost once comes back at least one retransmission timeout later: the median hides that, the tail does not. */
  readonly roundTripP95Seconds: Measurement;
  readonly failureCode: string | null;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * What the call went through. `emulated`: this machine alone, and the rules. `turn`: the real network to a relay and back; the rules, when there are any,
 * harmed the packets on this machine before they left it.
 */
export type ReportedPath = PathProfile & ({ readonly kind: 'emulated' } | { readonly kind: 'turn'; readonly route: RelayRoute });

/** One RTP stream found in a capture. */
export interface CapturedStreamSummary {
  readonly ssrc: number;
  /** Of most of its packets. */
  readonly payloadType: number;
  /** Null when it cannot be played; `unplayable` then says why. */
  readonly codec: CodecName | null;
  readonly unplayable: string | null;
  /** Where its packets hold earlier ones' payloads besides their own (RFC 2198). */
  readonly redundant?: true;
  readonly packets: number;
  /** From the first packet's arrival to the last one's. */
  readonly seconds: number;
  /** UDP ports; null where the file does not tell. Addresses are left out. */
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
}

/** What was played out that no run of this program recorded. */
export interface CaptureSummary {
  readonly format: 'rtpdump' | 'pcap' | 'pcapng';
  /** Base names. Without a reference nothing was scored. */
  readonly file: string;
  readonly reference: string | null;
  readonly streams: readonly CapturedStreamSummary[];
  /** Which of the streams it was. */
  readonly chosen: number;
  readonly packetTimeMs: number;
  readonly playout: PlayoutSettings;
}

export type DirectionName = Direction | 'recording';

export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly schemaVersion: number;
  readonly conformance: number;
  readonly tool: ToolInfo;
  /** `call` came from `run` or the replay of one, `recording` from `score` or the replay of a capture. */
  readonly kind: 'call' | 'recording';
  readonly startedAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly runType: 'manual' | 'scheduled';
  readonly seed: number | null;
  /** The flags as given. */
  readonly requested: Readonly<Record<string, unknown>>;
  /** What was used. Null for a recording. */
  readonly plan: CallPlan | null;
  /** Where the recording was played out from; absent for one that came as a sound, and for a call. */
  readonly capture?: CaptureSummary;
  readonly path: ReportedPath | null;
  /** What sat at each end: `callprobe`, or a real engine by name and version. Missing in reports from before there was a choice, and for a recording. */
  readonly peers?: Readonly<Record<'caller' | 'callee', string>>;
  /** What each rule asked beside what it did; absent in reports from before it was measured, and for a recording. */
  readonly ruleMeasurements?: readonly RuleMeasurement[];
  readonly phases: readonly PhaseResult[];
  /** `up` and `down` for a call; `recording` alone for a scored file. A direction that never had media is null. */
  readonly directions: Readonly<Partial<Record<DirectionName, DirectionReport | null>>>;
  readonly flows: { readonly voice: FlowSummary; readonly dataChannel: FlowSummary; readonly text: FlowSummary } | null;
  readonly verdict: Verdict;
  readonly health: (CallHealth & { readonly valid: boolean; readonly reason: string | null }) | null;
  readonly warnings: readonly Warning[];
  /** File names inside the run folder. */
  readonly artifacts: Readonly<Record<string, string>>;
}
