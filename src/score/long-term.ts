import { runningMean } from '../dsp/statistics.ts';
import type { FrontEnd } from './front-end.ts';

/** Long-term power spectra over speech, and where the recording still has the reference's sound. */
export interface LongTerm {
  /** Mean power in each bin over active frames that were not dropped; zeros when there are none. */
  readonly degraded: Float64Array;
  readonly reference: Float64Array;
  readonly frames: number;
  /** 1 for bins in which the recording holds on to the reference's sound: there a comparison of details means something. */
  readonly alive: Uint8Array;
}

/** Spectra are smoothed over this many bins on either side (±125 Hz) before they are compared. */
const SMOOTH_RADIUS = 8;
/** A bin is dead when the recording is so far under the reference there, dB: a telephone's band edge, a filter's stop band. */
const DEAD_DB = 15;

/** Averages the spectra over the speech that arrived. */
export function longTermSpectra(frontEnd: FrontEnd): LongTerm {
  const power = frontEnd.power();
  const { bins } = power.degraded;
  const degraded = new Float64Array(bins);
  const reference = new Float64Array(bins);
  let frames = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0 || frontEnd.dropped[t] === 1) continue;
    frames++;
    const row = t * bins;
    for (let k = 0; k < bins; k++) {
      degraded[k] = (degraded[k] as number) + (power.degraded.power[row + k] as number);
      reference[k] = (reference[k] as number) + (power.reference.power[row + k] as number);
    }
  }
  for (let k = 0; k < bins && frames > 0; k++) {
    degraded[k] = (degraded[k] as number) / frames;
    reference[k] = (reference[k] as number) / frames;
  }
  const own = runningMean(degraded, SMOOTH_RADIUS);
  const theirs = runningMean(reference, SMOOTH_RADIUS);
  const alive = new Uint8Array(bins);
  for (let k = 0; k < bins; k++) alive[k] = (own[k] as number) > (theirs[k] as number) * 10 ** (-DEAD_DB / 10) ? 1 : 0;
  return { degraded, reference, frames, alive };
}
