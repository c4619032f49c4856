import { dotProduct } from './correlation.ts';
import { kaiserAt } from './windows.ts';

/** Kaiser shape, about 60 dB of attenuation, and how many output samples the filter reaches to either side. */
const BETA = 5.6;
const REACH = 4;

/** Keeps every nth sample of a sound that comes in pieces. */
export interface Decimator {
  /** What the next samples add to the result; the last few come with the next piece, or `finish`. The array is the caller's to keep. */
  push(samples: Float32Array): Float32Array;
  /** The rest, as if silence followed. */
  finish(): Float32Array;
}

/**
 * Decimates by a whole factor, however the sound is cut into pieces: sample m of the result lies at input sample m · factor. Flat to about half of the
 * new Nyquist frequency, and only there free of aliases by 60 dB: for features of speech, not for listening.
 * @param factor 1 passes everything through; RangeError for what is no whole number from 1
 */
export function createDecimator(factor: number): Decimator {
  if (!Number.isInteger(factor) || factor < 1) throw new RangeError(`decimation takes a whole factor from 1, got ${factor}`);
  if (factor === 1) return { push: (samples) => samples.slice(), finish: () => new Float32Array(0) };
  const half = REACH * factor;
  const taps = lowPass(half, factor);
  // The filter reaches `half` samples back: before the first there is silence.
  let pending = new Float64Array(half);
  const take = (samples: Float32Array, more: number): Float32Array => {
    const all = new Float64Array(pending.length + samples.length + more);
    all.set(pending);
    all.set(samples, pending.length);
    const count = Math.max(0, Math.floor((all.length - taps.length) / factor) + 1);
    const out = new Float32Array(count);
    for (let m = 0; m < count; m++) out[m] = dotProduct(all, m * factor, taps, 0, taps.length);
    pending = all.slice(count * factor);
    return out;
  };
  return { push: (samples) => take(samples, 0), finish: () => take(new Float32Array(0), half) };
}

/** A Kaiser-windowed sinc, 2·half + 1 long, of sum 1. */
function lowPass(half: number, factor: number): Float64Array {
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const x = (i - half) / factor;
    return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * kaiserAt((i - half) / half, BETA);
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}
