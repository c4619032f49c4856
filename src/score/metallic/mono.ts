import { measured, notApplicable } from '../../core/measurement.ts';
import { butterworthBandPass, filterSections } from '../../dsp/filters.ts';
import { createPeriodicityMeter } from '../../dsp/periodicity.ts';
import { clamp, runningMax } from '../../dsp/statistics.ts';
import { FRAME_SAMPLES, FRONT_END_RATE_HZ, type FrontEnd } from '../front-end.ts';
import { createTally, type FrameTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** Window and lags of the pitch search: 40 ms, 50 to 400 Hz. */
const WINDOW_SAMPLES = 640;
const MIN_LAG = 40;
const MAX_LAG = 320;
/** Frames more periodic than this carry a pitch. */
const VOICED = 0.5;
/** Two pitches within 1.5 % are the same pitch. */
const SAME_PITCH = 1.015;

/** P.563's robotization band, Hz: natural voicing is not that periodic there, frame-synchronous coders and repetition are. */
const HIGH_BAND_HZ: readonly [number, number] = [2200, 3600];
/** Periodicity of the recording must exceed the reference's nearby best by this to count. */
const HIGH_BAND_MARGIN = 0.15;
/** Frames more than this under the loud ones are left out, dB. */
const HIGH_BAND_RANGE_DB = 20;
/** The reference's best of so many frames on either side counts. */
const REFERENCE_REACH = 2;

/**
 * A pitch that does not move, or a high band more periodic than the reference's: robots, vocoders, constant-pitch concealment. Features:
 * `monoPitchShare`, how much more of the speech than of the reference sits on one pitch, `monoPitch`; `monoHighBand`, mean excess periodicity at
 * 2.2–3.6 kHz. The idea of the second is P.563's robotization, made a difference to the reference.
 */
export function mono(frontEnd: FrontEnd): SubScore {
  if (frontEnd.activeFrames === 0) return nothingToMeasure({ monoPitchShare: notApplicable('no speech to look at') });
  const equalised = frontEnd.equalised();
  const own = commonestPitch(frontEnd, frontEnd.degraded);
  const share = Math.max(0, own.share - commonestPitch(frontEnd, equalised).share);
  const tally = createTally(frontEnd.frames, 'monoHighBand');
  const high = highBandExcess(frontEnd, equalised, tally);
  return {
    strength: Math.max(strengthOf('monoPitchShare', share), strengthOf('monoHighBand', high)),
    times: Math.max(timesOf('monoPitchShare', share), timesOf('monoHighBand', high)),
    features: {
      monoPitchShare: measured(share, 'ratio'),
      monoPitch: own.hz === null ? notApplicable('no pitch') : measured(own.hz, 'Hz'),
      monoHighBand: measured(high, 'ratio'),
    },
    tallies: [tally],
  };
}

/** The commonest pitch and the share of active frames whose pitch lies within ±1.5 % of it. */
function commonestPitch(frontEnd: FrontEnd, samples: Float64Array): { share: number; hz: number | null } {
  const meter = createPeriodicityMeter(WINDOW_SAMPLES, MIN_LAG, MAX_LAG);
  const lags = new Float64Array(frontEnd.activeFrames);
  let voiced = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    const { strength, lag } = meter.measure(samples, windowStart(t), VOICED);
    if (strength > VOICED) lags[voiced++] = lag;
  }
  const sorted = lags.subarray(0, voiced).sort();
  const span = SAME_PITCH * SAME_PITCH;
  let most = 0;
  let middle = 0;
  for (let low = 0, high = 0; low < voiced; low++) {
    while (high < voiced && (sorted[high] as number) <= (sorted[low] as number) * span) high++;
    if (high - low <= most) continue;
    most = high - low;
    middle = (low + high) >> 1;
  }
  return { share: most / frontEnd.activeFrames, hz: most > 0 ? FRONT_END_RATE_HZ / (sorted[middle] as number) : null };
}

/** Mean over loud active frames of what the recording's high-band periodicity exceeds the reference's (best of five frames) by. */
function highBandExcess(frontEnd: FrontEnd, equalised: Float64Array, tally: FrameTally): number {
  const loud = frontEnd.active.map((one, t) =>
    one === 1 && (frontEnd.degradedDb[t] as number) > frontEnd.topDb - HIGH_BAND_RANGE_DB ? 1 : 0,
  );
  const degraded = highBandPeriodicity(frontEnd.degraded, loud);
  const near = runningMax(loud, REFERENCE_REACH);
  const reference = runningMax(
    highBandPeriodicity(
      equalised,
      frontEnd.active.map((one, t) => one * (near[t] as number)),
    ),
    REFERENCE_REACH,
  );
  let sum = 0;
  let count = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (loud[t] === 0) continue;
    const excess = clamp((degraded[t] as number) - (reference[t] as number) - HIGH_BAND_MARGIN, 0, 1);
    tally.value[t] = excess;
    tally.weight[t] = 1;
    sum += excess;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Of the frames wanted; 0 in others. */
function highBandPeriodicity(samples: Float64Array, wanted: Uint8Array): Float64Array {
  const band = filterSections(samples, butterworthBandPass(4, HIGH_BAND_HZ[0], HIGH_BAND_HZ[1], FRONT_END_RATE_HZ));
  const meter = createPeriodicityMeter(WINDOW_SAMPLES, MIN_LAG, MAX_LAG);
  const out = new Float64Array(wanted.length);
  for (let t = 0; t < out.length; t++) if (wanted[t] === 1) out[t] = meter.measure(band, windowStart(t), Infinity).strength;
  return out;
}

function windowStart(frame: number): number {
  return frame * FRAME_SAMPLES + FRAME_SAMPLES / 2 - WINDOW_SAMPLES / 2;
}
