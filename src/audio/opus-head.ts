/** What the head of an Opus stream says (RFC 7845 section 5.1). */
export interface OpusHead {
  readonly channels: 1 | 2;
  /** Samples at 48 kHz to be thrown away at the beginning. */
  readonly preSkip: number;
  /** To be applied to the decoded sound, dB. */
  readonly gainDb: number;
}

/** Packets of one Opus stream taken out of a file, with what is needed to play them. */
export interface OpusFile extends OpusHead {
  readonly packets: readonly Uint8Array[];
  /** How long the sound is by the file's own account, samples at 48 kHz; null where it does not say. */
  readonly frames: number | null;
  /** Whether the file stops in the middle. */
  readonly cutShort: boolean;
}

const MAGIC = 'OpusHead';
const HEAD_BYTES = 19;
/** The gain is in 1/256 dB. */
const GAIN_STEPS = 256;

/** Whether these bytes are the head of an Opus stream. */
export function isOpusHead(bytes: Uint8Array): boolean {
  return bytes.length >= HEAD_BYTES && String.fromCharCode(...bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/** The head of a mono or stereo stream; null for what is none, and for more channels than two. */
export function parseOpusHead(bytes: Uint8Array): OpusHead | null {
  if (!isOpusHead(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = view.getUint8(9);
  // The upper half of the version tells incompatible changes, and family 0 is mono and stereo.
  if (view.getUint8(8) >= 16 || view.getUint8(18) !== 0 || (channels !== 1 && channels !== 2)) return null;
  return { channels, preSkip: view.getUint16(10, true), gainDb: view.getInt16(16, true) / GAIN_STEPS };
}
