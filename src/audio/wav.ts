import { decode } from 'wav-decoder';
import type { Warning } from '../core/report.ts';
import type { Signal } from '../core/signal.ts';
import { DEFAULT_MAX_SECONDS, readWavLayout, type WavFormat, type WavLayout } from './wav-header.ts';
import { damaged } from './wav-refusals.ts';

/** A WAV file read: its sound as one channel, how it was stored, and what was mended on the way. */
export interface WavFile {
  readonly signal: Signal;
  readonly format: WavFormat;
  readonly warnings: readonly Warning[];
}

export interface ReadWavOptions {
  /** Longest sound accepted, seconds; checked before anything is decoded. */
  readonly maxSeconds?: number;
}

/** Frames handed to wav-decoder at once: bounds the memory beside the result to a few MiB. */
export const BLOCK_FRAMES = 65536;
const HEADER_BYTES = 44;
const TAG_INT = 1;
const TAG_FLOAT = 3;
/** 16-bit full scale. */
const INT16_SCALE = 32768;
/** Float sound above full scale by more than 40 dB is not sound; below that it is accepted with a warning. */
const MAX_FLOAT_MAGNITUDE = 100;

/**
 * Reads a WAV file (8 to 32-bit integer, 32 or 64-bit float, plain or EXTENSIBLE, up to 8 channels, 4 to 192 kHz) as one channel: the mean
 * of its channels. Integers are scaled by their full scale, so that 16-bit sound survives {@link writeWav} bit for bit.
 * @param name how messages call the file
 * @throws UserError with a code beginning `wav-` for every file that cannot be read; never another error
 */
export function readWav(bytes: Uint8Array, name: string, options: ReadWavOptions = {}): Signal {
  return readWavFile(bytes, name, options).signal;
}

/** As {@link readWav}, with the file's format and warnings: `wav-truncated`, `wav-unfinished-header`, `wav-over-full-scale`. */
export function readWavFile(bytes: Uint8Array, name: string, options: ReadWavOptions = {}): WavFile {
  const layout = readWavLayout(bytes, name, options.maxSeconds ?? DEFAULT_MAX_SECONDS);
  const samples = decodeToMono(bytes, layout, name);
  const signal = { samples, sampleRateHz: layout.format.sampleRateHz };
  const peak = samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
  if (peak <= 1) return { signal, format: layout.format, warnings: layout.warnings };
  return { signal, format: layout.format, warnings: [...layout.warnings, overFullScaleWarning(name, peak)] };
}

/**
 * Writes a signal as a 16-bit mono PCM WAV. A sample x becomes round(32768 x), halves rounded up, clamped to [-32768, 32767].
 * @throws RangeError for a sample that is not finite or a rate that is not a positive whole number: both are bugs of the caller
 */
