import { UserError } from '../core/errors.ts';
import type { Arrival } from '../core/packet.ts';
import { RTP_HEADER_BYTES, RTP_VERSION, readRtp } from './rtp.ts';

/**
 * RTP packets with arrival times as bytes and back: the `rtpdump` format of rtptools, which Wireshark opens from version 4.2 on.
 * A text line, a 16-byte file header (start second and microsecond, address, port), then for each packet an 8-byte header
 * (length with this header, RTP length, offset in whole milliseconds) and the packet (RFC 3550 section 5.1).
 */
const MAGIC = '#!rtpplay1.0 ';
const FILE_HEADER_BYTES = 16;
const PACKET_HEADER_BYTES = 8;
/** Where the packets are said to come from, in the text line and in the header: they have no address that matters. */
const ADDRESS: readonly number[] = [127, 0, 0, 1];
const PORT = 5004;
/** The text line names an address and a port. */
const MAX_TITLE_BYTES = 256;
/** More packets than an hour of 20 ms voice are refused. */
const MAX_PACKETS = 200_000;

/**
 * @param arrivals packets in any order; their times are written as they are, whole ms since the record's origin
 * @param startedAtMs the origin, ms since the Unix epoch
 */
export function writeRtpdump(arrivals: readonly Arrival[], startedAtMs: number): Uint8Array {
  const title = new TextEncoder().encode(`${MAGIC}${ADDRESS.join('.')}/${PORT}\n`);
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
  bytes.set(ADDRESS, at + 8);
  view.setUint16(at + 12, PORT);
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

/** Where the text line ends; -1 when it is not that of an rtpdump. */
function titleEnd(bytes: Uint8Array): number {
  const lineEnd = bytes.subarray(0, MAX_TITLE_BYTES).indexOf(0x0a);
  return new TextDecoder('latin1').decode(bytes.subarray(0, Math.max(0, lineEnd))).startsWith(MAGIC) ? lineEnd : -1;
}

export function isRtpdump(bytes: Uint8Array): boolean {
  return titleEnd(bytes) !== -1;
}

/** Time 0 of an rtpdump's packets, ms since the Unix epoch; null when the file ends before it. */
export function rtpdumpStartMs(bytes: Uint8Array): number | null {
  const at = titleEnd(bytes) + 1;
  if (at + 8 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(at) * 1000 + view.getUint32(at + 4) / 1000;
}

/**
 * Reads what `writeRtpdump` and rtptools write. RTCP and packets that are not RTP version 2 are passed over; CSRCs, header
 * extension and padding are taken off. Throws UserError when the file is not an rtpdump or ends inside a packet.
 */
export function readRtpdump(bytes: Uint8Array, name: string): Arrival[] {
  const lineEnd = titleEnd(bytes);
  if (lineEnd === -1) {
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
    // RTCP has no RTP length.
    const packet = view.getUint16(at + 2) === 0 ? null : readRtp(bytes.subarray(at + PACKET_HEADER_BYTES, at + length));
    if (packet !== null) arrivals.push({ ...packet, arrivalMs: view.getUint32(at + 4) });
    at += length;
  }
  return arrivals;
}
