import type { Rng } from '../../src/core/rng.ts';
import { createRng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';

/** A sine. */
export function tone(frequencyHz: number, seconds: number, sampleRateHz: number, amplitude = 0.5): Signal {
  const w = (2 * Math.PI * frequencyHz) / sampleRateHz;
  return {
    samples: Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) => amplitude * Math.sin(w * i)),
    sampleRateHz,
  };
}

/** White Gaussian noise of the given RMS (Box and Muller). */
export function whiteNoise(seed: number, seconds: number, sampleRateHz: number, rms = 0.1): Signal {
  const rng = createRng(seed);
  return { samples: Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, () => rms * gaussian(rng)), sampleRateHz };
}

export function gaussian(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

export function silence(seconds: number, sampleRateHz: number): Signal {
  return { samples: new Float32Array(Math.round(seconds * sampleRateHz)), sampleRateHz };
}

const FORMANTS_HZ: readonly (readonly [number, number, number])[] = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
  [660, 1720, 2410],
  [440, 1020, 2240],
  [490, 1350, 1690],
];
const BANDWIDTHS_HZ: readonly number[] = [80, 110, 160];

/**
 * Something built like speech: syllables of a gliding voice through the formants of vowels (Peterson and Barney, 1952), each after a short
 * hiss, in phrases of about a second with true silence between them. No two seeds and no two seconds are alike. Peak 0.5.
 */
export function speechLike(seed: number, seconds: number, sampleRateHz: number): Signal {
  const rng = createRng(seed).fork('speech');
  const out = new Float64Array(Math.round(seconds * sampleRateHz));
  const pitchHz = 95 + 120 * rng.next();
  let at = Math.round((0.1 + 0.2 * rng.next()) * sampleRateHz);
  let left = phrase(rng);
  while (at < out.length) {
    if (left <= 0) {
      at += Math.round((0.3 + 0.3 * rng.next()) * sampleRateHz);
      left = phrase(rng);
    }
    const length = Math.round((0.1 + 0.16 * rng.next()) * sampleRateHz);
    addSyllable(out, at, length, pitchHz, sampleRateHz, rng);
    at += length;
    left -= length / sampleRateHz;
  }
  const peak = out.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
  return { samples: Float32Array.from(out, (x) => (0.5 * x) / peak), sampleRateHz };
}

function phrase(rng: Rng): number {
  return 0.7 + 0.8 * rng.next();
}

function addSyllable(out: Float64Array, at: number, length: number, pitchHz: number, sampleRateHz: number, rng: Rng): void {
  const hiss = Math.round(length * 0.35 * rng.next());
  const level = 0.4 + 0.6 * rng.next();
  const from = pitchHz * (0.85 + 0.3 * rng.next());
  const to = pitchHz * (0.85 + 0.3 * rng.next());
  const formants = FORMANTS_HZ[Math.floor(rng.next() * FORMANTS_HZ.length)] as readonly [number, number, number];
  const stretch = 0.95 + 0.2 * rng.next();
  const source = new Float64Array(length);
  let phase = rng.next();
  let last = 0;
  for (let i = 0; i < length; i++) {
    const noise = gaussian(rng);
    if (i < hiss) {
      source[i] = 0.02 * (noise - last);
    } else {
      phase += (from + ((to - from) * i) / length) / sampleRateHz;
      source[i] = (phase >= 1 ? 1 : 0) + 0.002 * noise;
      phase %= 1;
    }
    last = noise;
  }
  for (const [k, hz] of formants.entries()) {
    const r = Math.exp((-Math.PI * (BANDWIDTHS_HZ[k] as number)) / sampleRateHz);
    const a1 = 2 * r * Math.cos((2 * Math.PI * hz * stretch) / sampleRateHz);
    const a2 = -r * r;
    let y1 = 0;
    let y2 = 0;
    for (let i = 0; i < length && at + i < out.length; i++) {
      const y = (source[i] as number) + a1 * y1 + a2 * y2;
      y2 = y1;
      y1 = y;
      const edge = Math.min(1, i / (0.01 * sampleRateHz), (length - i) / (0.02 * sampleRateHz));
      out[at + i] = (out[at + i] as number) + (level * edge * (1 - a1 - a2) * y) / (k + 1);
    }
  }
}
