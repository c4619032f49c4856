/**
 * Receiver statistics under their W3C webrtc-stats names (RTCInboundRtpStreamStats), times in seconds. Samples are those of the 48 kHz recording,
 * whatever rate the codec decodes at: W3C counts them at the track's rate, and so figures of different codecs can be set side by side.
 */
export interface PlayoutStats {
  readonly packetsReceived: number;
  /** RFC 3550 section 6.4.1: expected minus received; duplicates count as received, so it can be negative. */
  readonly packetsLost: number;
  /** Late or duplicate packets that could not be played. */
  readonly packetsDiscarded: number;
  /** RFC 3550 section 6.4.1 interarrival jitter at the end, seconds. */
  readonly jitter: number;
  readonly fecPacketsReceived: number;
  readonly fecPacketsDiscarded: number;
  readonly totalSamplesReceived: number;
  readonly concealedSamples: number;
  readonly silentConcealedSamples: number;
  readonly concealmentEvents: number;
  readonly insertedSamplesForDeceleration: number;
  readonly removedSamplesForAcceleration: number;
  /** Sum over emitted samples of the time each spent in the buffer, seconds. Mean delay = jitterBufferDelay / jitterBufferEmittedCount. */
  readonly jitterBufferDelay: number;
  readonly jitterBufferTargetDelay: number;
  readonly jitterBufferEmittedCount: number;
  /** Concealments of 150 ms or more (libwebrtc's interruptionCount), and their length together. */
  readonly interruptionCount: number;
  readonly totalInterruptionDuration: number;
}

/** The same as a real engine tells it: null for what it does not give. */
export type ReceiverStats = { readonly [Name in keyof PlayoutStats]: PlayoutStats[Name] | null };

/** A part as a share of a whole; null where either is unknown, or there is no whole. */
export function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}

/** Something that happened to the sound, on the recording's own time axis, seconds. */
export interface SoundEvent {
  readonly at: number;
  readonly seconds: number;
  readonly kind: 'concealment' | 'fec' | 'late' | 'stretch' | 'interruption' | 'drop' | 'metallic' | 'noise' | 'clipping';
  readonly cause: string;
  /** Of what the receiver filled in: packets that never came, and that came after their turn, by how much at most. */
  readonly lostPackets?: number;
  readonly latePackets?: number;
  readonly lateMs?: number;
  /** Of what was heard in the recording: 0–1, by the score of the worst second in it; what it was more closely; and which part of the score heard it. */
  readonly strength?: number;
  readonly detail?: string;
  readonly part?: string;
}

/** Whether the event was heard in the recording, and not done by the receiver. */
export function wasHeard({ strength }: SoundEvent): boolean {
  return strength !== undefined;
}
