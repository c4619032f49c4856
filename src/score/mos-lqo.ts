import { type Measurement, measured, measuredValue } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { cepstralDistance, cepstralDistances } from './cepstral-distance.ts';
import { loudnessCourse, loudnessDisturbance } from './loudness-disturbance.ts';
import { impairmentOf, type ScoringContext } from './scoring.ts';

/** The mean vote people give a file with nothing wrong. */
const BEST_MOS = 4.6;
/** What similarity alone would say: M0 = 1 + 3.6·exp(−2.75·(1 − NSIM)^0.7), fitted to the 381 votes of the TCD-VoIP test set. */
const SIMILARITY_WEIGHT = 2.75;
const SIMILARITY_POWER = 0.7;
/** Half-way points of two shares of speech, missing and repeated verbatim: far less is hardly noticed, far more costs little more. */
const MISSING_HALF = 0.06;
const REPEATED_HALF = 0.02;
/** A small distance, as good codecs make, is hardly noticed. */
const SHAPE_POWER = 1.5;
/** Added sound counts in units of 10 dB summed over bands. */
const ADDED_UNIT_DB = 10;
/** An impairment is named as the dominant one when it takes at least this much off the exponent: a twentieth of the distance to 1. */
const LEAST_TO_NAME = 0.05;
/** From this metallic score on a changed sound is put down to that. */
const METALLIC = 0.5;

/** What each unit of a term takes off the exponent. Printed by `npm run bench -- mos-fit`; origin and error: docs/scores.md. */
export const MOS_WEIGHTS: MosTerms = { shape: 0.63, disturbance: 0.39, missing: 1.066, repeated: 0.736, added: 0.127, noise: 0.344 };

/** The terms the listening MOS is made from, all 0 for the same sound. */
export interface MosTerms {
  /** Distance of the cepstra (see `cepstralDistance`), to the power of 1.5. */
  readonly shape: number;
  /** Difference of the loudness in bands, as a share (see `loudnessDisturbance`). */
  readonly disturbance: number;
  /** Share of speech missing, 0.06 counted as one half; and of speech that repeats what came before, 0.02 as one half: share² / (share² + half²). */
  readonly missing: number;
  readonly repeated: number;
  /** Sound added, in 10 dB summed over bands. */
  readonly added: number;
  /** The noisiness score. */
  readonly noise: number;
}

/**
 * Listening quality, 1–5, as a listener to the recording might vote (P.800.1: MOS-LQO): 1 + 3.6·e^(−Σ weight·term), so that impairments multiply. Parts: the
 * measured terms `cepstralDistance` and `loudnessDisturbance`, `nsim`, and `similarityMos`, what NSIM alone would say. `dominant` names the impairment that takes most.
 * Not applicable where ViSQOL is not: too little speech.
 */
export function mosLqo(context: ScoringContext): Score {
  const visqol = context.score('visqol');
  if (visqol.measurement.status !== 'ok') return { measurement: visqol.measurement, parts: {}, dominant: null };
  const terms = mosTerms(context);
  const nsim = measuredValue(visqol.parts['nsim']);
  const parts: Record<string, Measurement> = {
    cepstralDistance: measured(terms.shape ** (1 / SHAPE_POWER), 'ratio'),
    loudnessDisturbance: measured(terms.disturbance, 'ratio'),
    ...(nsim === null ? {} : { nsim: measured(nsim, 'ratio'), similarityMos: measured(similarityMos(nsim), 'MOS') }),
  };
  return { measurement: measured(mosOfTerms(terms), 'MOS'), parts, dominant: dominantOf(terms, impairmentOf(context.score('metallic'))) };
}

/** The terms of frames from … to before to, but for missing speech and noise. */
export type TermsWithin = (from: number, to: number) => Omit<MosTerms, 'missing' | 'noise'>;

/** Makes a function that gives the terms of any stretch of frames, from … to before to; missing speech and noise are for the caller to fill in. */
export function createMosTerms(context: ScoringContext): TermsWithin {
  const distances = cepstralDistances(context.frontEnd);
  const { difference, whole } = loudnessCourse(context.frontEnd);
  const added = context.addedSound();
  const repetition = context.subScores()['rep']?.tallies?.[0];
  const sum = (values: Float64Array, from: number, to: number): number =>
    values.subarray(from, to).reduce((total, value) => total + value, 0);
  return (from, to) => {
    const looked = repetition === undefined ? 0 : sum(repetition.weight, from, to);
    const active = context.frontEnd.active.subarray(from, to);
    const spoken = active.reduce((total, one) => total + one, 0);
    return {
      shape: cepstralDistance(distances.subarray(from, to), active) ** SHAPE_POWER,
      disturbance: loudnessDisturbance({ difference: difference.subarray(from, to), whole: whole.subarray(from, to) }),
      repeated: halfAt(repetition === undefined || looked === 0 ? 0 : sum(repetition.value, from, to) / looked, REPEATED_HALF),
      added: spoken === 0 ? 0 : sum(added, from, to) / spoken / ADDED_UNIT_DB,
    };
  };
}

/** The terms of one recording. */
export function mosTerms(context: ScoringContext): MosTerms {
  return {
    ...context.mosTermsWithin()(0, context.frontEnd.frames),
    missing: missingTerm(measuredValue(context.score('discontinuity').parts['missingSpeech']) ?? 0),
    noise: impairmentOf(context.score('noisiness')),
  };
}

/** The term of a share of speech that is missing. */
export function missingTerm(share: number): number {
  return halfAt(share, MISSING_HALF);
}

function halfAt(share: number, half: number): number {
  return share ** 2 / (share ** 2 + half ** 2);
}

/** The MOS of some terms, 1–4.6, with the weights of this model or others. */
export function mosOfTerms(terms: MosTerms, weights: MosTerms = MOS_WEIGHTS): number {
  const names = Object.keys(weights) as (keyof MosTerms)[];
  return 1 + (BEST_MOS - 1) * Math.exp(-names.reduce((sum, name) => sum + weights[name] * terms[name], 0));
}

/** What NSIM alone would say, 1–4.6. */
export function similarityMos(nsim: number): number {
  return 1 + (BEST_MOS - 1) * Math.exp(-SIMILARITY_WEIGHT * Math.max(0, 1 - nsim) ** SIMILARITY_POWER);
}

function dominantOf(terms: MosTerms, metallic: number): string | null {
  const changed = MOS_WEIGHTS.shape * terms.shape + MOS_WEIGHTS.disturbance * terms.disturbance + MOS_WEIGHTS.added * terms.added;
  const losses = {
    discontinuity: MOS_WEIGHTS.missing * terms.missing,
    metallic: MOS_WEIGHTS.repeated * terms.repeated,
    noisiness: MOS_WEIGHTS.noise * terms.noise,
  };
  const [worst] = Object.entries(losses).sort((a, b) => b[1] - a[1]);
  const other = changed > 2 * (worst?.[1] ?? 0) ? (metallic >= METALLIC ? 'metallic' : 'distortion') : null;
  return Math.max(changed, worst?.[1] ?? 0) < LEAST_TO_NAME ? null : (other ?? worst?.[0] ?? null);
}
