import { once, onceEach } from '../core/once.ts';
import type { Signal } from '../core/signal.ts';
import { resample } from '../dsp/resample.ts';
import { type AlignmentSide, prepareAlignmentSide } from './alignment.ts';
import { bandPowers } from './bandwidth.ts';
import { clippedShare } from './clipping.ts';
import { classifyFrames, frameLevelsDb } from './frame-classes.ts';
import { FRAME_SAMPLES, FRONT_END_RATE_HZ, prepareSide, type Side } from './front-end-side.ts';
import { prepareVisqolReference, type VisqolReference } from './visqol/visqol.ts';

/**
 * The half of every score that depends on the reference alone. Each part is computed at its first use and kept as long as this object
 * is: keep one for all recordings of a stimulus.
 */
export interface PreparedReference {
  readonly signal: Signal;
  readonly side: () => Side;
  readonly alignment: () => AlignmentSide;
  /** 1 for each 10 ms frame of the whole reference that speaks. */
  readonly active: () => Uint8Array;
  /** See `clippedShare` and `bandPowers`. */
  readonly clippedShare: () => number | null;
  readonly bandPowers: (bands: number) => Float64Array;
  /** For ViSQOL at a sample rate. */
  readonly visqolAt: (rateHz: number) => VisqolReference;
}

/** Prepares what was spoken for being compared with any number of recordings. The samples must not change afterwards. */
export function prepareReference(signal: Signal): PreparedReference {
  const side = once(() => prepareSide(signal));
  return {
    signal,
    side,
    alignment: once(() => prepareAlignmentSide(side().samples, FRONT_END_RATE_HZ, FRAME_SAMPLES)),
    active: once(() => activeFrames(side().samples)),
    clippedShare: once(() => clippedShare(signal)),
    bandPowers: onceEach((bands: number) => bandPowers(signal, bands)),
    visqolAt: onceEach((rateHz: number) => prepareVisqolReference(rateHz === FRONT_END_RATE_HZ ? side().at16k : resample(signal, rateHz))),
  };
}

/** A reference as it is, or prepared: the latter of either. */
export function preparedReference(reference: Signal | PreparedReference): PreparedReference {
  return 'signal' in reference ? reference : prepareReference(reference);
}

function activeFrames(samples: Float64Array): Uint8Array {
  const levels = frameLevelsDb(samples, Math.floor(samples.length / FRAME_SAMPLES), FRAME_SAMPLES);
  return classifyFrames(levels, levels).active;
}
