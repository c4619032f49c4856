import type { Signal } from '../core/signal.ts';
import { powerSpectra } from '../dsp/stft.ts';
import { hann } from '../dsp/windows.ts';
import type { PreparedReference } from './prepared-reference.ts';

/** Bands of 250 Hz; a band of the reference sounds when it lies within 60 dB of its loudest, one of the recording when within 12 dB of that, dB. */
const BAND_HZ = 250;
const RANGE_DB = 60;
const PRESENT_DB = 12;
/** The two spectra are laid over one another here, where every telephone passes sound, Hz. */
const MATCH_HZ: readonly [number, number] = [300, 3000];
const WINDOW_SECONDS = 0.02;

/** Edges of what is heard, Hz, in steps of 250 Hz up to half the reference's rate. */
export interface Bandwidth {
  /** Highest frequency of the reference that is still there in the recording. */
  readonly recording: number;
  /** Where the recording's part of the reference begins: 0 when nothing is missing at the low end. */
  readonly lowEdge: number;
  /** The reference's own highest. */
  readonly reference: number;
}

/** What of the reference's band is left in the recording. Long-term spectra at the sounds' own rates; needs no alignment. Null when either is silent. */
export function bandwidthHz(prepared: PreparedReference, recording: Signal): Bandwidth | null {
  const { signal: reference } = prepared;
  const bands = Math.floor(reference.sampleRateHz / 2 / BAND_HZ);
  const theirs = prepared.bandPowers(bands);
  const own = bandPowers(recording, bands);
  const [from, to] = [Math.ceil(MATCH_HZ[0] / BAND_HZ), Math.floor(MATCH_HZ[1] / BAND_HZ)];
  const sum = (powers: Float64Array): number => powers.subarray(from, to).reduce((total, power) => total + power, 0);
  const [ownSum, theirSum] = [sum(own), sum(theirs)];
  if (!(ownSum > 0 && theirSum > 0)) return null;
  const loudest = theirs.reduce((most, power) => Math.max(most, power), 0);
  let [highest, top, missingBelow] = [0, 0, 0];
  for (let b = 0; b < bands; b++) {
    const power = theirs[b] as number;
    if (power <= loudest * 10 ** (-RANGE_DB / 10)) continue;
    top = b + 1;
    if (((own[b] as number) / ownSum) * theirSum > power * 10 ** (-PRESENT_DB / 10)) highest = b + 1;
    else if (highest === 0) missingBelow = b + 1;
  }
  return { recording: highest * BAND_HZ, lowEdge: missingBelow * BAND_HZ, reference: top * BAND_HZ };
}

/** Summed power in each of the first `bands` bands of 250 Hz; 0 in those above half the sample rate. */
export function bandPowers(signal: Signal, bands: number): Float64Array {
  const size = 2 ** Math.round(Math.log2(WINDOW_SECONDS * signal.sampleRateHz));
  const frames = Math.max(1, Math.floor(signal.samples.length / size));
  const spectra = powerSpectra(signal.samples, { window: hann(size), hop: size, fftSize: size, frames, offset: 0 });
  const out = new Float64Array(bands);
  for (let k = 1; k < spectra.bins; k++) {
    const band = Math.floor((k * signal.sampleRateHz) / size / BAND_HZ);
    if (band >= bands) break;
    for (let t = 0; t < frames; t++) out[band] = (out[band] as number) + (spectra.power[t * spectra.bins + k] as number);
  }
  return out;
}
