import { measured, measuredValue } from '../core/measurement.ts';
import type { Score, ScoreId } from '../core/scores.ts';
import { logistic } from '../dsp/statistics.ts';
import { impairmentOf, noScore, type ScoringContext } from './scoring.ts';

/** M0 = 1 + 3.6·L(nsim)/L(1), L(v) = 1/(1 + e^(−8.5(v − 0.86))): fitted to the 381 TCD-VoIP pairs of human MOS and NSIM. */
const BEST_MOS = 4.6;
const NSIM_CENTRE = 0.86;
const NSIM_WIDTH = 1 / 8.5;
/** What each impairment takes of the distance to 1 that NSIM leaves: ViSQOL under-reads these. */
const WEIGHTS: Readonly<Partial<Record<ScoreId, number>>> = { metallic: 0.55, discontinuity: 0.6, coloration: 0.25, clipping: 0.2 };
/** No MOS above 4.6 − 2.6 times the worst of these. */
const CAPPING: readonly ScoreId[] = ['metallic', 'discontinuity', 'noisiness'];
const CAP_SLOPE = 2.6;
const LEAST_TO_NAME = 0.1;

/**
 * Listening quality, 1–5, as a listener to the recording might vote (P.800.1: MOS-LQO): ViSQOL's similarity on a scale of our own, lowered
 * by what ViSQOL under-reads. Part `similarityMos` is M0, `nsim` the similarity. `dominant` names the impairment that lowers it most.
 */
export function mosLqo(context: ScoringContext): Score {
  const similarity = context.score('visqol');
  const nsim = measuredValue(similarity.parts['nsim']);
  if (nsim === null) return similarity.measurement.status === 'ok' ? noScore('no similarity to start from') : { ...similarity, parts: {} };
  const start = similarityMos(nsim);
  let factor = 1;
  let [most, worst]: [number, ScoreId | null] = [LEAST_TO_NAME, null];
  for (const [id, weight] of Object.entries(WEIGHTS) as [ScoreId, number][]) {
    const loss = weight * impairmentOf(context.score(id));
    factor *= 1 - loss;
    if (loss > most) [most, worst] = [loss, id];
  }
  let cap = BEST_MOS;
  for (const id of CAPPING) {
    const limit = BEST_MOS - CAP_SLOPE * impairmentOf(context.score(id));
    if (limit < cap) cap = limit;
    if (limit < 1 + (start - 1) * factor && impairmentOf(context.score(id)) > LEAST_TO_NAME && limit === cap) worst = id;
  }
  const value = Math.max(1, Math.min(1 + (start - 1) * factor, cap));
  return {
    measurement: measured(value, 'MOS'),
    parts: { similarityMos: measured(start, 'MOS'), nsim: measured(nsim, 'ratio') },
    dominant: worst,
  };
}

/** M0, 1–4.6, from ViSQOL's similarity. */
export function similarityMos(nsim: number): number {
  const scale = logistic(1, NSIM_CENTRE, NSIM_WIDTH);
  return 1 + ((BEST_MOS - 1) * logistic(nsim, NSIM_CENTRE, NSIM_WIDTH)) / scale;
}
