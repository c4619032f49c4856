import { type Correlator, createCorrelator } from '../dsp/correlation.ts';
import { butterworthBandPass, filterSections } from '../dsp/filters.ts';

/** Voice's strongest harmonics, which need a quarter of the rate: a whole file is correlated in a few milliseconds. */
const LOW_HZ = 150;
const HIGH_HZ = 1_500;
const DECIMATION = 4;

/** What is correlated of a whole sound. */
export interface SupportSide {
  readonly samples: Float64Array;
  readonly energy: number;
  readonly correlator: Correlator;
}

/** Makes a sound ready. */
export function supportSide(samples: Float64Array, sampleRateHz: number): SupportSide {
  const kept = decimated(samples, sampleRateHz);
  return { samples: kept, energy: squareSum(kept), correlator: createCorrelator(kept) };
}

/**
 * Correlates two whole sounds at all lags.
 * @returns for a lag in frames, the largest normalised correlation within a frame of it, 0 … 1; 0 where they do not touch or are silent
 */
export function waveformSupport(reference: SupportSide, recording: SupportSide, hop: number): (lag: number) => number {
  const { values, firstLag } = reference.correlator.correlate(recording.samples);
  const energy = Math.sqrt(reference.energy * recording.energy);
  const step = hop / DECIMATION;
  return (lag) => {
    if (energy === 0) return 0;
    let most = 0;
    const from = Math.max(0, (lag - 1) * step - firstLag);
    const to = Math.min(values.length - 1, (lag + 1) * step - firstLag);
    for (let i = from; i <= to; i++) most = Math.max(most, Math.abs(values[i] as number));
    return most / energy;
  };
}

function decimated(samples: Float64Array, sampleRateHz: number): Float64Array {
  const band = filterSections(samples, butterworthBandPass(4, LOW_HZ, HIGH_HZ, sampleRateHz));
  const out = new Float64Array(Math.floor(band.length / DECIMATION));
  for (let i = 0; i < out.length; i++) out[i] = band[i * DECIMATION] as number;
  return out;
}

function squareSum(samples: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return sum;
}
