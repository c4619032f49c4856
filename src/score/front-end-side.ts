import type { Signal } from '../core/signal.ts';
import { butterworthHighPass, filterSections } from '../dsp/filters.ts';
import { activeLevel, dbToAmplitude, SILENCE_DBOV } from '../dsp/levels.ts';
import { resample } from '../dsp/resample.ts';

/** Rate at which every feature is computed, and samples per 10 ms frame at that rate. */
export const FRONT_END_RATE_HZ = 16_000;
export const FRAME_SAMPLES = 160;
export const FRAMES_PER_SECOND: number = FRONT_END_RATE_HZ / FRAME_SAMPLES;

/** Level both sounds are brought to (the speech level of ITU-T P.800-type tests), and the edge below which hum and rumble end. */
const TARGET_DBOV = -26;
const HIGH_PASS_HZ = 120;
const HIGH_PASS_ORDER = 2;

/** One sound of a pair, made ready. */
export interface Side {
  /** At 16 kHz as it was given, but for the rate. */
  readonly at16k: Signal;
  /** The same without DC, at −26 dBov of active level, above 120 Hz. */
  readonly samples: Float64Array;
  /** Active level as given, dBov; −120 for silence. */
  readonly levelDbov: number;
}

/** Makes one sound ready, by itself. @param signal at any rate of 8 … 192 kHz, RangeError otherwise */
export function prepareSide(signal: Signal): Side {
  const levelDbov = activeLevel(withoutMean(signal.samples), signal.sampleRateHz).dbov;
  const at16k = resample(signal, FRONT_END_RATE_HZ);
  const samples = withoutMean(at16k.samples);
  const own = activeLevel(samples, FRONT_END_RATE_HZ).dbov;
  const gain = own > SILENCE_DBOV ? dbToAmplitude(TARGET_DBOV - own) : 0;
  const filtered = filterSections(samples, butterworthHighPass(HIGH_PASS_ORDER, HIGH_PASS_HZ, FRONT_END_RATE_HZ), samples);
  return { at16k, samples: scaled(filtered, gain), levelDbov };
}

/** Samples that are not finite (a float file may hold some) count as silence: nothing after this may meet them. */
function withoutMean(samples: Float32Array): Float64Array {
  const out = new Float64Array(samples.length);
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    const x = samples[i] as number;
    if (!Number.isFinite(x)) continue;
    out[i] = x;
    sum += x;
  }
  const middle = out.length > 0 ? sum / out.length : 0;
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) - middle;
  return out;
}

/** A copy times a gain. */
export function scaled(samples: Float64Array, gain: number): Float64Array {
  const out = new Float64Array(samples.length);
  for (let i = 0; i < out.length; i++) out[i] = (samples[i] as number) * gain;
  return out;
}
