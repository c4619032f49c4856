import { concatBytes, latin1 } from './wav-bytes.ts';

/** Files of Opus packets, built by the RFCs alone. */
const PRE_SKIP = 312;

export interface OpusFileOptions {
  readonly channels?: number;
  /** Packets on a page of Ogg, or in a cluster of WebM. */
  readonly together?: number;
  /** Samples at 48 kHz in a packet, and of the whole sound, for the last page's granule position. */
  readonly packetSamples?: number;
  readonly totalSamples?: number;
}

function le(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

export function opusHead(channels: number, family = 0): Uint8Array {
  return concatBytes([latin1('OpusHead'), Uint8Array.of(1, channels), le(PRE_SKIP, 2), le(48_000, 4), le(0, 2), Uint8Array.of(family)]);
}

function oggPage(packets: readonly Uint8Array[], flags: number, granule: number, sequence: number): Uint8Array {
  const lacing = packets.flatMap((packet) => [...new Array<number>(Math.floor(packet.length / 255)).fill(255), packet.length % 255]);
  return concatBytes([
    latin1('OggS'),
    Uint8Array.of(0, flags),
    le(granule, 8),
    le(7, 4),
    le(sequence, 4),
    le(0, 4),
    Uint8Array.of(lacing.length, ...lacing),
    ...packets,
  ]);
}

/** An Ogg Opus file (RFC 7845). Checksums are left 0: readers here do not check them. */
export function oggOpus(packets: readonly Uint8Array[], options: OpusFileOptions = {}): Uint8Array {
  const { channels = 1, together = 20, packetSamples = 960, totalSamples = packets.length * packetSamples } = options;
  const tags = concatBytes([latin1('OpusTags'), le(0, 4), le(0, 4)]);
  const pages = [oggPage([opusHead(channels)], 2, 0, 0), oggPage([tags], 0, 0, 1)];
  for (let first = 0; first < packets.length; first += together) {
    const last = first + together >= packets.length;
    const granule = last ? PRE_SKIP + totalSamples : (first + together) * packetSamples;
    pages.push(oggPage(packets.slice(first, first + together), last ? 4 : 0, granule, pages.length));
  }
  return concatBytes(pages);
}

function element(id: readonly number[], body: Uint8Array, unknownSize = false): Uint8Array {
  const size = unknownSize
    ? Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
    : concatBytes([Uint8Array.of(0x10), le(body.length, 3).reverse()]);
  return concatBytes([Uint8Array.from(id), size, body]);
}

/** A WebM file as a browser's recorder writes it: segment and clusters of unknown length, one packet a block. */
export function webmOpus(packets: readonly Uint8Array[], options: OpusFileOptions = {}): Uint8Array {
  const { channels = 1, together = 50 } = options;
  const header = element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], latin1('webm')));
  const track = concatBytes([
    element([0xd7], Uint8Array.of(1)),
    element([0x83], Uint8Array.of(2)),
    element([0x86], latin1('A_OPUS')),
    element([0x63, 0xa2], opusHead(channels)),
    element([0xe1], element([0x9f], Uint8Array.of(channels))),
  ]);
  const clusters: Uint8Array[] = [];
  for (let first = 0; first < packets.length; first += together) {
    const blocks = packets
      .slice(first, first + together)
      .map((packet, i) => element([0xa3], concatBytes([Uint8Array.of(0x81, (i * 20) >> 8, (i * 20) & 255, 0x80), packet])));
    clusters.push(element([0x1f, 0x43, 0xb6, 0x75], concatBytes([element([0xe7], le(first * 20, 4).reverse()), ...blocks]), true));
  }
  return concatBytes([
    header,
    element([0x18, 0x53, 0x80, 0x67], concatBytes([element([0x16, 0x54, 0xae, 0x6b], element([0xae], track)), ...clusters]), true),
  ]);
}
