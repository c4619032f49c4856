import { type OpusFile, type OpusHead, parseOpusHead } from './opus-head.ts';
import { damaged, refusal } from './wav-refusals.ts';

/** Elements of Matroska (RFC 9559) that hold others which matter, and those that are read. All others are passed over. */
const MASTERS: ReadonlySet<number> = new Set([0x18538067, 0x1654ae6b, 0x1f43b675, 0xa0]);
const TRACK_ENTRY = 0xae;
const TRACK_NUMBER = 0xd7;
const CODEC_ID = 0x86;
const CODEC_PRIVATE = 0x63a2;
const SIMPLE_BLOCK = 0xa3;
const BLOCK = 0xa1;
const LACING = 0x06;
const OPUS = 'A_OPUS';

interface Element {
  readonly id: number;
  readonly start: number;
  /** Past its last byte; past its head alone for one of unknown length. */
  readonly end: number;
}

interface Track {
  number: number | null;
  codec: string;
  setup: Uint8Array;
}

/**
 * The packets of the first Opus track of a WebM or Matroska file (RFC 8794, RFC 9559), also one whose lengths the recorder left unknown, as browsers do.
 * The times of the blocks are not looked at: a recorder that paused leaves no gap.
 * @throws UserError `webm-` for a file without a mono or stereo Opus track, or without any sound in it; never another error
 */
export function readWebm(bytes: Uint8Array, name: string): OpusFile {
  const packets: Uint8Array[] = [];
  const tracks: Track[] = [];
  let chosen: { readonly number: number; readonly head: OpusHead } | null = null;
  let whole = true;
  for (let at = 0; at < bytes.length; ) {
    const element = readElement(bytes, at);
    if (element === null) {
      whole = false;
      break;
    }
    const { id, start, end } = element;
    if (MASTERS.has(id) || id === TRACK_ENTRY) {
      if (id === TRACK_ENTRY) tracks.push({ number: null, codec: '', setup: new Uint8Array(0) });
      at = start;
      continue;
    }
    if (end > bytes.length) {
      whole = false;
      break;
    }
    const body = bytes.subarray(start, end);
    const track = tracks.at(-1);
    if (track !== undefined && id === TRACK_NUMBER) track.number = body.reduce((sum, byte) => sum * 256 + byte, 0);
    else if (track !== undefined && id === CODEC_ID) track.codec = String.fromCharCode(...body.subarray(0, 32)).replaceAll('\0', '');
    else if (track !== undefined && id === CODEC_PRIVATE) track.setup = body;
    else if (id === SIMPLE_BLOCK || id === BLOCK) {
      chosen ??= chooseTrack(tracks, name);
      const packet = packetOf(body, chosen.number, name);
      if (packet !== null) packets.push(packet);
    }
    at = end;
  }
  chosen ??= chooseTrack(tracks, name);
  if (packets.length === 0) throw damaged('webm-no-sound', name, 'the file has a head and no sound after it');
  return { ...chosen.head, packets, frames: null, cutShort: !whole };
}

/** The element at an offset; null where its head is cut short or no head at all. */
function readElement(bytes: Uint8Array, at: number): Element | null {
  const id = readNumber(bytes, at, 4, true);
  if (id === null) return null;
  const size = readNumber(bytes, at + id.length, 8, false);
  if (size === null) return null;
  const start = at + id.length + size.length;
  return { id: id.value, start, end: size.unknown ? start : start + size.value };
}

/** A number of variable length (RFC 8794 section 4), with its marker bit or without. Sizes over 2^53 are those of no file: null. */
function readNumber(
  bytes: Uint8Array,
  at: number,
  longest: number,
  marked: boolean,
): { readonly value: number; readonly length: number; readonly unknown: boolean } | null {
  const first = bytes[at];
  if (first === undefined || first === 0) return null;
  const length = Math.clz32(first) - 23;
  if (length > longest || at + length > bytes.length) return null;
  let value = marked ? first : first & (0xff >> length);
  let ones = (first | (~(0xff >> length) & 0xff)) === 0xff;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] as number;
    value = value * 256 + byte;
    ones &&= byte === 0xff;
  }
  if (!Number.isSafeInteger(value) && !ones) return null;
  return { value, length, unknown: ones };
}

function chooseTrack(tracks: readonly Track[], name: string): { readonly number: number; readonly head: OpusHead } {
  if (tracks.length === 0) throw damaged('webm-no-track', name, 'the file has no readable track');
  const track = tracks.find(({ codec, number }) => codec === OPUS && number !== null);
  if (track === undefined || track.number === null) throw refusal('webm-not-opus', name, 'the file holds no Opus track');
  const head = parseOpusHead(track.setup);
  if (head === null) throw refusal('webm-unsupported', name, 'its Opus track has more channels than two, or does not say how many');
  return { number: track.number, head };
}

/** The packet of a block of a track: after the track's number come a time of two bytes and a byte of flags. Null for other tracks' blocks. */
function packetOf(block: Uint8Array, track: number, name: string): Uint8Array | null {
  const number = readNumber(block, 0, 8, false);
  const flags = number === null ? undefined : block[number.length + 2];
  if (number === null || flags === undefined || number.value !== track) return null;
  if ((flags & LACING) !== 0) throw refusal('webm-laced', name, 'several packets share a block (lacing), which is not read');
  return block.subarray(number.length + 3);
}
