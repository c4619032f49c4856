import { measured, type NotApplicable } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { resample } from '../dsp/resample.ts';
import { noScore, type ScoringContext } from './scoring.ts';
import { VISQOL_RATE_HZ, visqolRate } from './visqol/pair.ts';
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
  const { reference, recording, recordingAt16k } = frontEnd.input;
  const rateHz = network === null ? visqolRate(reference, recording) : VISQOL_RATE_HZ;
  const heard = rateHz === recordingAt16k.sampleRateHz ? recordingAt16k : resample(recording, rateHz);
  return visqol(frontEnd.prepared.visqolAt(rateHz), heard);
}
