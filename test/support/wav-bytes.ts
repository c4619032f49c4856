/** Builds WAV files byte by byte, right or wrong in any chosen field. Knows nothing of the reader under test. */
export interface WavBytesOptions {
  readonly channels?: number;
  readonly sampleRateHz?: number;
  readonly bits?: number;
  readonly tag?: number;
  /** Wraps the tag in WAVE_FORMAT_EXTENSIBLE, with this many valid bits. */
  readonly extensibleValidBits?: number;
  readonly guidTail?: readonly number[];
  readonly frameBytes?: number;
  readonly declaredFmtBytes?: number;
  readonly declaredDataBytes?: number;
  readonly magic?: string;
  readonly form?: string;
  readonly beforeFmt?: Uint8Array;
  readonly beforeData?: Uint8Array;
  readonly afterData?: Uint8Array;
  readonly omit?: 'fmt' | 'data';
}

const GUID_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/** A WAV around the given sound bytes. Defaults: 16-bit PCM, mono, 16 kHz. */
export function wavBytes(data: Uint8Array, options: WavBytesOptions = {}): Uint8Array {
  const parts = [latin1(options.form ?? 'WAVE'), options.beforeFmt ?? new Uint8Array(0)];
  if (options.omit !== 'fmt') parts.push(fmtChunk(options));
  parts.push(options.beforeData ?? new Uint8Array(0));
  if (options.omit !== 'data') parts.push(latin1('data'), uint32(options.declaredDataBytes ?? data.length), data);
  parts.push(options.afterData ?? new Uint8Array(0));
  const body = concatBytes(parts);
  return concatBytes([latin1(options.magic ?? 'RIFF'), uint32(body.length), body]);
}

function fmtChunk(options: WavBytesOptions): Uint8Array {
  const { channels = 1, sampleRateHz = 16000, bits = 16, tag = 1, extensibleValidBits } = options;
  const frameBytes = options.frameBytes ?? (channels * bits) / 8;
  const extensible = extensibleValidBits !== undefined;
  const plain = concatBytes([
    uint16(extensible ? 0xfffe : tag),
    uint16(channels),
    uint32(sampleRateHz),
    uint32(sampleRateHz * frameBytes),
    uint16(frameBytes),
    uint16(bits),
  ]);
  const tail = Uint8Array.from(options.guidTail ?? GUID_TAIL);
  const body = extensible ? concatBytes([plain, uint16(22), uint16(extensibleValidBits), uint32(0), uint16(tag), tail]) : plain;
  return concatBytes([latin1('fmt '), uint32(options.declaredFmtBytes ?? body.length), body]);
}

/** A chunk with its pad byte where the length is odd, unless told to leave it out. */
export function chunk(id: string, body: Uint8Array, padded = true): Uint8Array {
  const pad = new Uint8Array(padded && body.length % 2 === 1 ? 1 : 0);
  return concatBytes([latin1(id), uint32(body.length), body, pad]);
}

/** Integers as little-endian PCM: unsigned with an offset of 128 for 8 bits, two's complement above. */
export function pcmInt(values: readonly number[], bits: number): Uint8Array {
  const size = bits / 8;
  const bytes = new Uint8Array(values.length * size);
  values.forEach((value, i) => {
    let rest = bits === 8 ? value + 128 : value < 0 ? value + 2 ** bits : value;
    for (let k = 0; k < size; k++) {
      bytes[i * size + k] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  });
  return bytes;
}

export function pcmFloat(values: readonly number[], bits: 32 | 64): Uint8Array {
  const view = new DataView(new ArrayBuffer((values.length * bits) / 8));
  values.forEach((value, i) => {
    if (bits === 32) view.setFloat32(4 * i, value, true);
    else view.setFloat64(8 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}

function uint32(value: number): Uint8Array {
  return concatBytes([uint16(value & 0xffff), uint16(value >>> 16)]);
}
