import { median, runningMean } from '../dsp/statistics.ts';
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
/** A bin is dead when the response there is so far under the usual one, dB: beyond a telephone's band edge, in a filter's stop band. */
const DEAD_DB = 10;
/** The response's usual value is its median over bins of the reference within this of its loudest, dB. */
const RANGE_DB = 40;
/** So near a dead bin the local floors of `FrontEndSpectra` are not those of the sound, bins. */
const FLOOR_RADIUS = 16;

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
  return { degraded, reference, frames, alive: aliveBins(degraded, reference) };
}

function aliveBins(degraded: Float64Array, reference: Float64Array): Uint8Array {
  const own = runningMean(degraded, SMOOTH_RADIUS);
  const theirs = runningMean(reference, SMOOTH_RADIUS);
  const response = own.map((power, k) => power / ((theirs[k] as number) + Number.MIN_VALUE));
  const loudest = theirs.reduce((most, power) => Math.max(most, power), 0);
  const heard = response.filter((_, k) => (theirs[k] as number) > loudest * 10 ** (-RANGE_DB / 10));
  const alive = new Uint8Array(response.length);
  if (heard.length === 0) return alive;
  const limit = median(heard) * 10 ** (-DEAD_DB / 10);
  alive.fill(1);
  response.forEach((value, k) => {
    if (value < limit) alive.fill(0, Math.max(0, k - FLOOR_RADIUS), k + FLOOR_RADIUS + 1);
  });
  return alive;
}
