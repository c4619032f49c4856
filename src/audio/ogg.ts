import { isOpusHead, type OpusFile, parseOpusHead } from './opus-head.ts';
import { damaged, refusal } from './wav-refusals.ts';

/** Page header before its lacing table (RFC 3533 section 6), and the flags of it that matter. */
const HEADER_BYTES = 27;
const CONTINUED = 1;
const FIRST = 2;
const LAST = 4;
/** No page is longer: 255 segments of 255 bytes. */
const MAX_SEGMENT = 255;
/** No Opus packet of two channels is longer (RFC 7845 section 3, with room). */
const MAX_PACKET_BYTES = 65_536;

interface Page {
  readonly flags: number;
  /** Of the last packet that ends on it; null where none does. */
  readonly granule: number | null;
  readonly serial: number;
  readonly lacing: Uint8Array;
  readonly body: Uint8Array;
  readonly end: number;
}

/**
 * The packets of the first Opus stream of an Ogg file (RFC 3533, RFC 7845). Bytes between pages are passed over; what follows the stream's end is left.
 * @throws UserError `ogg-` for a file without a mono or stereo Opus stream, or without any sound in it; never another error
 */
export function readOgg(bytes: Uint8Array, name: string): OpusFile {
  let serial: number | null = null;
  let head: ReturnType<typeof parseOpusHead> = null;
  let other = false;
  const packets: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  let last: { granule: number; packets: number } | null = null;
  let ended = false;
  for (let page = nextPage(bytes, 0); page !== null && !ended; page = nextPage(bytes, page.end)) {
    if (serial === null && (page.flags & FIRST) !== 0) {
      if (!isOpusHead(page.body)) {
        other = true;
        continue;
      }
      head = parseOpusHead(page.body);
      if (head === null) throw refusal('ogg-unsupported', name, 'this Opus stream has more channels than two, or is of a newer kind');
      serial = page.serial;
      continue;
    }
    if (page.serial !== serial) continue;
    // A page that was lost takes the packet that went over its border with it.
    if ((page.flags & CONTINUED) === 0) open = [];
    open = takePackets(page, open, packets);
    if (page.granule !== null) last = { granule: page.granule, packets: packets.length };
    ended = (page.flags & LAST) !== 0;
  }
  if (head === null) {
    if (other) throw refusal('ogg-not-opus', name, 'the Ogg file holds no Opus stream');
    throw damaged('ogg-no-stream', name, 'the Ogg file has no readable beginning');
  }
  // The second packet holds tags (RFC 7845 section 5.2).
  const sound = packets.slice(1);
  if (sound.length === 0) throw damaged('ogg-no-sound', name, 'the Ogg file has a head and no sound after it');
  const frames = ended && last !== null ? last.granule - head.preSkip : null;
  return { ...head, packets: sound, frames: frames !== null && frames > 0 ? frames : null, cutShort: !ended };
}

/** The next whole page at or after an offset; null when there is none. */
function nextPage(bytes: Uint8Array, from: number): Page | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(0x4f, from); at >= 0 && at + HEADER_BYTES <= bytes.length; at = bytes.indexOf(0x4f, at + 1)) {
    // "OggS", version 0.
    if (view.getUint32(at) !== 0x4f676753 || view.getUint8(at + 4) !== 0) continue;
    const segments = view.getUint8(at + 26);
    const start = at + HEADER_BYTES + segments;
    if (start > bytes.length) return null;
    const lacing = bytes.subarray(at + HEADER_BYTES, start);
    const end = start + lacing.reduce((sum, length) => sum + length, 0);
    if (end > bytes.length) return null;
    const granule = view.getBigInt64(at + 6, true);
    return {
      flags: view.getUint8(at + 5),
      granule: granule < 0n || granule > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(granule),
      serial: view.getUint32(at + 14, true),
      lacing,
      body: bytes.subarray(start, end),
      end,
    };
  }
  return null;
}

/** Appends the packets that end on a page, and gives back the parts of one that goes on. */
function takePackets(page: Page, begun: readonly Uint8Array[], packets: Uint8Array[]): Uint8Array[] {
  let open = [...begun];
  let at = 0;
  let start = 0;
  // The rest of a packet whose beginning is not there.
  let headless = (page.flags & CONTINUED) !== 0 && open.length === 0;
  for (const length of page.lacing) {
    at += length;
    if (length === MAX_SEGMENT) continue;
    open.push(page.body.subarray(start, at));
    if (!headless) packets.push(joined(open));
    headless = false;
    open = [];
    start = at;
  }
  if (start < at && !headless) open.push(page.body.subarray(start, at));
  return open.reduce((sum, part) => sum + part.length, 0) > MAX_PACKET_BYTES ? [] : open;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
