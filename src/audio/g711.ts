import type { Signal } from '../core/signal.ts';
import type { EncodedSpeech, SpeechDecoder } from './speech-decoder.ts';

/** RTP clock of G.711 (RFC 3551 section 4.5.14) and its only sampling rate, Hz. A byte is a sample. */
export const G711_RATE_HZ = 8_000;

/** Longest packet taken, samples: 120 ms, as of Opus. G.711 itself sets no limit. */
const MAX_PACKET_SAMPLES = 960;

/** The two laws of ITU-T G.711 (11/88): μ-law (PCMU) and A-law (PCMA). */
export type Law = 'pcmu' | 'pcma';

/** A law's table: of its 128 intervals of magnitude, in G.711's own units. */
interface LawTable {
  /** The magnitude at which the coder is overloaded, taken as 1 here: 14 bits for μ-law, 13 for A-law. */
  readonly fullScale: number;
  /** Where each interval begins (decision values), rising from 0, and what stands for it at the far end (quantised values). */
  readonly from: Float64Array;
  readonly value: Float64Array;
  /** Bits of the character signal that are inverted on the line. */
  readonly inverted: number;
}

/** Eight segments of sixteen intervals, each segment's twice as wide as those before it: G.711 tables 2a and 2b. */
function muLaw(): LawTable {
  const from = new Float64Array(128);
  const value = new Float64Array(128);
  for (let n = 0; n < 128; n++) {
    const width = 2 << (n >> 4);
    value[n] = (33 + 2 * (n & 15)) * (width / 2) - 33;
    from[n] = Math.max(0, (value[n] as number) - width / 2);
  }
  return { fullScale: 8192, from, value, inverted: 0x7f };
}

/** As μ-law, but that the first two segments have intervals of one width, and zero lies between two of them: G.711 tables 1a and 1b. */
function aLaw(): LawTable {
  const from = new Float64Array(128);
  const value = new Float64Array(128);
  for (let n = 0; n < 128; n++) {
    const segment = n >> 4;
    const width = 2 << Math.max(0, segment - 1);
    from[n] = segment === 0 ? n * width : (16 + (n & 15)) * width;
    value[n] = (from[n] as number) + width / 2;
  }
  return { fullScale: 4096, from, value, inverted: 0x55 };
}

const TABLES: Readonly<Record<Law, LawTable>> = { pcmu: muLaw(), pcma: aLaw() };

/** The sign is the first bit, 1 for what is not negative. */
const SIGN = 0x80;

function decodeTable({ fullScale, value, inverted }: LawTable): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const magnitude = (value[(byte ^ inverted) & 0x7f] as number) / fullScale;
    return (byte & SIGN) !== 0 ? magnitude : -magnitude;
  });
}

const SOUNDS: Readonly<Record<Law, Float32Array>> = { pcmu: decodeTable(TABLES.pcmu), pcma: decodeTable(TABLES.pcma) };

/** The interval a magnitude lies in, by halving; the last one for any overload. */
function intervalOf(from: Float64Array, magnitude: number): number {
  let low = 0;
  for (let step = 64; step > 0; step >>= 1) if (magnitude >= (from[low + step] as number)) low += step;
  return low;
}

/**
 * Encodes samples at 8 kHz within [-1, 1] by ITU-T G.711, a byte each; what is louder is cut, what is no number is silence.
 * The law's largest value, not 1, is the loudest that comes back: 0.980 (μ-law) and 0.984 (A-law).
 */
export function encodeG711(samples: Float32Array, law: Law): Uint8Array {
  const { fullScale, from, inverted } = TABLES[law];
  return Uint8Array.from(samples, (sample) => {
    const magnitude = Math.abs(sample) * fullScale;
    return (intervalOf(from, magnitude) | (sample < 0 ? 0 : SIGN)) ^ inverted;
  });
}

/** Decodes bytes of ITU-T G.711: samples at 8 kHz, one a byte. Every byte is one. */
export function decodeG711(bytes: Uint8Array, law: Law): Float32Array {
  const sounds = SOUNDS[law];
  return Float32Array.from(bytes, (byte) => sounds[byte] as number);
}

/**
 * Encodes speech packet by packet. A last packet that is not full is filled up with silence; an empty signal gives no packets.
 * @param signal8k mono at 8 kHz; resample before. Throws RangeError at any other rate.
 */
export function encodeG711Speech(signal8k: Signal, law: Law, packetTimeMs: number): EncodedSpeech {
  if (signal8k.sampleRateHz !== G711_RATE_HZ) throw new RangeError(`G.711 is fed at 8000 Hz, got ${signal8k.sampleRateHz}`);
  const packetSamples = packetTimeMs * (G711_RATE_HZ / 1000);
  const packets: Uint8Array[] = [];
  for (let start = 0; start < signal8k.samples.length; start += packetSamples) {
    const frame = new Float32Array(packetSamples);
    frame.set(signal8k.samples.subarray(start, start + packetSamples));
    packets.push(encodeG711(frame, law));
  }
  return { packets, fecPackets: 0 };
}

/** Makes a decoder of packets of any length up to 120 ms. G.711 has no memory, no error correction and no concealment of its own. */
export function createG711Decoder(law: Law): SpeechDecoder {
  const packetSamples = ({ length }: Uint8Array): number | null => (length === 0 || length > MAX_PACKET_SAMPLES ? null : length);
  return {
    sampleRateHz: G711_RATE_HZ,
    decode: (packet) => (packetSamples(packet) === null ? null : decodeG711(packet, law)),
    packetSamples,
    isDtx: () => false,
    recovery: null,
    free: () => undefined,
  };
}
