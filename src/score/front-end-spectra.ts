import { createRunningMedian, percentile, runningMax, runningMean, runningMedian, sortedPercentile } from '../dsp/statistics.ts';
import type { PowerSpectra } from '../dsp/stft.ts';
import { cellDb, powerSpectra, spectraDb } from '../dsp/stft.ts';
import { hann } from '../dsp/windows.ts';

/** 40 ms windows in 64 ms transforms at 16 kHz: bins of 15.625 Hz. */
const WINDOW_SAMPLES = 640;
const FFT_SIZE = 1_024;
/** 125 to 7000 Hz. */
const FIRST_BIN = 8;
const LAST_BIN = 447;
/** Reach of the local floor, bins: ±250 Hz. */
const FLOOR_RADIUS = 16;
const LEAST_DB = -140;
/** The reference is looked at so many frames around those that speak. */
const REFERENCE_REACH = 2;

/** Percentile of the noise in silence, and how its course over frequency is smoothed. */
const NOISE_PERCENTILE = 0.9;
const NOISE_SMOOTHING = 4;
/** Noise is read from silence when there is so much of it: 0.2 s. */
const LEAST_SILENT_FRAMES = 20;
/** Else from cells where the smoothed reference lies so far below its own near-maximum in the bin. */
const WEAK_DB = 32;
const WEAK_TOP_PERCENTILE = 0.98;
const WEAK_PERCENTILE = 0.75;
const WEAK_MARGIN_DB = 4;
const WEAK_SMOOTHING = 7;
/** The noise counts as no lower than this under the reference's top; a valid cell stands so far above it. */
const NOISE_LEAST_UNDER_TOP_DB = 65;
const VALID_ABOVE_NOISE_DB = 12;

/** Power spectra in dB, one row of `bins` a frame: 40 ms Hann windows centred on the frame. Cell (t, k) is at t·bins + k. */
export interface FrontEndSpectra {
  /** 513 bins, 15.625 Hz apart. Floors and the gate hold from `firstBin` to `lastBin`, both included (125 – 7000 Hz). */
  readonly bins: number;
  readonly firstBin: number;
  readonly lastBin: number;
  /** Levels, dB: of the recording in frames that are active or silent, of the reference within 2 frames of active ones; of all where little is silent. */
  readonly degraded: Float32Array;
  readonly reference: Float32Array;
  /** Running medians of the levels over ±16 bins, in the same frames; 0 elsewhere and outside the bins they hold for. */
  readonly degradedFloor: Float32Array;
  readonly referenceFloor: Float32Array;
  /** 95th percentile over frames of the loudest bin of the warped reference, dB. */
  readonly topDb: number;
}

export interface NoiseGate {
  /** Level the recording's noise rarely exceeds in each bin, dB, at least topDb − 65. */
  readonly noiseDb: Float32Array;
  /** Whether it was read where the reference is silent, or (false) guessed from the weak cells of speech. */
  readonly fromSilence: boolean;
  /** 1 for cells of active frames that stand 12 dB above the noise, else 0. */
  readonly valid: Uint8Array;
}

/** Power spectra of a sound at 16 kHz on the frames of the front end. */
export function framePower(samples: Float64Array, frames: number, hop: number): PowerSpectra {
  return powerSpectra(samples, { window: hann(WINDOW_SAMPLES), hop, fftSize: FFT_SIZE, frames, offset: (hop - WINDOW_SAMPLES) / 2 });
}

/** How far a cell stands above the floor, dB; only for bins that floors hold for. */
export function prominence(levels: Float32Array, floor: Float32Array, cell: number): number {
  return Math.fround((levels[cell] as number) - (floor[cell] as number));
}

