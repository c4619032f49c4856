import type { Rng } from '../../src/core/rng.ts';
import { createFft } from '../../src/dsp/fft.ts';
import { butterworthHighPass, butterworthLowPass, filterSections } from '../../src/dsp/filters.ts';
import { activeLevel, dbToAmplitude } from '../../src/dsp/levels.ts';
import { percentile } from '../../src/dsp/statistics.ts';
import * as loss from './lossy.ts';
import * as voice from './robots.ts';

/** What is done to a sound at 16 kHz. The same sound and the same generator give the same result. */
export type Degrade = (samples: Float32Array, rng: Rng) => Float32Array;

/** An artefact to be told from others, with three severities, mildest first. */
export interface Degradation {
  readonly kind: string;
  /** Whether it makes a voice metallic. */
  readonly metallic: boolean;
  readonly severities: readonly Degrade[];
}

export const RATE_HZ = 16_000;

const make = (kind: string, metallic: boolean, severities: readonly Degrade[]): Degradation => ({ kind, metallic, severities });

/** Every kind that sounds metallic. */
export const METALLIC_KINDS: readonly Degradation[] = [
  make('robot', true, [(x) => voice.robot(x, 100), (x) => voice.robot(x, 80), (x) => voice.robot(x, 120.3)]),
  make('lpc robot', true, [(x) => voice.lpcRobot(x, 110), (x) => voice.lpcRobot(x, 90), (x) => voice.lpcRobot(x, 140)]),
  make('ring', true, [(x) => voice.ring(x, 30), (x) => voice.ring(x, 50), (x) => voice.ring(x, 90)]),
  make('am buzz', true, [(x) => voice.tremble(x, 50, 0.35), (x) => voice.tremble(x, 33.3, 0.6), (x) => voice.tremble(x, 50, 0.9)]),
  make('comb', true, [(x) => voice.comb(x, 2.5, 0.6), (x) => voice.comb(x, 4, 0.7), (x) => voice.comb(x, 8, 0.8)]),
  make('alias', true, [(x) => voice.holdSamples(x, 2), (x) => voice.holdSamples(x, 3), (x) => voice.holdSamples(x, 4)]),
  make('shift', true, [(x) => voice.shiftHz(x, 35), (x) => voice.shiftHz(x, 70), (x) => voice.shiftHz(x, 120)]),
  make('holes', true, [(x, r) => voice.holes(x, r, 0.25), (x, r) => voice.holes(x, r, 0.4), (x, r) => voice.holes(x, r, 0.55)]),
  make('musical', true, [
    (x, r) => voice.musicalNoise(x, r, 15),
    (x, r) => voice.musicalNoise(x, r, 10),
    (x, r) => voice.musicalNoise(x, r, 5),
  ]),
  make('pitch plc', true, [
    (x, r) => loss.pitchRepeat(x, r, 0.08, 2),
    (x, r) => loss.pitchRepeat(x, r, 0.16, 2),
    (x, r) => loss.pitchRepeat(x, r, 0.3, 3),
  ]),
  make('packet repeat', true, [
    (x, r) => loss.packetRepeat(x, r, 0.09, 2),
    (x, r) => loss.packetRepeat(x, r, 0.16, 2),
    (x, r) => loss.packetRepeat(x, r, 0.23, 2),
  ]),
  make('frame reversal', true, [
    (x, r) => voice.reverseFrames(x, r, 0.3),
    (x, r) => voice.reverseFrames(x, r, 0.6),
    (x, r) => voice.reverseFrames(x, r, 1),
  ]),
  make('stretch', true, [(x) => loss.flutter(x, 120), (x) => loss.flutter(x, 80), (x) => loss.flutter(x, 40)]),
];

