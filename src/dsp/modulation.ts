import { createFft } from './fft.ts';
import { butterworthBandPass, butterworthLowPass, filterSections } from './filters.ts';
import { percentile } from './statistics.ts';
import { hann } from './windows.ts';

/** Rate of envelopes, and the low-pass that goes before: metrics as in the literature on speech modulation, which looks below 128 Hz. */
export const ENVELOPE_RATE_HZ = 1000;
const ENVELOPE_EDGE_HZ = 200;
/** Windows of a modulation spectrum: 512 ms every 128 ms, 1.95 Hz a bin. */
export const MODULATION_WINDOW = 512;
export const MODULATION_HOP = 128;
/** Windows quieter than this share of the envelope's 90th percentile are pauses and say nothing. */
const QUIET_SHARE = 0.1;

/**
 * Envelope of one band: band-pass (second-order slopes), full-wave rectified, low-pass 200 Hz, at 1 kHz.
 * @param samples at a whole multiple of 1 kHz; RangeError otherwise
 */
export function bandEnvelope(samples: Float64Array, sampleRateHz: number, lowHz: number, highHz: number): Float64Array {
  const step = sampleRateHz / ENVELOPE_RATE_HZ;
  if (!Number.isInteger(step)) throw new RangeError(`envelopes need a rate that is a multiple of ${ENVELOPE_RATE_HZ} Hz`);
  const band = filterSections(samples, butterworthBandPass(2, lowHz, highHz, sampleRateHz));
  rectify(band);
  const smooth = filterSections(band, butterworthLowPass(2, ENVELOPE_EDGE_HZ, sampleRateHz), band);
  const out = new Float64Array(Math.floor(samples.length / step));
  for (let i = 0; i < out.length; i++) out[i] = Math.max(0, smooth[i * step] as number);
  return out;
}

function rectify(samples: Float64Array): void {
  for (let i = 0; i < samples.length; i++) samples[i] = Math.abs(samples[i] as number);
}

/**
 * Which windows of an envelope are loud enough to say something: mean above a tenth of the envelope's 90th percentile.
 * @returns one entry a window of 512 samples every 128; empty when the envelope is shorter than one
 */
export function soundingWindows(envelope: Float64Array): Uint8Array {
  const windows = Math.max(0, Math.floor((envelope.length - MODULATION_WINDOW) / MODULATION_HOP) + 1);
  const out = new Uint8Array(windows);
  if (windows === 0) return out;
  const loud = percentile(envelope, 0.9);
  for (let w = 0; w < windows; w++) out[w] = windowMean(envelope, w) > QUIET_SHARE * loud ? 1 : 0;
  return out;
}

/**
 * Mean modulation spectrum over chosen windows: each is divided by its mean, less 1, Hann-windowed and transformed. A sinusoidal modulation
 * of depth m reads m² in its bin.
 * @param windows 1 for each window to use; see `soundingWindows`
 * @returns power of bins 0 … 256, 1000/512 Hz apart; zeros when no window is used
 */
export function modulationSpectrum(envelope: Float64Array, windows: Uint8Array): Float64Array {
  const bins = MODULATION_WINDOW / 2 + 1;
  const out = new Float64Array(bins);
  const fft = createFft(MODULATION_WINDOW);
  let used = 0;
  for (let w = 0; w < windows.length; w++) {
    const mean = windowMean(envelope, w);
    if (windows[w] !== 1 || mean <= 0) continue;
    for (let i = 0; i < MODULATION_WINDOW; i++) {
      fft.input[i] = ((envelope[w * MODULATION_HOP + i] as number) / mean - 1) * (WINDOW[i] as number);
    }
    const spectrum = fft.forward();
    for (let k = 0; k < bins; k++) {
      const re = spectrum[2 * k] as number;
      const im = spectrum[2 * k + 1] as number;
      out[k] = (out[k] as number) + (re * re + im * im) * SCALE;
    }
    used++;
  }
  if (used > 0) for (let k = 0; k < bins; k++) out[k] = (out[k] as number) / used;
  return out;
}

const WINDOW = hann(MODULATION_WINDOW);
const SCALE = 4 / (MODULATION_WINDOW / 2) ** 2;

function windowMean(envelope: Float64Array, w: number): number {
  let sum = 0;
  for (let i = 0; i < MODULATION_WINDOW; i++) sum += envelope[w * MODULATION_HOP + i] as number;
  return sum / MODULATION_WINDOW;
}
