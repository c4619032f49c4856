import { type Measurement, measured, measuredValue, notApplicable } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { clamp, logistic, percentile, runningMean } from '../dsp/statistics.ts';
import type { FrontEnd } from './front-end.ts';
import { findHum } from './hum.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** Noise level re the loud end of speech at which the score is one half, and how quickly it turns, dB. */
const CENTRE_DB = -38;
const WIDTH_DB = 5;
/** Noise not this much above the reference's own is the reference's, dB. */
const ABOVE_REFERENCE_DB = 3;
/** A kind of noise is named from this score on. */
const LEAST_TO_NAME = 0.1;
const BABBLE_SHARE = 0.2;
/** Hum is named when its lines hold this share of the noise's power. */
const HUM_WITHIN_DB = 3;
/** A noise less flat than this is coloured, dB; over bins within this of its loudest, dB; smoothed by ±125 Hz. */
const COLOURED_DB = 1;
const PASSED_DB = 30;
const SPECTRUM_RADIUS = 8;
/** Cells of the reference this far under the loud end of their own bin are taken for pauses when there are no others, dB. */
const WEAK_DB = 32;
const LOUD_PERCENTILE = 0.98;
const LEAST_WEAK_CELLS = 10;
/** A 40 ms Hann window reads white noise of power P as 4·P·Σw²/(Σw)² = 4·P·1.5/640 in every bin; the cells of one bin scatter exponentially. */
const NOISE_PER_BIN = 106.7;
const MEDIAN_OF_EXPONENTIAL = Math.LN2;

export type NoiseKind = 'white' | 'coloured' | 'babble' | 'hum' | 'musical';

/**
 * Noise added to the sound, read as the median level of the pauses of the reference: 1 / (1 + e^(−(level + 38 dB)/5 dB)), where the level is against the loud end
 * (95th percentile) of speech; 0 when it is not 3 dB above the reference's own noise. Parts: `noiseLevel` in dB, `humLevel` and
 * `humFrequency` of the mains, `voicedShare` of the pauses. `dominant` names the kind from a score of 0.1: white, coloured (any other steady
 * noise), babble, hum or musical.
 * Without pauses the level is estimated from the weak cells between the harmonics of speech.
 */
export function noisiness(context: ScoringContext): Score {
  const { frontEnd } = context;
  const pauses = context.pauses();
  const level =
    pauses === null ? weakCellNoiseDb(frontEnd) : pauses.steadyDb > pauses.referenceDb + ABOVE_REFERENCE_DB ? pauses.steadyDb : null;
  if (pauses === null && frontEnd.activeFrames === 0) return noScore('neither pauses nor speech to look at');
  const found = findHum(frontEnd);
  const hum = found?.levelDb ?? null;
  const loudest = Math.max(level ?? Number.NEGATIVE_INFINITY, hum ?? Number.NEGATIVE_INFINITY);
  const value = loudest === Number.NEGATIVE_INFINITY ? 0 : noisinessOf(loudest);
  const none = notApplicable('no noise beyond the reference’s own');
  const asMeasurement = (db: number | null): Measurement => (db === null ? none : measured(db, 'dB'));
  const parts: Record<string, Measurement> = { noiseLevel: asMeasurement(level), humLevel: asMeasurement(hum) };
  if (found !== null) parts['humFrequency'] = measured(found.mainsHz, 'Hz');
  if (pauses !== null) parts['voicedShare'] = measured(pauses.voicedShare, 'ratio');
  if (value <= LEAST_TO_NAME) return { measurement: measured(value, 'score'), parts, dominant: null };
  const musicalStrength = measuredValue(context.score('metallic').parts['musical']) ?? 0;
  const isHum = hum !== null && (level === null || hum > level - HUM_WITHIN_DB);
  const kind: NoiseKind = isHum
    ? 'hum'
    : (pauses?.voicedShare ?? 0) > BABBLE_SHARE
      ? 'babble'
      : musicalStrength > 0.5
        ? 'musical'
        : unflatnessDb(frontEnd) > COLOURED_DB
          ? 'coloured'
          : 'white';
  return { measurement: measured(value, 'score'), parts, dominant: kind };
}

/** Score of a noise level re the loud end of speech, dB: 0–1. */
export function noisinessOf(levelDb: number): number {
  return logistic(levelDb, CENTRE_DB, WIDTH_DB);
}

/**
 * How far the long-term spectrum of the pauses is from flat where it is passed at all: mean level less mean of levels, dB. White noise reads
 * about 0.1, pink noise over 2; the edges of a codec's band are left out by looking only at bins within 30 dB of the loudest.
 */
function unflatnessDb(frontEnd: FrontEnd): number {
  const { power, bins } = frontEnd.power().degraded;
  const { firstBin, lastBin } = frontEnd.spectra();
  const mean = new Float64Array(bins);
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.silent[t] === 0) continue;
    for (let k = 0; k < bins; k++) mean[k] = (mean[k] as number) + (power[t * bins + k] as number);
  }
  // The first bins lie on the slope of the high-pass.
  const smooth = runningMean(mean, SPECTRUM_RADIUS).subarray(2 * firstBin, lastBin + 1);
  const loudest = smooth.reduce((most, value) => Math.max(most, value), 0);
  const passed = smooth.filter((value) => value > loudest * 10 ** (-PASSED_DB / 10));
  if (passed.length === 0) return 0;
  const arithmetic = passed.reduce((sum, value) => sum + value, 0) / passed.length;
  return 10 * Math.log10(arithmetic) - passed.reduce((sum, value) => sum + 10 * Math.log10(value), 0) / passed.length;
}

/** Noise level re the loud end of speech from cells where the reference is weak, dB; null when it is not above what the reference has there. */
function weakCellNoiseDb(frontEnd: FrontEnd): number | null {
  const { bins, firstBin, lastBin, degraded, reference } = frontEnd.spectra();
  let power = 0;
  const column = new Float64Array(frontEnd.frames);
  for (let k = firstBin; k <= lastBin; k++) {
    for (let t = 0; t < frontEnd.frames; t++) column[t] = reference[t * bins + k] as number;
    const limit = percentile(column, LOUD_PERCENTILE) - WEAK_DB;
    const own: number[] = [];
    const theirs: number[] = [];
    for (let t = 0; t < frontEnd.frames; t++) {
      if ((column[t] as number) >= limit || frontEnd.active[t] === 0) continue;
      own.push(degraded[t * bins + k] as number);
      theirs.push(column[t] as number);
    }
    if (own.length < LEAST_WEAK_CELLS) continue;
    const here = percentile(own, 0.5);
    if (here > percentile(theirs, 0.5) + 2 * ABOVE_REFERENCE_DB) power += 10 ** (here / 10) / MEDIAN_OF_EXPONENTIAL;
  }
  if (power <= 0) return null;
  // Power of a noise whose spectrum reads `power / bins` on average in the bins of the whole band.
  const level = 10 * Math.log10((power / bins) * NOISE_PER_BIN) - frontEnd.topDb;
  return clamp(level, -120, 40);
}
