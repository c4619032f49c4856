import { byMember, type Checker, nullOr, number, objectOf, oneOf, ShapeError, text } from '../../core/shape.ts';

/** What the process that holds libwebrtc is told, and what it tells. */
export type Order =
  | { readonly kind: 'accept-offer'; readonly sdp: string }
  /** The way to the other side: from now on the engine looks for it. */
  | { readonly kind: 'connect'; readonly candidates: readonly string[] }
  | { readonly kind: 'speech'; readonly samples: Int16Array }
  | { readonly kind: 'speak' }
  | { readonly kind: 'round-trip' }
  | { readonly kind: 'finish' }
  | { readonly kind: 'close' };

export type Answer =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'answer'; readonly sdp: string }
  | { readonly kind: 'transport'; readonly layer: 'ice' | 'dtls'; readonly outcome: 'connected' | 'failed' }
  | { readonly kind: 'speaking'; readonly atMs: number }
  /** What it played from `atMs` on: mono. The messages follow each other without a gap. */
  | { readonly kind: 'heard'; readonly atMs: number; readonly sampleRateHz: number; readonly samples: Int16Array }
  | { readonly kind: 'round-trip'; readonly seconds: number | null }
  | { readonly kind: 'finished'; readonly inbound: Readonly<Record<string, number | string | boolean>> | null }
  | { readonly kind: 'failed'; readonly message: string };

/** Longest text, and most sound, taken in one message: a description is some 3 kB, half a second of sound 24,000 samples. */
const MAX_TEXT_CHARACTERS = 65_536;
const MAX_SAMPLES = 48_000;
/** An `inbound-rtp` entry has some forty members. */
const MAX_MEMBERS = 200;
const RATES_HZ = { min: 8_000, max: 48_000 };

const shortText: Checker = (value, at) => {
  text(value, at);
  if ((value as string).length > MAX_TEXT_CHARACTERS) throw new ShapeError(at, 'a text of a bounded length');
};
const rate: Checker = (value, at) => {
  if (!Number.isInteger(value) || (value as number) < RATES_HZ.min || (value as number) > RATES_HZ.max)
    throw new ShapeError(at, 'a sample rate');
};
const sound: Checker = (value, at) => {
  if (!(value instanceof Int16Array) || value.length > MAX_SAMPLES) throw new ShapeError(at, 'a bounded stretch of 16-bit samples');
};
const plainMembers: Checker = (value, at) => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : null;
  if (entries === null || entries.length > MAX_MEMBERS) throw new ShapeError(at, 'a bounded list of members');
  for (const [name, member] of entries) {
    if (typeof member === 'string') shortText(member, `${at}.${name}`);
    else if (typeof member !== 'boolean') number(member, `${at}.${name}`);
  }
};

const answerShape: Checker = byMember('kind', {
  ready: objectOf({ version: shortText }),
  answer: objectOf({ sdp: shortText }),
  transport: objectOf({ layer: oneOf(['ice', 'dtls']), outcome: oneOf(['connected', 'failed']) }),
  speaking: objectOf({ atMs: number }),
  heard: objectOf({ atMs: number, sampleRateHz: rate, samples: sound }),
  'round-trip': objectOf({ seconds: nullOr(number) }),
  finished: objectOf({ inbound: nullOr(plainMembers) }),
  failed: objectOf({ message: shortText }),
});

/** Takes a message of the engine's process for what it should be. Throws ShapeError for anything else, and for one larger than any honest one. */
export function readAnswer(message: unknown): Answer {
  answerShape(message, '');
  return message as Answer;
}