/** Every kind that does not: other troubles, and no trouble at all. */
export const OTHER_KINDS: readonly Degradation[] = [
  make('clean', false, [(x) => x.slice()]),
  make('gain', false, [(x) => gain(x, -6), (x) => gain(x, -12), (x) => gain(x, 12)]),
  make('white', false, [
    (x, r) => addNoise(x, whiteNoise(x.length, r), 30),
    (x, r) => addNoise(x, whiteNoise(x.length, r), 20),
    (x, r) => addNoise(x, whiteNoise(x.length, r), 10),
  ]),
  make('pink', false, [
    (x, r) => addNoise(x, pinkNoise(x.length, r), 25),
    (x, r) => addNoise(x, pinkNoise(x.length, r), 15),
    (x, r) => addNoise(x, pinkNoise(x.length, r), 8),
  ]),
  make('babble', false, [
    (x, r) => addNoise(x, babble(x, r), 25),
    (x, r) => addNoise(x, babble(x, r), 18),
    (x, r) => addNoise(x, babble(x, r), 12),
  ]),
  make('hum', false, [
    (x) => addNoise(x, hum(x.length, 50), 30),
    (x) => addNoise(x, hum(x.length, 60), 20),
    (x) => addNoise(x, hum(x.length, 50), 10),
  ]),
  make('low-pass', false, [(x) => lowPass(x, 5000), (x) => lowPass(x, 3400), (x) => lowPass(x, 2200)]),
  make('high-pass', false, [(x) => highPass(x, 150), (x) => highPass(x, 300), (x) => highPass(x, 600)]),
  make('tilt', false, [(x) => tilt(x, -0.5), (x) => tilt(x, 0.7), (x) => tilt(x, -0.9)]),
  make('clip', false, [(x) => hardClip(x, 0.01), (x) => hardClip(x, 0.03), (x) => hardClip(x, 0.07)]),
  make('tanh', false, [(x) => softClip(x, 1.5), (x) => softClip(x, 3), (x) => softClip(x, 5)]),
  make(
    'gaps',
    false,
    [0.05, 0.1, 0.2].map((share) => (x, r) => loss.cutOut(x, r, share, 20, 60)),
  ),
  make(
    'long gaps',
    false,
    [0.05, 0.1, 0.2].map((share) => (x, r) => loss.cutOut(x, r, share, 200, 400)),
  ),
  make('echo', false, [(x) => echo(x, 120, -16), (x) => echo(x, 200, -12), (x) => echo(x, 280, -9)]),
  make('mu-law', false, [(x) => muLaw(x)]),
  make('delay', false, [(x) => delay(x, 50), (x) => delay(x, 200), (x) => delay(x, 500)]),
  make('drift', false, [(x) => loss.drift(x, 200), (x) => loss.drift(x, -500), (x) => loss.drift(x, 500)]),
  make('delay step', false, [(x) => loss.delayStep(x, 20), (x) => loss.delayStep(x, 40), (x) => loss.delayStep(x, 60)]),
  make('agc', false, [(x) => slowGain(x, 4), (x) => slowGain(x, 6), (x) => slowGain(x, 8)]),
];

export function gain(x: Float32Array, db: number): Float32Array {
  return x.map((v) => v * dbToAmplitude(db));
}

export function delay(x: Float32Array, ms: number): Float32Array {
  const lead = Math.round((ms * RATE_HZ) / 1000);
  const out = new Float32Array(x.length + lead);
  out.set(x, lead);
  return out;
}

/** Adds a noise so that the active speech is `snrDb` louder than it. */
export function addNoise(x: Float32Array, noise: Float32Array, snrDb: number): Float32Array {
  const wanted = activeLevel(x, RATE_HZ).dbov - snrDb;
  const has = 10 * Math.log10(noise.reduce((sum, v) => sum + v * v, 0) / noise.length);
  const factor = dbToAmplitude(wanted - has);
  return x.map((v, i) => v + factor * (noise[i] as number));
}

/** Gaussian white noise of unit power. */
export function whiteNoise(length: number, rng: Rng): Float32Array {
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
  return out;
}

/** About 1/f: a sum of one-pole low-passed noises an octave and more apart. */
export function pinkNoise(length: number, rng: Rng): Float32Array {
  const out = new Float32Array(length);
  for (const edgeHz of [20, 80, 320, 1280, 5120]) {
    const noise = whiteNoise(length, rng);
    const pole = Math.exp((-2 * Math.PI * edgeHz) / RATE_HZ);
    let y = 0;
    for (let i = 0; i < length; i++) {
      y = pole * y + Math.sqrt(1 - pole * pole) * (noise[i] as number);
      out[i] = (out[i] as number) + y;
    }
  }
  return out;
}

