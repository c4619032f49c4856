import type { Direction } from './packet.ts';
import type { PathProfile } from './path-profile.ts';

/** What every codec of a call has. */
interface CommonCodecSettings {
  readonly packetTimeMs: 20 | 40 | 60;
  /** How many payloads sent before each packet holds again (RFC 2198); absent for none. */
  readonly redundancy?: 1 | 2;
}

export interface OpusSettings extends CommonCodecSettings {
  readonly name: 'opus';
  readonly bitrateBps: number;
  /** 0–10, libopus' complexity. */
  readonly complexity: number;
  /** In-band forward error correction; libopus sends it only when bitrate and declared loss are high enough. */
  readonly fec: boolean;
  /** The loss ratio the encoder is told to expect, 0–1. */
  readonly declaredLossRatio: number;
  readonly dtx: boolean;
}

/** ITU-T G.711, μ-law (PCMU) or A-law (PCMA): telephone speech, 8 kHz. It has nothing to set. */
export interface G711Settings extends CommonCodecSettings {
  readonly name: 'pcmu' | 'pcma';
  readonly bitrateBps: 64_000;
}

export type CodecSettings = OpusSettings | G711Settings;

export type CodecName = CodecSettings['name'];
export const CODEC_NAMES: readonly CodecName[] = ['opus', 'pcmu', 'pcma'];

export interface StimulusInfo {
  /** Name of a bundled stimulus, or the file's base name. */
  readonly name: string;
  readonly sha256: string;
  readonly sampleRateHz: number;
  readonly seconds: number;
}

/**
 * How gaps are filled: `neteq` repeats pitch periods as libwebrtc does, `opus` asks the decoder for its own concealment, `repeat` plays the last packet
 * again as naive receivers do, `silence` plays nothing.
 */
export type ConcealmentMode = 'neteq' | 'opus' | 'repeat' | 'silence';

export interface PlayoutSettings {
  readonly concealment: ConcealmentMode;
  /** A buffer of this constant delay that never stretches time; null for one that adapts, within the two delays below. */
  readonly fixedDelayMs: number | null;
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Whether in-band error correction is used where packets carry it; absent means it is. */
  readonly useFec?: boolean;
}

export interface CallTimeouts {
  readonly gatheringMs: number;
  /** From the start of ICE to DTLS done. */
  readonly connectMs: number;
  readonly firstMediaMs: number;
  /** Media is no longer sustained when a direction has been silent on the wire for so long. */
  readonly mediaGapMs: number;
  /** From a text's sending to its echo. */
  readonly textMs: number;
  /** Cap on the whole run, scores included. */
  readonly totalMs: number;
}

export interface TextSettings {
  /** One short text every so often, on the data channel of the call and on the TCP flow beside it. */
  readonly intervalMs: number;
  readonly sizeBytes: number;
}

export type RelayTransport = 'udp' | 'tcp' | 'tls';

/**
 * The real network that a call crosses: from each peer to a TURN relay (RFC 8656) and from there to the other. What the plan's path emulates is added
 * on this machine. Holds addresses only where the user asked for them, and never credentials.
 */
export interface RelayRoute {
  readonly kind: 'turn';
  /** Between each peer and the relay. */
  readonly transport: RelayTransport;
  /** Whether the relay's certificate had to be one the machine trusts; null without TLS. */
  readonly certificateChecked: boolean | null;
  /** Host and port as given; null when addresses are not to be shown. */
  readonly server: string | null;
  /** The link of this machine each peer was bound to: an interface's name, `address` for one that is not shown, or null when the machine chose. */
  readonly links: Readonly<Record<'caller' | 'callee', string | null>>;
}

/** What sits at an end of a call: this program's own peer, or a real WebRTC engine. */
export type PeerKind = 'callprobe' | 'libwebrtc' | 'chromium';
export type EngineKind = Exclude<PeerKind, 'callprobe'>;
export const PEER_KINDS: readonly PeerKind[] = ['callprobe', 'libwebrtc', 'chromium'];

export type CallPeers = Readonly<Record<'caller' | 'callee', PeerKind>>;
export const OWN_PEERS: CallPeers = { caller: 'callprobe', callee: 'callprobe' };

/** All that a call will do, decided before it starts. The seed fixes every random choice. */
export interface CallPlan {
  readonly seed: number;
  readonly stimuli: Readonly<Record<Direction, StimulusInfo>>;
  /** Absent in plans from before there was a choice: {@link OWN_PEERS}. */
  readonly peers?: CallPeers;
  readonly codec: CodecSettings;
  readonly path: PathProfile;
  /** Absent when the call stays on this machine. */
  readonly route?: RelayRoute;
  readonly playout: PlayoutSettings;
  readonly timeouts: CallTimeouts;
  readonly text: TextSettings;
  /** Silence sent before the stimulus, in which the receiver's buffer finds its size, as it does in a call before the first word. */
  readonly leadInMs: number;
  /** Silence sent after the stimulus, so that late packets and the last words still arrive. */
  readonly tailMs: number;
}
