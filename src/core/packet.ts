/** `up` is caller to callee, `down` is callee to caller. */
export type Direction = 'up' | 'down';
export const DIRECTIONS: readonly Direction[] = ['up', 'down'];
/** Who speaks in a direction, and who listens. */
export const SPEAKERS: Readonly<Record<Direction, 'caller' | 'callee'>> = { up: 'caller', down: 'callee' };
export const LISTENERS: Readonly<Record<Direction, 'caller' | 'callee'>> = { up: 'callee', down: 'caller' };

/**
 * What a packet is, told from its first bytes alone (RFC 7983 section 7, RTCP by RFC 5761 section 4): no key is needed.
 * DTLS is told apart by its record content type: handshake (20–22) or application data (23, the data channel).
 * `text` is a segment of the control flow, a TCP connection of its own beside the call.
 */
export type PacketClass = 'stun' | 'dtls-handshake' | 'dtls-data' | 'rtp' | 'rtcp' | 'turn-channel' | 'other' | 'text';

/** What became of one packet at the relay. Times are milliseconds since the record's origin. */
export interface PacketFate {
  readonly direction: Direction;
  readonly packetClass: PacketClass;
  /** Counts the packets of this direction and class from 0, in order of arrival at the relay. */
  readonly index: number;
  /** UDP payload, or TCP bytes for `text`. */
  readonly sizeBytes: number;
  /** RTP sequence number and timestamp, read from the clear part of the header; null for every other class. */
  readonly sequenceNumber: number | null;
  readonly rtpTimestamp: number | null;
  /** When the packet reached the relay. */
  readonly arrivedMs: number;
  readonly fate: 'delivered' | 'dropped' | 'undelivered';
  /** The rule (index in the path's list) that dropped it; null otherwise. */
  readonly droppedByRule: number | null;
  /** When the path's rules wanted it sent on, and when it was; null where it was not. `undelivered` packets were still due when the call ended. */
  readonly dueMs: number | null;
  readonly sentMs: number | null;
  /** Bits of the payload (bit 0 is the highest of the first byte) that a rule flipped; absent when it is as it was sent. */
  readonly flippedBits?: readonly number[];
  /** What was sent on besides the packet itself because a rule doubled it; absent when nothing was. */
  readonly copies?: readonly PacketCopy[];
}

/** A copy of a packet that a rule made. */
export interface PacketCopy {
  readonly dueMs: number;
  /** Null when it was still due when the call ended. */
  readonly sentMs: number | null;
  readonly flippedBits?: readonly number[];
}

/** One RTP packet as it reached the receiver, decrypted. */
export interface Arrival {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payloadType: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
  /** Whole milliseconds since the record's origin: the resolution of the rtpdump it is saved in, so that a replay sees the same times. */
  readonly arrivalMs: number;
}

/** One RTP packet as the sender sent it. */
export interface SentPacket {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly payloadBytes: number;
  /** When the pacer wanted it sent, and when it was, in milliseconds since the record's origin. */
  readonly dueMs: number;
  readonly sentMs: number;
}
