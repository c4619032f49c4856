import { measured, type NotApplicable } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { noScore, type ScoringContext } from './scoring.ts';
import { VISQOL_RATE_HZ, visqolPair } from './visqol/pair.ts';
import { type VisqolResult, visqol } from './visqol/visqol.ts';

/**
 * ViSQOL v3 in speech mode, exponential map scaled to 5, of the sounds as given (both at 16 kHz in a live call, where the cost counts; see
 * `visqolPair`). Parts: `nsim`, the similarity 0–1, and `unscaled`, the MOS without the scale (at most 4.016).
 */
export function visqolScore(context: ScoringContext): Score {
  const result = context.visqol();
  if (result.status !== 'ok') return noScore(result.reason);
  return {
    measurement: measured(result.mos, 'MOS'),
    parts: { nsim: measured(result.nsim, 'ratio'), unscaled: measured(result.mosUnscaled, 'MOS') },
    dominant: null,
  };
}

/** ViSQOL's comparison of the pair, with its patches. */
export function compareWithVisqol({ frontEnd, network }: Pick<ScoringContext, 'frontEnd' | 'network'>): VisqolResult | NotApplicable {
  const { reference, recording } = frontEnd.input;
  const pair = visqolPair(reference, recording, network === null ? undefined : VISQOL_RATE_HZ);
  return visqol(pair.reference, pair.recording);
}
