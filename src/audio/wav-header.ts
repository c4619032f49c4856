import { UserError } from '../core/errors.ts';
import type { Warning } from '../core/report.ts';
import { fourCc, isChunkSequence, listChunks, type RiffChunk } from './riff.ts';
import { damaged, notRiff, quoted, refusal, unsupportedFormat } from './wav-refusals.ts';

/** What a WAV file says of itself. */
export interface WavFormat {
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Bits that carry sound in each sample: 20 for 20-bit sound stored in 24. */
  readonly bitDepth: number;
  readonly encoding: 'int' | 'float';
  /** True for WAVE_FORMAT_EXTENSIBLE. */
  readonly extensible: boolean;
}

/** Where the sound lies in the file, and what was wrong with the header but could be mended. */
export interface WavLayout {
  readonly format: WavFormat;
  /** Bytes one sample of one channel takes. */
  readonly sampleBytes: number;
  readonly dataStart: number;
  /** Whole frames (one sample of every channel) that are really there. */
  readonly frames: number;
  readonly warnings: readonly Warning[];
}

/** Longest sound read unless the caller allows more, seconds. A stimulus is seconds long; a recording of a call, minutes. */
export const DEFAULT_MAX_SECONDS = 600;
/** Largest file worth opening, bytes: ten minutes of stereo float at 96 kHz are 440 MiB. */
export const MAX_WAV_BYTES: number = 512 * 1024 * 1024;
/** How much of a file's beginning {@link checkWavHead} asks for, bytes. */
export const WAV_HEAD_BYTES = 65536;

const MIN_RATE_HZ = 4000;
const MAX_RATE_HZ = 192000;
const MAX_CHANNELS = 8;

const TAG_INT = 0x0001;
const TAG_FLOAT = 0x0003;
const TAG_EXTENSIBLE = 0xfffe;
const RIFF_HEADER_BYTES = 12;
const FMT_BYTES = 16;
const EXTENSIBLE_BYTES = 40;
/** Bytes 2–15 of the sub-format GUID of every format that has a 16-bit tag (KSDATAFORMAT_SUBTYPE_WAVEFORMATEX). */
const GUID_TAIL: readonly number[] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
/** Recorders writing into a pipe cannot know the length: ffmpeg declares 0xFFFFFFFF, sox a little under 0x80000000. */
const STREAMING_BYTES = 0x7ffff000;

/**
 * Finds the sound in a whole WAV file and checks everything that can be checked without decoding it. Allocates nothing of the file's size.
 * @param maxSeconds longest sound accepted
 * @throws UserError with a code beginning `wav-` for every file that cannot be read; never another error
 */
export function readWavLayout(bytes: Uint8Array, name: string, maxSeconds: number): WavLayout {
  return readHeadLayout(bytes, bytes.length, name, maxSeconds);
}

/** As {@link readWavLayout}, from the beginning of a file alone, which must reach to its data chunk: one that lies beyond it is taken for missing. */
export function readHeadLayout(head: Uint8Array, fileBytes: number, name: string, maxSeconds: number): WavLayout {
  const layout = layOut(head, fileBytes, name, maxSeconds);
  if (layout === null) throw damaged('wav-no-data', name, 'the file has no sound in it (no data chunk)');
  return layout;
}

/**
 * Refuses a file from its size and its first {@link WAV_HEAD_BYTES} bytes alone, before the rest is read: for what is no WAV, for formats that
 * cannot be read, and for sound longer than `maxSeconds`. Says nothing when the data chunk begins after the head.
 * @throws UserError as {@link readWavLayout} would, and `wav-too-large`
 */
export function checkWavHead(head: Uint8Array, fileBytes: number, name: string, maxSeconds: number): void {
  layOut(head, fileBytes, name, maxSeconds);
  if (fileBytes > MAX_WAV_BYTES) {
    const what = `the file is ${Math.round(fileBytes / 2 ** 20)} MiB; the limit is ${MAX_WAV_BYTES / 2 ** 20} MiB`;
    throw new UserError('wav-too-large', `${name}: ${what}`, 'Cut out the part to be scored, or store it as 16-bit mono.');
  }
}

function layOut(bytes: Uint8Array, fileBytes: number, name: string, maxSeconds: number): WavLayout | null {
  if (fileBytes === 0) throw damaged('wav-empty', name, 'the file is empty');
  const magic = fourCc(bytes, 0);
  if (!'RIFF'.startsWith(magic)) throw notRiff(name, magic, fourCc(bytes, 4));
  if (fileBytes < RIFF_HEADER_BYTES) throw damaged('wav-truncated-header', name, 'the file ends inside its header');
  const form = fourCc(bytes, 8);
  if (form !== 'WAVE') throw damaged('wav-not-wave', name, `this RIFF file does not hold a WAVE (it says ${JSON.stringify(form)})`);

  const chunks = listChunks(bytes, RIFF_HEADER_BYTES, 'data');
  const fmt = chunks.find((chunk) => chunk.id === 'fmt ');
  const data = chunks.find((chunk) => chunk.id === 'data');
  if (fmt === undefined) {
    if (data === undefined && bytes.length < fileBytes) return null;
    throw damaged('wav-no-format', name, 'the file does not say how its sound is stored (no fmt chunk before the data)');
  }
  const fmtEnd = fmt.start + Math.min(fmt.declaredBytes, EXTENSIBLE_BYTES);
  if (fmtEnd > fileBytes) throw damaged('wav-truncated-header', name, 'the file ends inside its header');
  if (fmtEnd > bytes.length) return null;
  const { format, sampleBytes } = readFormat(bytes, fmt, name);
  if (data === undefined) return null;
  return locateSamples(bytes, fileBytes, data, format, sampleBytes, name, maxSeconds);
}

