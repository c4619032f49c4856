import { UserError } from '../core/errors.ts';

/** What other kinds of file begin with, so that the refusal can name them. */
const OTHER_FILES: readonly (readonly [magic: string, description: string])[] = [
  ['RF64', 'a 64-bit RF64 file'],
  ['BW64', 'a 64-bit BW64 file'],
  ['RIFX', 'a big-endian RIFX file'],
  ['riff', 'a Sony Wave64 file'],
  ['FORM', 'an AIFF file'],
  ['OggS', 'an Ogg file'],
  ['fLaC', 'a FLAC file'],
  ['caff', 'a Core Audio file'],
  ['.snd', 'a Sun AU file'],
  ['ID3', 'an MP3 file'],
  ['#!AM', 'an AMR file'],
  ['\u001aE\u00df\u00a3', 'a WebM or Matroska file'],
];
/** Frames of an MP3 without tags begin with eleven ones. */
const MP3_SYNC = /^\u00ff[\u00e2-\u00ff]/;

/** Format tags of the Microsoft registry (RFC 2361) that turn up in the field. */
const FORMAT_NAMES: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG audio',
  85: 'MP3',
  255: 'AAC',
  353: 'Windows Media Audio',
};

/** The command that turns almost any sound into a WAV this program reads. */
function convertHint(name: string): string {
  return `Convert it first: ffmpeg -i ${quoted(name)} -c:a pcm_s16le converted.wav (or: sox ${quoted(name)} -b 16 -e signed converted.wav)`;
}

/** A file name as a shell takes it. */
export function quoted(name: string): string {
  return /^[\w./+-]+$/.test(name) && !name.startsWith('-') ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** A refusal of something that only a conversion cures. */
export function refusal(code: string, name: string, what: string): UserError {
  return new UserError(code, `${name}: ${what}`, convertHint(name));
}

/** A refusal of a file that holds no usable sound, whatever one converts it to. */
export function damaged(code: string, name: string, what: string): UserError {
  return new UserError(code, `${name}: ${what}`, 'Record or export it again, and check that it plays in an audio player.');
}

/** The refusal of a file that does not begin as a WAV does: `magic` is its first four bytes, `second` the next four. */
export function notRiff(name: string, magic: string, second: string): UserError {
  if (second === 'ftyp') return refusal('wav-not-riff', name, 'this is an MP4, M4A or 3GP file, not a plain WAV');
  const other = OTHER_FILES.find(([prefix]) => magic.startsWith(prefix)) ?? (MP3_SYNC.test(magic) ? ['', 'an MP3 file'] : undefined);
  if (other !== undefined) return refusal('wav-not-riff', name, `this is ${other[1]}, not a plain WAV`);
  return new UserError(
    'wav-not-riff',
    `${name}: this is not a WAV file (it does not begin with RIFF)`,
    'Give a WAV file; ffmpeg or sox makes one from any other sound file.',
  );
}

/** The refusal of a format tag other than integer and float PCM. */
export function unsupportedFormat(name: string, tag: number): UserError {
  const format = FORMAT_NAMES[tag] ?? `format 0x${tag.toString(16).padStart(4, '0')}`;
  return refusal('wav-unsupported-format', name, `the sound is stored as ${format}; only integer and float PCM can be read`);
}
