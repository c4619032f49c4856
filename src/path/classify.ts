import type { PacketClass } from '../core/packet.ts';

/** Shortest well-formed packet of each protocol, bytes: RFC 8489 section 5, RFC 6347 section 4.1, RFC 8656 section 12.4, RFC 3550 sections 5.1 and 6.4.2. */
const STUN_HEADER_BYTES = 20;
const DTLS_RECORD_HEADER_BYTES = 13;
const CHANNEL_DATA_HEADER_BYTES = 4;
const RTP_HEADER_BYTES = 12;
const RTCP_MIN_BYTES = 8;

/** DTLS content types that belong to the handshake: change_cipher_spec, alert, handshake (RFC 6347), ack (RFC 9147). */
const isHandshakeType = (contentType: number): boolean => contentType <= 22 || contentType === 26;

/**
 * Tells what a UDP payload is from its first bytes, without a key: the first byte by RFC 7983 section 7, RTCP from RTP by the second byte
 * (packet types 192–223, RFC 5761 section 4), the DTLS handshake from data by the record's content type.
 * Total: any bytes have a class; what is empty, too short for the header it announces, or of no known range is `other`. Never `text`.
 */
export function classify(payload: Uint8Array): Exclude<PacketClass, 'text'> {
  const first = payload[0];
  if (first === undefined) return 'other';
  const size = payload.length;
  if (first <= 3) return size >= STUN_HEADER_BYTES ? 'stun' : 'other';
  if (first >= 20 && first <= 63) {
    if (size < DTLS_RECORD_HEADER_BYTES) return 'other';
    return isHandshakeType(first) ? 'dtls-handshake' : 'dtls-data';
  }
  if (first >= 64 && first <= 79) return size >= CHANNEL_DATA_HEADER_BYTES ? 'turn-channel' : 'other';
  if (first < 128 || first > 191 || size < RTCP_MIN_BYTES) return 'other';
  const second = payload[1] as number;
  if (second >= 192 && second <= 223) return 'rtcp';
  return size >= RTP_HEADER_BYTES ? 'rtp' : 'other';
}

/** The fields of an RTP header that SRTP leaves in the clear and the relay writes down. */
export interface RtpPosition {
  /** 0–65535. */
  readonly sequenceNumber: number;
  /** 0–2^32-1, in units of the codec's RTP clock. */
  readonly timestamp: number;
}

/** Reads sequence number and timestamp of an RTP packet (RFC 3550 section 5.1); null for bytes that {@link classify} does not call `rtp`. */
export function readRtpPosition(payload: Uint8Array): RtpPosition | null {
  if (classify(payload) !== 'rtp') return null;
  const at = (index: number): number => payload[index] as number;
  return {
    sequenceNumber: (at(2) << 8) | at(3),
    timestamp: ((at(4) << 24) | (at(5) << 16) | (at(6) << 8) | at(7)) >>> 0,
  };
}
