/** Redundant audio: a packet that holds earlier packets' payloads besides its own (RFC 2198). */

/** One payload within a packet. */
export interface RedBlock {
  readonly payloadType: number;
  /** By how much its timestamp lies before the packet's; 0 for the packet's own payload. */
  readonly timestampOffset: number;
  readonly payload: Uint8Array;
}

/** First bit of a header: another one follows. The rest of the byte is the payload type. */
const FOLLOWED = 0x80;

/** Bytes of a header, and of the last one, which has neither offset nor length. */
const HEADER_BYTES = 4;
const LAST_HEADER_BYTES = 1;

/** Offsets have 14 bits, lengths 10. */
const MAX_OFFSET = 0x3fff;
const MAX_BLOCK_BYTES = 0x3ff;

/** What a packet may hold altogether, bytes (libwebrtc, AudioEncoderCopyRed). */
const MAX_PACKET_BYTES = 1200;

/** More blocks than this are no audio (libwebrtc, RedPayloadSplitter). */
const MAX_BLOCKS = 32;

/**
 * Puts a payload and earlier ones into one packet. As many of `earlier` as fit are taken, beginning with the latest; the first that does not fit ends it.
 * @param earlier latest first, offsets in the units of the RTP clock
 */
export function packRed(primary: RedBlock, earlier: readonly RedBlock[]): Uint8Array {
  let room = MAX_PACKET_BYTES - LAST_HEADER_BYTES - primary.payload.length;
  const unfit = earlier.findIndex(({ payload, timestampOffset }) => {
    room -= HEADER_BYTES + payload.length;
    return room < 0 || payload.length > MAX_BLOCK_BYTES || timestampOffset > MAX_OFFSET;
  });
  const blocks = earlier.slice(0, unfit === -1 ? earlier.length : unfit).reverse();
  const headers = blocks.flatMap(({ payloadType, timestampOffset, payload: { length } }) => [
    FOLLOWED | payloadType,
    timestampOffset >> 6,
    ((timestampOffset & 0x3f) << 2) | (length >> 8),
    length & 0xff,
  ]);
  const parts = [Uint8Array.from([...headers, primary.payloadType]), ...blocks.map(({ payload }) => payload), primary.payload];
  const packet = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    packet.set(part, at);
    at += part.length;
  }
  return packet;
}

/**
 * Takes a packet apart: its own payload first, then the earlier ones, latest first. Empty earlier payloads are left out.
 * Null when the headers do not add up to the packet, or there are too many of them.
 */
export function unpackRed(packet: Uint8Array): RedBlock[] | null {
  const headers: { readonly payloadType: number; readonly timestampOffset: number; readonly length: number }[] = [];
  let at = 0;
  let first = packet[at];
  while (first !== undefined && (first & FOLLOWED) !== 0) {
    const [high, middle, low] = [packet[at + 1], packet[at + 2], packet[at + 3]];
    if (high === undefined || middle === undefined || low === undefined || headers.length >= MAX_BLOCKS) return null;
    headers.push({ payloadType: first & ~FOLLOWED, timestampOffset: (high << 6) | (middle >> 2), length: ((middle & 3) << 8) | low });
    at += HEADER_BYTES;
    first = packet[at];
  }
  if (first === undefined) return null;
  at += LAST_HEADER_BYTES;
  const blocks: RedBlock[] = [];
  for (const { payloadType, timestampOffset, length } of headers) {
    if (at + length > packet.length) return null;
    if (length > 0) blocks.unshift({ payloadType, timestampOffset, payload: packet.subarray(at, at + length) });
    at += length;
  }
  return [{ payloadType: first, timestampOffset: 0, payload: packet.subarray(at) }, ...blocks];
}
