import type { Arrival } from '../core/packet.ts';

export const RTP_HEADER_BYTES = 12;
export const RTP_VERSION = 2;

/** One RTP packet, whenever it came. */
export type RtpPacket = Omit<Arrival, 'arrivalMs'>;

/**
 * Reads one packet (RFC 3550 section 5.1): CSRCs, header extension and padding are taken off. Null when it is not RTP of version 2, or its lengths do not
 * add up. The payload is a copy.
 */
export function readRtp(packet: Uint8Array): RtpPacket | null {
  if (packet.length < RTP_HEADER_BYTES) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const flags = view.getUint8(0);
  if (flags >> 6 !== RTP_VERSION) return null;
  let start = RTP_HEADER_BYTES + (flags & 0x0f) * 4;
  if (flags & 0x10) {
    if (start + 4 > packet.length) return null;
    start += 4 + view.getUint16(start + 2) * 4;
  }
  const end = packet.length - (flags & 0x20 ? view.getUint8(packet.length - 1) : 0);
  if (start > end) return null;
  return {
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    marker: (view.getUint8(1) & 0x80) !== 0,
    payloadType: view.getUint8(1) & 0x7f,
    ssrc: view.getUint32(8),
    payload: packet.slice(start, end),
  };
}
