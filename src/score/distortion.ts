import { measured } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { melBank, melInto } from '../dsp/mel.ts';
import { clamp, median } from '../dsp/statistics.ts';
import { FRONT_END_RATE_HZ, type FrontEnd } from './front-end.ts';
import { coarseStrength } from './metallic/metallic.ts';
import { noisyOr } from './metallic/sub-score.ts';
import { impairmentOf, noScore, type ScoringContext } from './scoring.ts';

const BANDS = 24;
const LOW_HZ = 100;
const HIGH_HZ = 7000;
const FFT_SIZE = 1024;
/** Sound in a band counts as added when it exceeds both the reference and the noise by more than this, dB. */
const DEAD_ZONE: number = 10 ** (6 / 10);
/** Added sound at which this part is one half, dB summed over bands: about a modulated noise (P.810) 27 dB under the speech. */
const ADDED_HALF_DB = 8;
/** A metallic voice is a distorted one too, but not for its own sake alone. */
const METALLIC_WEIGHT = 0.6;
const LEAST_TO_NAME = 0.1;
/** One band and frame counts for no more than this, dB. */
const MOST_ADDED_DB = 20;
/** Limits of what passes for a band's usual response, as power ratios: −20 and +12 dB. */
const LEAST_RESPONSE = 0.01;
const MOST_RESPONSE = 16;

/**
 * Sound that was changed rather than lost or covered: the noisy-OR of clipping, loss of fine structure, sound added beside the reference's,
 * and 0.6 of the metallic score. Parts: the four strengths, and `addedSound` in dB summed over bands, mean over speech.
 */
export function distortion(context: ScoringContext): Score {
  const { frontEnd } = context;
  if (frontEnd.activeFrames === 0) return noScore('no speech to look at');
  const metallic = context.score('metallic');
  const added = context.addedSound().reduce((sum, db) => sum + db, 0) / frontEnd.activeFrames;
  const strengths = {
    clipping: impairmentOf(context.score('clipping')),
    coarse: coarseStrength(metallic),
    added: addedStrength(added),
    metallic: METALLIC_WEIGHT * impairmentOf(metallic),
  };
  const value = noisyOr(Object.values(strengths));
  const [strongest] = Object.entries(strengths).sort((a, b) => b[1] - a[1]);
  const parts = Object.fromEntries(Object.entries(strengths).map(([name, strength]) => [name, measured(strength, 'score')]));
  return {
    measurement: measured(value, 'score'),
    parts: { ...parts, addedSound: measured(added, 'dB') },
    dominant: value > LEAST_TO_NAME ? (strongest?.[0] ?? null) : null,
  };
}

/** Strength of so much added sound, 0–1. */
function addedStrength(db: number): number {
  return db / (db + ADDED_HALF_DB);
}

/**
 * In each frame of speech, what 24 mel bands hold beyond the reference, the noise and a dead zone, dB summed over bands; 0 in other frames. The
 * reference is taken as loud in each band as it usually arrives there: a filter adds nothing.
 */
export function addedSoundDb(frontEnd: FrontEnd): Float64Array {
  const { degraded, reference } = frontEnd.power();
  const bank = melBank(BANDS, LOW_HZ, HIGH_HZ, FFT_SIZE, FRONT_END_RATE_HZ);
  const noise = new Float64Array(BANDS);
  melInto(
    bank,
    frontEnd.noiseGate().noiseDb.map((db) => 10 ** (db / 10)),
    0,
    noise,
    0,
  );
  const count = frontEnd.activeFrames;
  const own = new Float64Array(count * BANDS);
  const theirs = new Float64Array(count * BANDS);
  for (let t = 0, row = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    melInto(bank, degraded.power, t * degraded.bins, own, row * BANDS);
    melInto(bank, reference.power, t * reference.bins, theirs, row * BANDS);
    row++;
  }
  const response = usualResponse(own, theirs, count);
  const out = new Float64Array(frontEnd.frames);
  for (let t = 0, i = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    let sum = 0;
    for (let b = 0; b < BANDS; b++, i++) {
      const known = Math.max((theirs[i] as number) * (response[b] as number), noise[b] as number) * DEAD_ZONE;
      if ((own[i] as number) > known) sum += Math.min(MOST_ADDED_DB, 10 * Math.log10((own[i] as number) / known));
    }
    out[t] = sum;
  }
  return out;
}

/** Power ratio at which each band usually arrives: the median over speech of recording over reference, within limits. */
function usualResponse(own: Float64Array, theirs: Float64Array, count: number): Float64Array {
  const ratios = new Float64Array(count);
  return Float64Array.from({ length: BANDS }, (_, b) => {
    for (let row = 0; row < count; row++) ratios[row] = (own[row * BANDS + b] as number) / ((theirs[row * BANDS + b] as number) + 1e-12);
    return clamp(median(ratios), LEAST_RESPONSE, MOST_RESPONSE);
  });
}
