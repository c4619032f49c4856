import { UserError } from '../core/errors.ts';
import type { Arrival } from '../core/packet.ts';

/**
 * RTP packets with arrival times as bytes and back: the `rtpdump` format of rtptools, which Wireshark opens.
 * A text line, a 16-byte file header (start second and microsecond, address, port), then for each packet an 8-byte header
 * (length with this header, RTP length, offset in whole milliseconds) and the packet (RFC 3550 section 5.1).
 */
const MAGIC = '#!rtpplay1.0 ';
const FILE_HEADER_BYTES = 16;
const PACKET_HEADER_BYTES = 8;
const RTP_HEADER_BYTES = 12;
const RTP_VERSION = 2;
/** More packets than an hour of 20 ms voice are refused. */
const MAX_PACKETS = 200_000;

/**
 * @param arrivals packets in any order; their times are written as they are, whole ms since the record's origin
 * @param startedAtMs the origin, ms since the Unix epoch
 */
export function writeRtpdump(arrivals: readonly Arrival[], startedAtMs: number): Uint8Array {
  const title = new TextEncoder().encode(`${MAGIC}127.0.0.1/5004\n`);
  const size = arrivals.reduce(
    (sum, { payload }) => sum + PACKET_HEADER_BYTES + RTP_HEADER_BYTES + payload.length,
    title.length + FILE_HEADER_BYTES,
  );
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(title);
  let at = title.length;
  view.setUint32(at, Math.floor(startedAtMs / 1000));
  view.setUint32(at + 4, Math.round((startedAtMs % 1000) * 1000));
  at += FILE_HEADER_BYTES;
  for (const arrival of arrivals) {
    const rtpBytes = RTP_HEADER_BYTES + arrival.payload.length;
    view.setUint16(at, PACKET_HEADER_BYTES + rtpBytes);
    view.setUint16(at + 2, rtpBytes);
    view.setUint32(at + 4, arrival.arrivalMs);
    at += PACKET_HEADER_BYTES;
    view.setUint8(at, RTP_VERSION << 6);
    view.setUint8(at + 1, (arrival.marker ? 0x80 : 0) | arrival.payloadType);
    view.setUint16(at + 2, arrival.sequenceNumber);
    view.setUint32(at + 4, arrival.timestamp);
    view.setUint32(at + 8, arrival.ssrc);
    bytes.set(arrival.payload, at + RTP_HEADER_BYTES);
    at += rtpBytes;
  }
  return bytes;
}

/**
 * Reads what `writeRtpdump` and rtptools write. RTCP and packets that are not RTP version 2 are passed over; CSRCs, header
 * extension and padding are taken off. Throws UserError when the file is not an rtpdump or ends inside a packet.
 */
export function readRtpdump(bytes: Uint8Array, name: string): Arrival[] {
  const lineEnd = bytes.subarray(0, 256).indexOf(0x0a);
  if (lineEnd === -1 || !new TextDecoder('latin1').decode(bytes.subarray(0, lineEnd)).startsWith(MAGIC)) {
    throw new UserError('rtpdump-format', `${name} is not an rtpdump file`, 'give a folder that callprobe run has written');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const arrivals: Arrival[] = [];
  let at = lineEnd + 1 + FILE_HEADER_BYTES;
  while (at < bytes.length) {
    const length = at + PACKET_HEADER_BYTES <= bytes.length ? view.getUint16(at) : 0;
    if (length < PACKET_HEADER_BYTES || at + length > bytes.length) {
      throw new UserError('rtpdump-truncated', `${name} ends inside a packet`, 'the file was cut short; copy it again');
    }
    if (arrivals.length >= MAX_PACKETS)
      throw new UserError('rtpdump-long', `${name} holds more than ${MAX_PACKETS} packets`, 'cut it to the part of interest');
    const arrival = readRtp(bytes.subarray(at + PACKET_HEADER_BYTES, at + length), view.getUint16(at + 2), view.getUint32(at + 4));
    if (arrival !== null) arrivals.push(arrival);
    at += length;
  }
  return arrivals;
}

function readRtp(packet: Uint8Array, declaredBytes: number, arrivalMs: number): Arrival | null {
  if (declaredBytes === 0 || packet.length < RTP_HEADER_BYTES) return null;
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
    arrivalMs,
  };
}