export function writeWav(signal: Signal): Uint8Array {
  const { samples, sampleRateHz } = signal;
  if (!Number.isInteger(sampleRateHz) || sampleRateHz <= 0) throw new RangeError(`cannot write a WAV at ${sampleRateHz} Hz`);
  const bytes = new Uint8Array(HEADER_BYTES + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  writeHeader(view, { tag: TAG_INT, channels: 1, sampleRateHz, sampleBytes: 2, dataBytes: 2 * samples.length });
  for (let i = 0; i < samples.length; i++) {
    const scaled = Math.round((samples[i] as number) * INT16_SCALE);
    if (!Number.isFinite(scaled)) throw new RangeError(`cannot write sample ${i}: it is not a finite number`);
    view.setInt16(HEADER_BYTES + 2 * i, Math.max(-INT16_SCALE, Math.min(INT16_SCALE - 1, scaled)), true);
  }
  return bytes;
}

/** The mean of the channels, block by block. */
function decodeToMono(bytes: Uint8Array, layout: WavLayout, name: string): Float32Array {
  const { frames, sampleBytes, format } = layout;
  const decodeBlock = createBlockDecoder(layout, name);
  const frameBytes = format.channels * sampleBytes;
  const mono = new Float32Array(frames);
  for (let first = 0; first < frames; first += BLOCK_FRAMES) {
    const count = Math.min(BLOCK_FRAMES, frames - first);
    const start = layout.dataStart + first * frameBytes;
    averageInto(mono, first, count, decodeBlock(bytes.subarray(start, start + count * frameBytes), first));
  }
  return mono;
}

/**
 * Makes a decoder of parts of a WAV's data: of at most {@link BLOCK_FRAMES} whole frames, the first of which is number `first`. Each channel's samples, good
 * until the next call.
 *
 * wav-decoder never sees the file itself, for it loops for ever on zero channels and refuses valid files: it gets clean 44-byte-header WAVs
 * of one block each. 8 and 24-bit samples are widened to 16 and 32, because its 8-bit scale moves silence off zero and its 24-bit reader
 * takes the most negative value for the most positive; the values stay exactly the same.
 * @throws UserError `wav-bad-samples` for a sample that no sound can have
 */
export function createBlockDecoder(
  { format, frames, sampleBytes }: WavLayout,
  name: string,
): (source: Uint8Array, first: number) => readonly Float32Array[] {
  const { channels, sampleRateHz, encoding } = format;
  const widened = encoding === 'int' && sampleBytes % 2 === 1;
  const cleanBytes = widened ? sampleBytes + 1 : sampleBytes;
  const clean = new Uint8Array(HEADER_BYTES + Math.min(frames, BLOCK_FRAMES) * channels * cleanBytes);
  const view = new DataView(clean.buffer);
  return (source, first) => {
    const count = Math.floor(source.length / (channels * sampleBytes));
    const tag = encoding === 'float' ? TAG_FLOAT : TAG_INT;
    writeHeader(view, { tag, channels, sampleRateHz, sampleBytes: cleanBytes, dataBytes: count * channels * cleanBytes });
    if (widened) widen(source, sampleBytes, clean.subarray(HEADER_BYTES));
    else clean.set(source, HEADER_BYTES);
    const { channelData } = decode.sync(clean.buffer, { symmetric: true });
    if (encoding === 'int') return channelData;
    const badFrame = firstBadFrame(count, channelData);
    if (badFrame === null) return channelData;
    const what = `the sample at ${((first + badFrame) / sampleRateHz).toFixed(3)} s is not a number a sound can have`;
    throw damaged('wav-bad-samples', name, what);
  };
}

/** Copies 8-bit (unsigned) or 24-bit samples into ones a byte wider, the new low byte zero. */
function widen(source: Uint8Array, sampleBytes: number, target: Uint8Array): void {
  const signFlip = sampleBytes === 1 ? 0x80 : 0;
  let to = 0;
  for (let from = 0; from < source.length; from++) {
    if (from % sampleBytes === 0) target[to++] = 0;
    target[to++] = (source[from] as number) ^ signFlip;
  }
}

/** The first frame with an impossible sample in any channel, or null. */
function firstBadFrame(count: number, channelData: readonly Float32Array[]): number | null {
  let bad = count;
  for (const channel of channelData) for (let i = 0; i < bad; i++) if (!(Math.abs(channel[i] as number) <= MAX_FLOAT_MAGNITUDE)) bad = i;
  return bad < count ? bad : null;
}

/** Writes the mean of the channels to `mono` from `first` on. */
function averageInto(mono: Float32Array, first: number, count: number, channelData: readonly Float32Array[]): void {
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (const channel of channelData) sum += channel[i] as number;
    mono[first + i] = sum / channelData.length;
  }
}

interface CleanHeader {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly sampleBytes: number;
  readonly dataBytes: number;
}

function writeHeader(view: DataView, header: CleanHeader): void {
  const frameBytes = header.channels * header.sampleBytes;
  writeText(view, 0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + header.dataBytes, true);
  writeText(view, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, header.tag, true);
  view.setUint16(22, header.channels, true);
  view.setUint32(24, header.sampleRateHz, true);
  view.setUint32(28, header.sampleRateHz * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, header.sampleBytes * 8, true);
  writeText(view, 36, 'data');
  view.setUint32(40, header.dataBytes, true);
}

function writeText(view: DataView, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(offset + i, text.charCodeAt(i));
}

export function overFullScaleWarning(name: string, peak: number): Warning {
  return {
    code: 'wav-over-full-scale',
    message: `${name}: the sound rises to ${peak.toFixed(2)} times full scale`,
    hint: 'Most players would clip it. Lower the level when exporting.',
  };
}
