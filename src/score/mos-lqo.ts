import { measured, measuredValue } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { impairmentOf, type ScoringContext } from './scoring.ts';

/** M0 = 1 + 3.6·√((ViSQOL − 1)/4): 4.6 for identical sounds, the mean vote people give an undegraded file. */
const BEST_MOS = 4.6;
const SIMILARITY_POWER = 0.5;
/**
 * What each impairment at its worst takes of the distance to 1 that similarity leaves. ViSQOL sees too little of these; it sees a change of
 * timbre more than people mind it, so that coloration has no weight. Origin and error of the numbers: docs/scores.md.
 */
const METALLIC_WEIGHT = 0.5;
const DISCONTINUITY_WEIGHT = 0.7;
const NOISINESS_WEIGHT = 0.3;
const ADDED_WEIGHT = 0.35;
const CLIPPING_WEIGHT = 0.5;
/** An impairment is named as the dominant one when it takes at least this share. */
const LEAST_TO_NAME = 0.05;

/**
 * Listening quality, 1–5, as a listener to the recording might vote (P.800.1: MOS-LQO): M0 from ViSQOL's similarity, lowered by each
 * impairment that ViSQOL under-reads, MOS = 1 + (M0 − 1)·Π(1 − weight·impairment). Parts: `similarityMos` (M0) and `nsim`. `dominant` names
 * the impairment that lowers it most.
 */
export function mosLqo(context: ScoringContext): Score {
  const visqol = context.score('visqol');
  const similarity = measuredValue(visqol.measurement);
  if (similarity === null) return { measurement: visqol.measurement, parts: {}, dominant: null };
  const start = similarityMos(similarity);
  const losses = {
    metallic: METALLIC_WEIGHT * impairmentOf(context.score('metallic')),
    discontinuity: DISCONTINUITY_WEIGHT * impairmentOf(context.score('discontinuity')),
    noisiness: NOISINESS_WEIGHT * impairmentOf(context.score('noisiness')),
    distortion: ADDED_WEIGHT * (measuredValue(context.score('distortion').parts['added']) ?? 0),
    clipping: CLIPPING_WEIGHT * impairmentOf(context.score('clipping')),
  };
  const left = Object.values(losses).reduce((product, loss) => product * (1 - loss), 1);
  const [worst] = Object.entries(losses).sort((a, b) => b[1] - a[1]);
  return {
    measurement: measured(1 + (start - 1) * left, 'MOS'),
    parts: { similarityMos: measured(start, 'MOS'), ...(visqol.parts['nsim'] ? { nsim: visqol.parts['nsim'] } : {}) },
    dominant: worst !== undefined && worst[1] >= LEAST_TO_NAME ? worst[0] : null,
  };
}

/** M0, 1–4.6, from ViSQOL's scaled MOS of 1–5. */
export function similarityMos(visqol: number): number {
  return 1 + (BEST_MOS - 1) * ((visqol - 1) / 4) ** SIMILARITY_POWER;
}
