import { melBank, melInto } from '../dsp/mel.ts';
import { percentile } from '../dsp/statistics.ts';
import { powerSpectra } from '../dsp/stft.ts';
import { hann } from '../dsp/windows.ts';

/** Bands and their span: what survives narrow-band codecs and low-frequency rumble. */
export const FEATURE_BANDS = 20;
const LOW_HZ = 100;
const HIGH_HZ = 4_000;
const WINDOW_SAMPLES = 400;
const FFT_SIZE = 512;
/** Levels count down to so far below the loudest band of the file. */
const RANGE_DB = 45;
/** A frame is active when it lies within so many dB of the 95th percentile of frame levels. */
const ACTIVE_RANGE_DB = 25;
/** A frame sounds when any band rises so far above the floor. */
const SOUNDING_DB = 10;

/**
 * Log-mel features of a sound, one vector a 10 ms frame, with the mean of active speech taken out of each band: neither gain nor
 * coloration moves them.
 */
export interface AlignmentFeatures {
  readonly frames: number;
  /** `values[frame · FEATURE_BANDS + band]` */
  readonly values: Float64Array;
  /** Squared length of each frame's vector. */
  readonly energy: Float64Array;
  /** The vector of silence, and its squared length: what lies beyond the ends. */
  readonly silence: Float64Array;
  readonly silenceEnergy: number;
  /** 1 for active frames. */
  readonly active: Uint8Array;
  /** 1 for frames that hold any sound within 35 dB of the loudest band. */
  readonly sounding: Uint8Array;
}

/** Features of a sound at 16 kHz; frame t is centred on sample 160t + 80. */
export function alignmentFeatures(samples: Float64Array, sampleRateHz: number, hop: number): AlignmentFeatures {
  const frames = Math.floor(samples.length / hop);
  const bank = melBank(FEATURE_BANDS, LOW_HZ, HIGH_HZ, FFT_SIZE, sampleRateHz);
  const offset = (hop - WINDOW_SAMPLES) / 2;
  const spectra = powerSpectra(samples, { window: hann(WINDOW_SAMPLES), hop, fftSize: FFT_SIZE, frames, offset });
  const values = new Float64Array(frames * FEATURE_BANDS);
  const levels = new Float64Array(frames);
  let top = 0;
  for (let t = 0; t < frames; t++) {
    melInto(bank, spectra.power, t * spectra.bins, values, t * FEATURE_BANDS);
    let sum = 0;
    for (let b = 0; b < FEATURE_BANDS; b++) {
      const power = values[t * FEATURE_BANDS + b] as number;
      sum += power;
      top = Math.max(top, power);
    }
    levels[t] = sum;
  }
  const floor = Math.max(top * 10 ** (-RANGE_DB / 10), Number.MIN_VALUE);
  for (let i = 0; i < values.length; i++) values[i] = 10 * Math.log10(Math.max(values[i] as number, floor));
  const limit = frames > 0 ? percentile(levels, 0.95) * 10 ** (-ACTIVE_RANGE_DB / 10) : 0;
  const sounding = Uint8Array.from({ length: frames }, (_, t) =>
    peakOf(values, t * FEATURE_BANDS) > SOUNDING_DB + 10 * Math.log10(floor) ? 1 : 0,
  );
  const active = Uint8Array.from(levels, (level) => (level > 0 && level >= limit ? 1 : 0));
  const silence = new Float64Array(FEATURE_BANDS).fill(10 * Math.log10(floor));
  removeActiveMean(values, active, silence);
  const energy = new Float64Array(frames);
  for (let t = 0; t < frames; t++) energy[t] = squaredLength(values, t * FEATURE_BANDS);
  return { frames, values, energy, silence, silenceEnergy: squaredLength(silence, 0), active, sounding };
}

function removeActiveMean(values: Float64Array, active: Uint8Array, silence: Float64Array): void {
  const count = active.reduce((sum, one) => sum + one, 0);
  for (let b = 0; b < FEATURE_BANDS; b++) {
    let sum = 0;
    for (let t = 0; t < active.length; t++) if (active[t] === 1) sum += values[t * FEATURE_BANDS + b] as number;
    const middle = count > 0 ? sum / count : (silence[b] as number);
    for (let t = 0; t < active.length; t++) values[t * FEATURE_BANDS + b] = (values[t * FEATURE_BANDS + b] as number) - middle;
    silence[b] = (silence[b] as number) - middle;
  }
}

function peakOf(values: Float64Array, at: number): number {
  let peak = -Infinity;
  for (let b = 0; b < FEATURE_BANDS; b++) peak = Math.max(peak, values[at + b] as number);
  return peak;
}

function squaredLength(values: Float64Array, at: number): number {
  let sum = 0;
  for (let b = 0; b < FEATURE_BANDS; b++) sum += (values[at + b] as number) ** 2;
  return sum;
}
