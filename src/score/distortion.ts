import { measured } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { melBank, melInto } from '../dsp/mel.ts';
import { logistic } from '../dsp/statistics.ts';
import { FRONT_END_RATE_HZ, type FrontEnd } from './front-end.ts';
import { coarseStrength } from './metallic/metallic.ts';
import { noisyOr } from './metallic/sub-score.ts';
import { fromRest, impairmentOf, noScore, type ScoringContext } from './scoring.ts';

const BANDS = 24;
const LOW_HZ = 100;
const HIGH_HZ = 7000;
const FFT_SIZE = 1024;
/** Sound in a band counts as added when it exceeds both the reference and the noise by more than this, dB. */
const DEAD_ZONE: number = 10 ** (6 / 10);
/** Added sound, dB summed over bands, at which this part is one half, and how quickly it turns. */
const ADDED_CENTRE = 3;
const ADDED_WIDTH = 0.7;
/** A metallic voice is a distorted one too, but not for its own sake alone. */
const METALLIC_WEIGHT = 0.6;
const LEAST_TO_NAME = 0.1;

/**
 * Sound that was changed rather than lost or covered: the noisy-OR of clipping, loss of fine structure, sound added beside the reference's,
 * and 0.6 of the metallic score. Parts: the four strengths, and `addedSound` in dB summed over bands, mean over speech.
 */
export function distortion(context: ScoringContext): Score {
  const { frontEnd } = context;
  if (frontEnd.activeFrames === 0) return noScore('no speech to look at');
  const metallic = context.score('metallic');
  const added = addedSoundDb(frontEnd);
  const strengths = {
    clipping: impairmentOf(context.score('clipping')),
    coarse: coarseStrength(metallic),
    added: fromRest(logistic(added, ADDED_CENTRE, ADDED_WIDTH), logistic(0, ADDED_CENTRE, ADDED_WIDTH)).value,
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

/** Mean over speech of what 24 mel bands hold beyond the reference, the noise and a dead zone, dB summed over bands. */
function addedSoundDb(frontEnd: FrontEnd): number {
  const { degraded, reference } = frontEnd.power();
  const bank = melBank(BANDS, LOW_HZ, HIGH_HZ, FFT_SIZE, FRONT_END_RATE_HZ);
  const noise = new Float64Array(BANDS);
  const own = new Float64Array(BANDS);
  const theirs = new Float64Array(BANDS);
  melInto(
    bank,
    frontEnd.noiseGate().noiseDb.map((db) => 10 ** (db / 10)),
    0,
    noise,
    0,
  );
  let sum = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    melInto(bank, degraded.power, t * degraded.bins, own, 0);
    melInto(bank, reference.power, t * reference.bins, theirs, 0);
    for (let b = 0; b < BANDS; b++) {
      const known = Math.max(theirs[b] as number, noise[b] as number);
      if ((own[b] as number) > known * DEAD_ZONE) sum += 10 * Math.log10((own[b] as number) / (known * DEAD_ZONE));
    }
  }
  return sum / frontEnd.activeFrames;
}
