import { measured } from '../../core/measurement.ts';
import { noEvidence } from '../../core/single-ended.ts';
import { butterworthBandPass, filterSections } from '../../dsp/filters.ts';
import { createPeriodicityMeter } from '../../dsp/periodicity.ts';
import { logistic } from '../../dsp/statistics.ts';
import { FRAME_SAMPLES, forEachPiece, LISTENING_RATE_HZ, type Listening } from './listening.ts';
import type { Sign } from './sign.ts';
import { type Stretch, worstOf } from './stretches.ts';

/** P.563's robotization band, Hz: natural voicing is not that periodic there, vocoders and frame-synchronous coders are. */
const BAND_HZ: readonly [number, number] = [2200, 3300];
/** Window and lags: 40 ms, 50 to 400 Hz. */
const WINDOW = 640;
const MIN_LAG = 40;
const MAX_LAG = 320;
/** P.563's limit of periodicity. Its limit on how many frames (3.4 %) holds for its own normalisation, not for this one. */
const PERIODIC = 0.84;
/** Only the loud frames of speech are looked at, dB under the loud end. */
const RANGE_DB = 20;
/** Share of loud speech that counts as half present. Clean talkers: up to 0.15; robots of one pitch: 0.41 and more, most over 0.6. */
const CENTRE = 0.42;
const WIDTH = 0.04;

/**
 * How much of the loud speech is periodic at 2.2–3.3 kHz. Measurement: share of frames over 0.84, of the worst 15 s of speech.
 * Not applicable where the sound ends below that band: a voice of a few harmonics is periodic by itself.
 */
export function robotization(listening: Listening, stretches: readonly Stretch[], bandwidthHz: number | null): Sign {
  if (bandwidthHz !== null && bandwidthHz < BAND_HZ[1]) {
    return { ...noEvidence(`the sound ends below ${BAND_HZ[1]} Hz, and the band looked at with it`), events: [] };
  }
  const { looked, periodic } = findPeriodic(listening);
  const share = ({ from, to }: Stretch): number => {
    let [all, found] = [0, 0];
    for (let t = from; t < to; t++) {
      all += looked[t] as number;
      found += periodic[t] as number;
    }
    return all === 0 ? 0 : found / all;
  };
  const value = worstOf(stretches, share)?.value ?? 0;
  return { measurement: measured(value, 'ratio'), parts: {}, strength: logistic(value, CENTRE, WIDTH), kind: null, events: [] };
}

function findPeriodic({ samples, frames, levelDb, activity }: Listening): { looked: Uint8Array; periodic: Uint8Array } {
  const looked = new Uint8Array(frames);
  const periodic = new Uint8Array(frames);
  const sections = butterworthBandPass(4, BAND_HZ[0], BAND_HZ[1], LISTENING_RATE_HZ);
  const meter = createPeriodicityMeter(WINDOW, MIN_LAG, MAX_LAG);
  forEachPiece(samples, (piece, start, from, to) => {
    const band = filterSections(piece, sections);
    for (let t = Math.floor(from / FRAME_SAMPLES); t < Math.min(frames, Math.floor(to / FRAME_SAMPLES)); t++) {
      if (activity.active[t] !== 1 || (levelDb[t] as number) < activity.topDb - RANGE_DB) continue;
      looked[t] = 1;
      const { strength } = meter.measure(band, t * FRAME_SAMPLES + FRAME_SAMPLES / 2 - WINDOW / 2 - start);
      if (strength > PERIODIC) periodic[t] = 1;
    }
  });
  return { looked, periodic };
}
