import { CODEC_NAMES, type CodecName } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import { oneOf, parseWhole } from './parse.ts';

/** The flags that are for a capture alone, as given. */
export interface CaptureFlags {
  readonly reference?: string;
  readonly ssrc?: string;
  readonly codec?: string;
  readonly payloadType?: string;
}

/** Which stream of a capture to play, and what it was spoken from. */
export interface CaptureSettings {
  readonly referenceFile: string | null;
  readonly ssrc: number | null;
  readonly codec: CodecName | null;
  readonly payloadType: number | null;
}

const MAX_SSRC = 0xffff_ffff;

/** Checks the flags of a capture. Throws UserError for whatever cannot be meant. */
export function resolveCaptureSettings({ reference, ssrc, codec, payloadType }: CaptureFlags): CaptureSettings {
  return {
    referenceFile: reference ?? null,
    ssrc: ssrc === undefined ? null : parseSsrc(ssrc),
    codec: codec === undefined ? null : oneOf(codec, CODEC_NAMES, '--codec', codec),
    payloadType: payloadType === undefined ? null : parseWhole(payloadType, '--payload-type', 0, 127),
  };
}

/** Hexadecimal, as Wireshark shows it, or decimal. */
function parseSsrc(text: string): number {
  const value = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value <= MAX_SSRC))
    throw new UserError('bad-ssrc', `--ssrc takes a number of 32 bits, not "${text}"`, 'write for example 0x1234abcd');
  return value;
}
