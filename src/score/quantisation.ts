import type { Signal } from '../core/signal.ts';
import { activeLevel, SILENCE_DBOV } from '../dsp/levels.ts';

/** The noise of a quantiser has a twelfth of its step's square as power. */
const NOISE_PER_STEP_DB: number = 10 * Math.log10(12);

/** A sound with more different sizes of sample than this (11 bits and finer) has no steps to be heard. */
const MOST_SIZES = 1024;

/**
 * Level of the noise that the coarseness of a sound's own steps must have left in it, against its active speech, dB: 8 bits about −30, 6 bits
 * −18. The step is the least difference between two sizes of sample: a filter or a codec later on leaves none to be seen. Null for such a
 * sound, for one of more than 1024 sizes of sample, and for silence.
 */
export function quantisationNoiseDb(signal: Signal): number | null {
  const step = leastStep(signal.samples);
  if (step === null) return null;
  const level = activeLevel(signal.samples, signal.sampleRateHz).dbov;
  return level <= SILENCE_DBOV ? null : 20 * Math.log10(step) - NOISE_PER_STEP_DB - level;
}

function leastStep(samples: Float32Array): number | null {
  const sizes = new Set<number>();
  for (const x of samples) {
    if (Number.isFinite(x)) sizes.add(Math.abs(x));
    if (sizes.size > MOST_SIZES) return null;
  }
  const sorted = Float64Array.from(sizes).sort();
  let step = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) step = Math.min(step, (sorted[i] as number) - (sorted[i - 1] as number));
  return Number.isFinite(step) ? step : null;
}
