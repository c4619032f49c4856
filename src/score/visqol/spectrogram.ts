import { hannSymmetric } from '../../dsp/windows.ts';
import type { GammatoneBank } from './gammatone.ts';
import { BANDS, bandRmsInto, gammatoneBank } from './gammatone.ts';

/** Length of a frame, seconds; frames follow one another by a quarter of it. */
const FRAME_SECONDS = 0.08;
const HOP_SHARE = 0.25;
/** Nothing is distinguished below this, dB of RMS amplitude by 10·log10 as published. */
const ABSOLUTE_FLOOR_DB = -45;
/** Nor is anything so far below the louder of both sounds in the same frame. */
const FRAME_RANGE_DB = 45;

/** Everything that depends on the sample rate alone. */
export interface Analysis {
  readonly bank: GammatoneBank;
  readonly window: Float64Array;
  readonly hop: number;
  /** Scratch of one frame. */
  readonly frame: Float64Array;
}

/** Amplitudes or levels, frame by frame: `cells[frame · BANDS + band]`. */
export interface Spectrogram {
  readonly cells: Float64Array;
  readonly frames: number;
}

/** Windows, hop and filters for a sample rate. */
export function createAnalysis(sampleRateHz: number): Analysis {
  const length = Math.round(sampleRateHz * FRAME_SECONDS);
  return {
    bank: gammatoneBank(sampleRateHz),
    window: hannSymmetric(length),
    hop: Math.trunc(length * HOP_SHARE),
    frame: new Float64Array(length),
  };
}

/** How many whole frames a stretch holds; 0 when it is not longer than one. */
export function frameCount(analysis: Analysis, samples: number): number {
  return samples <= analysis.window.length ? 0 : 1 + Math.floor((samples - analysis.window.length) / analysis.hop);
}

/** RMS of every band in every whole frame of `samples[from … to)`, each frame filtered from rest. */
export function amplitudes(analysis: Analysis, samples: Float64Array, from = 0, to: number = samples.length): Spectrogram {
  const { bank, window, hop, frame } = analysis;
  const frames = frameCount(analysis, to - from);
  const cells = new Float64Array(frames * BANDS);
  for (let t = 0; t < frames; t++) {
    const start = from + t * hop;
    for (let i = 0; i < window.length; i++) frame[i] = (samples[start + i] as number) * (window[i] as number);
    bandRmsInto(bank, frame, cells, t * BANDS);
  }
  return { cells, frames };
}

/** The frames `from … from + count` of a spectrogram, sharing its memory. */
export function framesOf(spectrogram: Spectrogram, from: number, count: number): Spectrogram {
  return { cells: spectrogram.cells.subarray(from * BANDS, (from + count) * BANDS), frames: count };
}

/**
 * Levels of two sounds on one scale: floored alike, with the lowest level of both as 0 dB. Where one has more frames than the other,
 * its further frames keep the absolute floor alone.
 * @param gain amplitude ratio to apply to the degraded sound first
 */
export function jointLevels(
  reference: Spectrogram,
  degraded: Spectrogram,
  gain: number,
): { reference: Spectrogram; degraded: Spectrogram } {
  const left = decibels(reference, 1);
  const right = decibels(degraded, gain);
  const frames = Math.min(reference.frames, degraded.frames);
  for (let t = 0; t < frames; t++) {
    const floor = Math.max(peak(left, t), peak(right, t)) - FRAME_RANGE_DB;
    raise(left, t, floor);
    raise(right, t, floor);
  }
  const lowest = Math.min(least(left), least(right));
  for (let i = 0; i < left.length; i++) left[i] = (left[i] as number) - lowest;
  for (let i = 0; i < right.length; i++) right[i] = (right[i] as number) - lowest;
  return { reference: { cells: left, frames: reference.frames }, degraded: { cells: right, frames: degraded.frames } };
}

function decibels(spectrogram: Spectrogram, gain: number): Float64Array {
  return spectrogram.cells.map((rms) => (rms > 0 ? Math.max(10 * Math.log10(rms * gain), ABSOLUTE_FLOOR_DB) : ABSOLUTE_FLOOR_DB));
}

function peak(cells: Float64Array, frame: number): number {
  let best = -Infinity;
  const end = Math.min(cells.length, (frame + 1) * BANDS);
  for (let i = frame * BANDS; i < end; i++) if ((cells[i] as number) > best) best = cells[i] as number;
  return best;
}

function raise(cells: Float64Array, frame: number, floor: number): void {
  const end = Math.min(cells.length, (frame + 1) * BANDS);
  for (let i = frame * BANDS; i < end; i++) if ((cells[i] as number) < floor) cells[i] = floor;
}

function least(cells: Float64Array): number {
  let lowest = Infinity;
  for (let i = 0; i < cells.length; i++) if ((cells[i] as number) < lowest) lowest = cells[i] as number;
  return lowest;
}