/** Levels and floors from the power spectra of both sounds, in the frames in which anything is read. */
export function frontEndSpectra(
  degradedPower: PowerSpectra,
  referencePower: PowerSpectra,
  active: Uint8Array,
  silent: Uint8Array,
): FrontEndSpectra {
  const { bins, frames } = referencePower;
  const all = silent.reduce((sum, one) => sum + one, 0) < LEAST_SILENT_FRAMES ? 1 : 0;
  const own = active.map((one, t) => one | (silent[t] as number) | all);
  const theirs = Uint8Array.from(runningMax(active, REFERENCE_REACH), (one) => one | all);
  const degraded = spectraDb(degradedPower, LEAST_DB, own);
  const reference = spectraDb(referencePower, LEAST_DB, theirs);
  const degradedFloor = floors(degraded, own, bins);
  const referenceFloor = floors(reference, theirs, bins);
  const peaks = new Float64Array(frames);
  for (let t = 0; t < frames; t++) {
    let peak = 0;
    for (let i = t * bins + FIRST_BIN; i <= t * bins + LAST_BIN; i++) peak = Math.max(peak, referencePower.power[i] as number);
    peaks[t] = cellDb(peak, 10 ** (LEAST_DB / 10));
  }
  return {
    bins,
    firstBin: FIRST_BIN,
    lastBin: LAST_BIN,
    degraded,
    reference,
    degradedFloor,
    referenceFloor,
    topDb: frames > 0 ? percentile(peaks, 0.95) : LEAST_DB,
  };
}

function floors(levels: Float32Array, wanted: Uint8Array, bins: number): Float32Array {
  const out = new Float32Array(levels.length);
  const medians = createRunningMedian(FLOOR_RADIUS);
  for (let t = 0; t < wanted.length; t++) {
    if (wanted[t] === 0) continue;
    const at = t * bins + FIRST_BIN;
    medians(levels, at, LAST_BIN - FIRST_BIN + 1, out, at);
  }
  return out;
}

/** The recording's noise in each bin, and which cells of speech rise above it. */
export function noiseGate(spectra: FrontEndSpectra, active: Uint8Array, silent: Uint8Array): NoiseGate {
  const silentFrames = silent.reduce((sum, one) => sum + one, 0);
  const fromSilence = silentFrames >= LEAST_SILENT_FRAMES;
  const levels = fromSilence ? noiseInSilence(spectra, silent, silentFrames) : noiseInWeakCells(spectra);
  const least = spectra.topDb - NOISE_LEAST_UNDER_TOP_DB;
  const noiseDb = Float32Array.from(levels, (db) => Math.max(db, least));
  const { bins, degraded } = spectra;
  const valid = new Uint8Array(degraded.length);
  for (let t = 0; t < active.length; t++) {
    if (active[t] === 0) continue;
    for (let k = FIRST_BIN; k <= LAST_BIN; k++) {
      if ((degraded[t * bins + k] as number) > (noiseDb[k] as number) + VALID_ABOVE_NOISE_DB) valid[t * bins + k] = 1;
    }
  }
  return { noiseDb, fromSilence, valid };
}

function noiseInSilence({ bins, degraded }: FrontEndSpectra, silent: Uint8Array, silentFrames: number): Float64Array {
  const levels = new Float64Array(bins);
  const column = new Float64Array(silentFrames);
  for (let k = 0; k < bins; k++) {
    let n = 0;
    for (let t = 0; t < silent.length; t++) if (silent[t] === 1) column[n++] = degraded[t * bins + k] as number;
    levels[k] = sortedPercentile(column.sort(), NOISE_PERCENTILE);
  }
  return runningMedian(levels, NOISE_SMOOTHING);
}

function noiseInWeakCells({ bins, degraded, reference }: FrontEndSpectra): Float64Array {
  const frames = reference.length / bins;
  const smooth = new Float32Array(reference.length);
  for (let t = 0; t < frames; t++) smooth.set(runningMean(reference.subarray(t * bins, (t + 1) * bins), 4), t * bins);
  const levels = new Float64Array(bins).fill(LEAST_DB);
  const column = new Float64Array(frames);
  for (let k = 0; k < bins && frames > 0; k++) {
    for (let t = 0; t < frames; t++) column[t] = smooth[t * bins + k] as number;
    const limit = sortedPercentile(column.sort(), WEAK_TOP_PERCENTILE) - WEAK_DB;
    let n = 0;
    for (let t = 0; t < frames; t++) if ((smooth[t * bins + k] as number) < limit) column[n++] = degraded[t * bins + k] as number;
    if (n > 0) levels[k] = sortedPercentile(column.subarray(0, n).sort(), WEAK_PERCENTILE) + WEAK_MARGIN_DB;
  }
  return runningMedian(levels, WEAK_SMOOTHING);
}