function readFormat(bytes: Uint8Array, fmt: RiffChunk, name: string): { format: WavFormat; sampleBytes: number } {
  if (fmt.declaredBytes < FMT_BYTES) throw damaged('wav-bad-header', name, `the fmt chunk has ${fmt.declaredBytes} bytes, not 16 or more`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + fmt.start, Math.min(fmt.declaredBytes, EXTENSIBLE_BYTES));
  const extensible = view.getUint16(0, true) === TAG_EXTENSIBLE;
  const tag = extensible ? extensibleTag(view, name) : view.getUint16(0, true);
  if (tag !== TAG_INT && tag !== TAG_FLOAT) throw unsupportedFormat(name, tag);

  const channels = view.getUint16(2, true);
  if (channels === 0) throw damaged('wav-no-channels', name, 'the header says there are 0 channels');
  if (channels > MAX_CHANNELS) throw refusal('wav-too-many-channels', name, `${channels} channels; up to ${MAX_CHANNELS} can be read`);
  const sampleRateHz = view.getUint32(4, true);
  if (sampleRateHz < MIN_RATE_HZ || sampleRateHz > MAX_RATE_HZ) {
    throw damaged('wav-bad-rate', name, `a sample rate of ${sampleRateHz} Hz; ${MIN_RATE_HZ} to ${MAX_RATE_HZ} Hz can be read`);
  }

  const storedBits = view.getUint16(14, true);
  const sampleBytes = Math.ceil(storedBits / 8);
  const encoding = tag === TAG_FLOAT ? 'float' : 'int';
  const known = encoding === 'float' ? storedBits === 32 || storedBits === 64 : sampleBytes >= 1 && sampleBytes <= 4;
  if (!known)
    throw refusal(
      'wav-unsupported-format',
      name,
      `${storedBits}-bit ${encoding} samples; 8 to 32-bit int and 32 or 64-bit float can be read`,
    );
  const frameBytes = view.getUint16(12, true);
  if (frameBytes !== sampleBytes * channels) {
    throw damaged(
      'wav-bad-header',
      name,
      `the header contradicts itself: ${channels} × ${storedBits} bits in frames of ${frameBytes} bytes`,
    );
  }
  const validBits = extensible ? view.getUint16(18, true) : storedBits;
  const bitDepth = validBits >= 1 && validBits <= storedBits ? validBits : storedBits;
  return { format: { channels, sampleRateHz, bitDepth, encoding, extensible }, sampleBytes };
}

function extensibleTag(view: DataView, name: string): number {
  if (view.byteLength < EXTENSIBLE_BYTES) throw damaged('wav-bad-header', name, 'the fmt chunk is too short for WAVE_FORMAT_EXTENSIBLE');
  const plain = GUID_TAIL.every((byte, i) => view.getUint8(26 + i) === byte);
  if (!plain) throw refusal('wav-unsupported-format', name, 'the sound is stored in a format known only by its GUID');
  return view.getUint16(24, true);
}

function locateSamples(
  bytes: Uint8Array,
  fileBytes: number,
  data: RiffChunk,
  format: WavFormat,
  sampleBytes: number,
  name: string,
  maxSeconds: number,
): WavLayout {
  const presentBytes = fileBytes - data.start;
  const unfinished = data.declaredBytes === 0 && presentBytes > 0 && !isChunkSequence(bytes, data.start, fileBytes);
  const dataBytes = unfinished ? presentBytes : Math.min(data.declaredBytes, presentBytes);
  const frameBytes = sampleBytes * format.channels;
  const frames = Math.floor(dataBytes / frameBytes);
  if (frames === 0) throw damaged('wav-no-samples', name, 'the file has a header and no sound after it');

  const seconds = frames / format.sampleRateHz;
  if (seconds > maxSeconds) {
    const what = `the sound is ${Math.round(seconds)} s long; the limit is ${maxSeconds} s`;
    throw new UserError(
      'wav-too-long',
      `${name}: ${what}`,
      `Cut out the part to be scored: sox ${quoted(name)} part.wav trim 0 ${Math.min(60, maxSeconds)}`,
    );
  }

  const warnings: Warning[] = [];
  if (unfinished) warnings.push(unfinishedWarning(name, seconds));
  const missingFrames = Math.floor(data.declaredBytes / frameBytes) - frames;
  if (missingFrames > 1 && data.declaredBytes < STREAMING_BYTES) {
    warnings.push(truncatedWarning(name, seconds, missingFrames / format.sampleRateHz));
  }
  return { format, sampleBytes, dataStart: data.start, frames, warnings };
}

function unfinishedWarning(name: string, seconds: number): Warning {
  return {
    code: 'wav-unfinished-header',
    message: `${name}: the header declares no sound, yet ${seconds.toFixed(2)} s follow it; they were read`,
    hint: 'The recorder was probably stopped before it could finish the file: check that the end is not missing.',
  };
}

function truncatedWarning(name: string, seconds: number, missingSeconds: number): Warning {
  return {
    code: 'wav-truncated',
    message: `${name}: the file is cut short: ${seconds.toFixed(2)} s are there and ${missingSeconds.toFixed(2)} s are missing`,
    hint: 'Scores speak of the part that is there. Copy or record the file again if the rest matters.',
  };
}
