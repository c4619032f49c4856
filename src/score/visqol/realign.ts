import { createCorrelator } from '../../dsp/correlation.ts';
import type { RealFft } from '../../dsp/fft.ts';

/**
 * Makes a function that tells how many samples a degraded sound is late against a reference, by correlating their envelopes; 0 where the
 * best lag exceeds half the reference. The envelope is 2·|x − mean| + mean: what ViSQOL computes, whose inverse Hilbert transform keeps real
 * parts alone.
 * @param transforms gives a transform of a size; see `createCorrelator`
 */
export function latenessAgainst(reference: Float64Array, transforms?: (size: number) => RealFft): (degraded: Float64Array) => number {
  const finder = createCorrelator(envelope(reference), transforms);
  return (degraded) => {
    const late = finder.lagOf(envelope(degraded));
    return Math.abs(late) > reference.length / 2 ? 0 : late;
  };
}

function envelope(samples: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] as number;
  const middle = samples.length > 0 ? sum / samples.length : 0;
  const out = new Float64Array(samples.length);
  for (let i = 0; i < out.length; i++) out[i] = 2 * Math.abs((samples[i] as number) - middle) + middle;
  return out;
}

/** The degraded sound moved earlier by `late` samples; silence is put before it when `late` is negative. */
export function advanced(samples: Float64Array, late: number): Float64Array {
  if (late >= 0) return samples.subarray(Math.min(late, samples.length));
  const out = new Float64Array(samples.length - late);
  out.set(samples, -late);
  return out;
}

/** Where two stretches overlap once aligned: sample ranges within each, of one length. */
export interface Overlap {
  readonly refFrom: number;
  readonly refTo: number;
  readonly degFrom: number;
  readonly degTo: number;
}

/**
 * What two matched stretches have in common when the degraded one is `late` samples late (early when negative).
 * @param refLength,degLength their lengths; the degraded stretch may be cut short by the end of the file
 */
export function overlapOf(refLength: number, degLength: number, late: number): Overlap {
  if (late >= 0)
    return { refFrom: 0, refTo: Math.min(refLength, degLength - late), degFrom: late, degTo: Math.min(degLength, late + refLength) };
  const early = -late;
  return { refFrom: early, refTo: Math.min(refLength, degLength + early), degFrom: 0, degTo: Math.min(degLength, refLength - early) };
}
