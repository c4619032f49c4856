import { createDecimator } from '../dsp/decimate.ts';
import { createFft, nextPowerOfTwo } from '../dsp/fft.ts';
import { melBank, melInto } from '../dsp/mel.ts';
import { hann } from '../dsp/windows.ts';

/** Bands and their span: what a telephone passes, and what a robot voice keeps of the speech it was. */
export const LOCATE_BANDS = 16;
const LOW_HZ = 150;
const HIGH_HZ = 3_600;
/** A frame every 10 ms, of 32 ms. */
export const LOCATE_FRAMES_PER_SECOND = 100;
const WINDOW_SECONDS = 0.032;
/** Sounds are brought down to a whole fraction of their rate that is not below this. */
const LEAST_RATE_HZ = 16_000;
/** Frames are kept in pieces of so many. */
const PIECE_FRAMES = 1024;
/** What is taken for digital silence, as power: a level of −100 dBov. */
const SILENT_POWER = 1e-10;

/** Power of a sound in bands, a row every 10 ms: `power[frame · LOCATE_BANDS + band]`. Frame t is centred on second t / 100. */
export interface BandPowers {
  readonly frames: number;
  readonly power: Float32Array;
}

/** Takes a sound in pieces of any length and keeps its band powers alone: 7 kB a second. */
export interface BandPowerStream {
  push(samples: Float32Array): void;
  /** The rows of all that was pushed; the stream takes no more. */
  finish(): BandPowers;
}

/** @param sampleRateHz of the sound that will be pushed, 8 … 192 kHz */
export function createBandPowerStream(sampleRateHz: number): BandPowerStream {
  const factor = Math.max(1, Math.floor(sampleRateHz / LEAST_RATE_HZ));
  const rateHz = sampleRateHz / factor;
  const decimator = createDecimator(factor);
  const window = hann(Math.round(WINDOW_SECONDS * rateHz));
  const fft = createFft(nextPowerOfTwo(window.length));
  const bank = melBank(LOCATE_BANDS, LOW_HZ, Math.min(HIGH_HZ, rateHz / 2), fft.size, rateHz);
  const scale = 4 / window.reduce((sum, w) => sum + w, 0) ** 2;
  const bins = new Float64Array(fft.size / 2 + 1);
  const pieces: Float32Array[] = [];
  const half = window.length >> 1;
  const hop = rateHz / LOCATE_FRAMES_PER_SECOND;
  let frames = 0;
  let total = 0;
  // Samples not yet used up; the first of them is number `first`. Before the sound there is silence.
  let pending = new Float32Array(half);
  let first = -half;
  const take = (samples: Float32Array): void => {
    const all = new Float32Array(pending.length + samples.length);
    all.set(pending);
    all.set(samples, pending.length);
    for (;;) {
      const start = Math.round(frames * hop) - half - first;
      if (start + window.length > all.length) {
        pending = all.slice(Math.max(0, Math.min(start, all.length)));
        first += all.length - pending.length;
        return;
      }
      addFrame(all, start);
    }
  };
  const addFrame = (samples: Float32Array, start: number): void => {
    for (let i = 0; i < window.length; i++) fft.input[i] = (samples[start + i] as number) * (window[i] as number);
    const spectrum = fft.forward();
    for (let k = 0; k < bins.length; k++) {
      const re = spectrum[2 * k] as number;
      const im = spectrum[2 * k + 1] as number;
      bins[k] = (re * re + im * im) * scale;
    }
    if (frames % PIECE_FRAMES === 0) pieces.push(new Float32Array(PIECE_FRAMES * LOCATE_BANDS));
    melInto(bank, bins, 0, pieces.at(-1) as Float32Array, (frames % PIECE_FRAMES) * LOCATE_BANDS);
    frames++;
  };
  return {
    push(samples) {
      const kept = decimator.push(samples);
      total += kept.length;
      take(kept);
    },
    finish() {
      const rest = decimator.finish();
      total += rest.length;
      take(rest);
      take(new Float32Array(window.length));
      frames = Math.min(frames, Math.floor(total / hop) + 1);
      const power = new Float32Array(frames * LOCATE_BANDS);
      pieces.forEach((piece, i) => {
        const at = i * PIECE_FRAMES * LOCATE_BANDS;
        power.set(piece.subarray(0, Math.max(0, Math.min(piece.length, power.length - at))), Math.min(at, power.length));
      });
      return { frames, power };
    },
  };
}

/** Range of the search, dB under the loudest around: deep silence and faint noise are one. */
const RANGE_DB = 30;
/** The loudest is sought so far to either side, frames: 1.5 s. */
const AROUND_FRAMES = 150;
/** The mean that is taken out of each band reaches so far to either side, frames: 0.5 s. */
const MEAN_FRAMES = 50;
/** A frame sounds where a band rises so far above the floor, dB. */
const SOUNDING_DB = 12;

/** What a sound is found by. */
export interface LocateFeatures {
  /** Rows as in `BandPowers`. Each band's level, dB, over a floor 30 dB under the loudest within 1.5 s, less its mean over a second around. */
  readonly values: Float32Array;
  /** 1 for frames that hold something well over that floor. */
  readonly sounding: Uint8Array;
}

/** Features that neither the gain, nor the colour, nor what else there is in a long recording moves, and that steady noise moves little. */
export function locateFeatures({ frames, power }: BandPowers): LocateFeatures {
  const loudness = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    let sum = 0;
    for (let b = 0; b < LOCATE_BANDS; b++) sum += power[t * LOCATE_BANDS + b] as number;
    loudness[t] = sum / LOCATE_BANDS;
  }
  const around = slidingMax(loudness, AROUND_FRAMES);
  const values = new Float32Array(power.length);
  const sounding = new Uint8Array(frames);
  const below = 10 ** (-RANGE_DB / 10);
  for (let t = 0; t < frames; t++) {
    const floor = Math.max(SILENT_POWER, (around[t] as number) * below);
    for (let b = 0; b < LOCATE_BANDS; b++) {
      const i = t * LOCATE_BANDS + b;
      const level = 10 * Math.log10(1 + (power[i] as number) / floor);
      values[i] = level;
      if (level > SOUNDING_DB) sounding[t] = 1;
    }
  }
  removeMeans(values, frames);
  return { values, sounding };
}

function removeMeans(values: Float32Array, frames: number): void {
  const sums = new Float64Array(frames + 1);
  for (let b = 0; b < LOCATE_BANDS; b++) {
    for (let t = 0; t < frames; t++) sums[t + 1] = (sums[t] as number) + (values[t * LOCATE_BANDS + b] as number);
    for (let t = 0; t < frames; t++) {
      const from = Math.max(0, t - MEAN_FRAMES);
      const to = Math.min(frames, t + MEAN_FRAMES + 1);
      const i = t * LOCATE_BANDS + b;
      values[i] = (values[i] as number) - ((sums[to] as number) - (sums[from] as number)) / (to - from);
    }
  }
}

/** Largest value within `radius` of each place, in one pass (van Herk's method with a queue of places whose values fall). */
function slidingMax(values: Float32Array, radius: number): Float32Array {
  const out = new Float32Array(values.length);
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < values.length + radius; i++) {
    if (i < values.length) {
      while (tail > head && (values[queue[tail - 1] as number] as number) <= (values[i] as number)) tail--;
      queue[tail++] = i;
    }
    const centre = i - radius;
    if (centre < 0) continue;
    while (head < tail && (queue[head] as number) < centre - radius) head++;
    out[centre] = values[queue[head] as number] as number;
  }
  return out;
}
