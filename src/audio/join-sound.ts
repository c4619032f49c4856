import type { Signal } from '../core/signal.ts';
import { resample } from '../dsp/resample.ts';

/** 16-bit full scale. */
const INT16_SCALE = 32_768;

/** A stretch of sound as a sound card gives it: one channel of 16 bits. */
export interface SoundPart {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

/**
 * One sound of stretches that follow each other without a gap, at one rate; those at it already stay as they are, sample for sample. Stretches of one
 * rate are converted together, so that only a change of rate leaves an edge.
 */
export function joinSound(parts: readonly SoundPart[], sampleRateHz: number): Signal {
  const joined: Float32Array[] = [];
  for (let first = 0; first < parts.length; ) {
    const rateHz = (parts[first] as SoundPart).sampleRateHz;
    let end = first;
    while (parts[end]?.sampleRateHz === rateHz) end++;
    const samples = concatenate(parts.slice(first, end).map((part) => Float32Array.from(part.samples, (sample) => sample / INT16_SCALE)));
    joined.push(resample({ samples, sampleRateHz: rateHz }, sampleRateHz).samples);
    first = end;
  }
  return { samples: concatenate(joined), sampleRateHz };
}

/** The same sound in steps of 16 bits, clipped at full scale: what a WAV file of it will give back. */
export function inSixteenBits({ samples, sampleRateHz }: Signal): Signal {
  const step = (sample: number): number =>
    Math.max(-INT16_SCALE, Math.min(INT16_SCALE - 1, Math.round(sample * INT16_SCALE))) / INT16_SCALE;
  return { samples: samples.map((sample) => (Number.isFinite(sample) ? step(sample) : 0)), sampleRateHz };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
