import type { Rng } from '../src/core/rng.ts';
import type { Signal } from '../src/core/signal.ts';
import * as other from '../test/support/degradations.ts';
import * as loss from '../test/support/lossy.ts';
import { flanger } from '../test/support/robots.ts';
import { decodeOpus, encodeOpus, type OpusMode } from './support-opus.ts';
import type { Talker } from './support-speech.ts';

/** What a sound at 16 kHz becomes. `others` are talkers to make a babble of. */
export type Make = (speech: Signal, rng: Rng, others: readonly Talker[]) => Float32Array | Promise<Float32Array>;

/** One kind of artefact or of other trouble, mildest severity first, and what ought to be said of it. */
export interface SoundClass {
  readonly kind: string;
  /** `report`: shown, held to nothing. */
  readonly role: 'metallic' | 'other' | 'report';
  readonly severities: readonly Make[];
  /** Diagnoses that are right. */
  readonly damages: readonly string[];
  /** Metallic sub-scores that are right; none for other kinds. */
  readonly labels: readonly string[];
  /** Least area under the ROC curve against all other kinds. */
  readonly leastAuc: number;
  /** Whether not one of it may be called metallic. */
  readonly never: boolean;
  /** Frequency of the buzz it makes at each severity, Hz. */
  readonly buzzHz: readonly number[];
}

const LABELS: Readonly<Record<string, { labels: readonly string[]; leastAuc: number; buzzHz?: readonly number[] }>> = {
  robot: { labels: ['buzz', 'mono'], leastAuc: 0.99, buzzHz: [100, 80, 120.3] },
  'lpc robot': { labels: ['buzz', 'mono', 'coarse'], leastAuc: 0.99, buzzHz: [110, 90] },
  ring: { labels: ['buzz', 'coarse', 'tone'], leastAuc: 0.99, buzzHz: [60, 100] },
  'am buzz': { labels: ['buzz'], leastAuc: 0.99, buzzHz: [50, 33.3, 50] },
  comb: { labels: ['comb'], leastAuc: 0.99 },
  alias: { labels: ['tone'], leastAuc: 0.99 },
  shift: { labels: ['coarse', 'tone'], leastAuc: 0.99 },
  musical: { labels: ['musical'], leastAuc: 0.99 },
  holes: { labels: ['coarse'], leastAuc: 0.985 },
  'pitch plc': { labels: ['rep'], leastAuc: 0.985 },
  'packet repeat': { labels: ['rep', 'buzz'], leastAuc: 0.985 },
  'frame reversal': { labels: ['buzz', 'coarse'], leastAuc: 0.985 },
  stretch: { labels: ['warp'], leastAuc: 0.97 },
};

const DAMAGES: Readonly<Record<string, readonly string[]>> = {
  white: ['noisy'],
  pink: ['noisy'],
  babble: ['noisy'],
  hum: ['noisy'],
  'low-pass': ['muffled'],
  'high-pass': ['muffled'],
  tilt: ['muffled'],
  clip: ['distorted'],
  tanh: ['distorted'],
  gaps: ['choppy'],
  'long gaps': ['choppy'],
  echo: ['echoing'],
};

const NEVER = new Set(['clean', 'gain', 'mu-law', 'opus', 'delay', 'drift']);

const opus = (mode: OpusMode): Make => {
  return async (speech) => decodeOpus(await encodeOpus(speech, mode), null);
};
const silk = (bitrateBps: number): Make => opus({ coder: 'silk', bitrateBps, constant: true });
const celt = (bitrateBps: number): Make => opus({ coder: 'celt', bitrateBps, constant: true });
const call = (bitrateBps: number): Make => opus({ coder: 'call', bitrateBps, constant: false });

/** Opus at 32 kb/s whose decoder conceals what a bursty channel lost. */
const concealed = (ratio: number, burst: number): Make => {
  return async (speech, rng) => {
    const packets = await encodeOpus(speech, { coder: 'call', bitrateBps: 32_000, constant: false });
    return decodeOpus(packets, loss.speechLosses(speech.samples, rng, ratio, burst));
  };
};

/** Several others at once, each turned round in time at random and as loud as the next. */
export function voices(length: number, rng: Rng, others: readonly Talker[]): Float32Array {
  const sum = new Float32Array(length);
  for (const { signal } of others) {
    const turn = Math.floor(rng.next() * signal.samples.length);
    const factor = 1 / Math.sqrt(signal.samples.reduce((energy, v) => energy + v * v, 0) / signal.samples.length);
    for (let i = 0; i < length; i++) {
      sum[i] = (sum[i] as number) + factor * (signal.samples[(i + turn) % signal.samples.length] as number);
    }
  }
  return sum;
}

const babble = (snrDb: number): Make => {
  return ({ samples }, rng, others) => other.addNoise(samples, voices(samples.length, rng, others), snrDb);
};

const codecs: readonly SoundClass[] = [
  make('opus silk', 'metallic', [silk(8000), silk(7000), silk(6000)], {
    labels: ['coarse'],
    leastAuc: 0.985,
    damages: ['metallic', 'muffled'],
  }),
  make('opus celt', 'metallic', [celt(14_000), celt(11_000), celt(8000)], { labels: ['coarse'], leastAuc: 0.97 }),
  make('opus plc b2', 'metallic', [concealed(0.11, 2), concealed(0.19, 2), concealed(0.29, 2)], {
    labels: ['rep', 'coarse'],
    leastAuc: 0.93,
    damages: ['metallic', 'choppy'],
  }),
  make('opus plc b4', 'metallic', [concealed(0.11, 4), concealed(0.19, 4), concealed(0.29, 4)], {
    labels: ['rep', 'coarse'],
    leastAuc: 0.93,
    damages: ['metallic', 'choppy'],
  }),
  make('opus', 'other', [call(64_000), call(32_000), call(24_000)], {}),
];

const reported: readonly SoundClass[] = [
  make(
    'flanger',
    'report',
    [0.3, 0.5, 0.8].map(
      (amount) =>
        ({ samples }) =>
          flanger(samples, 0.5, 4, amount),
    ),
    {},
  ),
  make(
    'reverb',
    'report',
    [0.2, 0.3, 0.5].map(
      (seconds) =>
        ({ samples }, rng) =>
          other.reverb(samples, rng, seconds, -6),
    ),
    {},
  ),
];

/** Every class of metrics §8.7, and two that are only reported. */
export function soundClasses(): readonly SoundClass[] {
  const known = [...other.METALLIC_KINDS, ...other.OTHER_KINDS].map(({ kind, metallic, severities }) => {
    const makes: Make[] =
      kind === 'babble'
        ? [25, 18, 12].map(babble)
        : severities.map(
            (degrade) =>
              ({ samples }, rng) =>
                degrade(samples, rng),
          );
    return make(kind, metallic ? 'metallic' : 'other', makes, LABELS[kind] ?? {});
  });
  return [...known, ...codecs, ...reported];
}

function make(kind: string, role: SoundClass['role'], severities: readonly Make[], more: Partial<SoundClass>): SoundClass {
  return {
    kind,
    role,
    severities,
    damages: role === 'metallic' ? ['metallic'] : (DAMAGES[kind] ?? ['clear']),
    labels: [],
    leastAuc: 0,
    never: NEVER.has(kind),
    buzzHz: [],
    ...more,
  };
}
