import { measured } from '../../core/measurement.ts';
import { noEvidence } from '../../core/single-ended.ts';
import { logistic } from '../../dsp/statistics.ts';
import { clippedShare } from '../clipping.ts';
import type { Listening } from './listening.ts';
import type { Sign } from './sign.ts';

/** Share of samples in flat tops that counts as half present. Clean talkers: under 1 in 20 000; a hundredth of the loud samples clipped: 34 and more. */
const CENTRE = 0.002;
const WIDTH = 0.0004;

/** Clipping: share of samples in runs of three at the peak, at the recording's own rate, as the score with a reference counts them. */
export function flatTops({ input }: Listening): Sign {
  const share = clippedShare(input);
  if (share === null) return { ...noEvidence('the recording is silent'), events: [] };
  return { measurement: measured(share, 'ratio'), parts: {}, strength: logistic(share, CENTRE, WIDTH), kind: null, events: [] };
}