/** Six copies of the speech itself, reversed and turned round in time. */
export function babble(x: Float32Array, rng: Rng): Float32Array {
  const out = new Float32Array(x.length);
  for (let copy = 0; copy < 6; copy++) {
    const turn = Math.floor(rng.next() * x.length);
    for (let i = 0; i < x.length; i++) out[i] = (out[i] as number) + (x[(2 * x.length - 1 - i + turn) % x.length] as number);
  }
  return out;
}

export function hum(length: number, mainsHz: number): Float32Array {
  return Float32Array.from({ length }, (_, i) =>
    [1, 2, 3, 5].reduce((sum, k) => sum + Math.sin((2 * Math.PI * k * mainsHz * i) / RATE_HZ + k) / k, 0),
  );
}

export function lowPass(x: Float32Array, edgeHz: number): Float32Array {
  return Float32Array.from(filterSections(x, butterworthLowPass(8, edgeHz, RATE_HZ)));
}

export function highPass(x: Float32Array, edgeHz: number): Float32Array {
  return Float32Array.from(filterSections(x, butterworthHighPass(4, edgeHz, RATE_HZ)));
}

/** One zero: brighter for a positive amount, duller for a negative one. */
export function tilt(x: Float32Array, amount: number): Float32Array {
  return x.map((v, i) => v - amount * (i > 0 ? (x[i - 1] as number) : 0));
}

/** Flattens everything above the level that `share` of the non-silent samples exceed, and brings the tops to 0.9 of full scale. */
export function hardClip(x: Float32Array, share: number): Float32Array {
  const loud = x.filter((v) => Math.abs(v) > 1e-3).map(Math.abs);
  const top = percentile(loud, 1 - share);
  return x.map((v) => (0.9 * Math.max(-top, Math.min(top, v))) / top);
}

/** A tanh driven `drive` times as hard as the speech's 99th percentile reaches 1. */
export function softClip(x: Float32Array, drive: number): Float32Array {
  const top = percentile(x.map(Math.abs), 0.99);
  return x.map((v) => 0.5 * Math.tanh((drive * v) / (2 * top)));
}

export function echo(x: Float32Array, ms: number, db: number): Float32Array {
  const lag = Math.round((ms * RATE_HZ) / 1000);
  return x.map((v, i) => v + (i >= lag ? dbToAmplitude(db) * (x[i - lag] as number) : 0));
}

/** The sound of a room: white noise that fades by 60 dB in the given time, `db` under the direct sound in energy. */
export function reverb(x: Float32Array, rng: Rng, seconds: number, db: number): Float32Array {
  const tail = whiteNoise(Math.round(seconds * RATE_HZ), rng).map((v, i) => v * dbToAmplitude((-60 * i) / (seconds * RATE_HZ)));
  const energy = tail.reduce((sum, v) => sum + v * v, 0);
  const factor = dbToAmplitude(db) / Math.sqrt(energy);
  const size = 2 ** Math.ceil(Math.log2(x.length + tail.length));
  const [sound, room] = [createFft(size), createFft(size)];
  sound.input.set(x);
  room.input.set(tail.map((v) => v * factor));
  const a = sound.forward();
  const b = room.forward();
  for (let k = 0; k < a.length; k += 2) {
    const [ar, ai, br, bi] = [a[k] as number, a[k + 1] as number, b[k] as number, b[k + 1] as number];
    a[k] = ar * br - ai * bi;
    a[k + 1] = ar * bi + ai * br;
  }
  const late = sound.inverse();
  return x.map((v, i) => v + (late[i] as number));
}

/** G.711 mu-law, by its formula, at 16 kHz. */
export function muLaw(x: Float32Array): Float32Array {
  const mu = 255;
  return x.map((v) => {
    const size = Math.log1p(mu * Math.min(1, Math.abs(v))) / Math.log1p(mu);
    return Math.sign(v) * (Math.expm1((Math.round(size * 127) / 127) * Math.log1p(mu)) / mu);
  });
}

/** A gain that swings slowly by ±db. */
export function slowGain(x: Float32Array, db: number): Float32Array {
  return x.map((v, i) => v * dbToAmplitude(db * Math.sin((2 * Math.PI * 0.15 * i) / RATE_HZ)));
}
