import { createRng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';
import { rms } from '../../src/dsp/levels.ts';
import { gaussian } from './signals.ts';

/** Later by whole samples, silence first; earlier, the beginning cut off, when negative. */
export function delayed(signal: Signal, samples: number): Signal {
  if (samples < 0) return { ...signal, samples: signal.samples.slice(-samples) };
  const out = new Float32Array(signal.samples.length + samples);
  out.set(signal.samples, samples);
  return { ...signal, samples: out };
}

export function amplified(signal: Signal, db: number): Signal {
  return { ...signal, samples: signal.samples.map((x) => x * 10 ** (db / 20)) };
}

/** With white Gaussian noise at so many dB under the whole signal's RMS. */
export function noisy(signal: Signal, snrDb: number, seed: number): Signal {
  const rng = createRng(seed);
  const level = rms(signal.samples) * 10 ** (-snrDb / 20);
  return { ...signal, samples: signal.samples.map((x) => x + level * gaussian(rng)) };
}

/** From one second to another. */
export function cut(signal: Signal, fromSeconds: number, toSeconds: number): Signal {
  return {
    ...signal,
    samples: signal.samples.slice(Math.round(fromSeconds * signal.sampleRateHz), Math.round(toSeconds * signal.sampleRateHz)),
  };
}

/** A copy with silence of the given length put in at a place: everything after is later. */
export function inserted(signal: Signal, atSeconds: number, seconds: number): Signal {
  const at = Math.round(atSeconds * signal.sampleRateHz);
  const out = new Float32Array(signal.samples.length + Math.round(seconds * signal.sampleRateHz));
  out.set(signal.samples.subarray(0, at));
  out.set(signal.samples.subarray(at), out.length - (signal.samples.length - at));
  return { ...signal, samples: out };
}

/** A copy with a stretch taken out: everything after is earlier. */
export function removed(signal: Signal, atSeconds: number, seconds: number): Signal {
  const at = Math.round(atSeconds * signal.sampleRateHz);
  const to = at + Math.round(seconds * signal.sampleRateHz);
  const out = new Float32Array(signal.samples.length - (to - at));
  out.set(signal.samples.subarray(0, at));
  out.set(signal.samples.subarray(to), at);
  return { ...signal, samples: out };
}

/** Packets of 20 ms lost in bursts (Gilbert's model) and left silent. */
export function lossy(signal: Signal, lossRatio: number, meanBurst: number, seed: number): Signal {
  const rng = createRng(seed);
  const packet = Math.round(0.02 * signal.sampleRateHz);
  const end = 1 / meanBurst;
  const begin = lossRatio / (meanBurst * (1 - lossRatio));
  const samples = signal.samples.slice();
  let lost = false;
  for (let at = 0; at < samples.length; at += packet) {
    lost = lost ? rng.next() >= end : rng.next() < begin;
    if (lost) samples.fill(0, at, at + packet);
  }
  return { ...signal, samples };
}
