import type { Signal } from '../../core/signal.ts';
import { butterworthHighPass, filterSections } from '../../dsp/filters.ts';
import { amplitudeToDb, SILENCE_DBOV } from '../../dsp/levels.ts';
import { createPeriodicityMeter } from '../../dsp/periodicity.ts';
import { resample } from '../../dsp/resample.ts';
import { type Activity, findActivity } from './activity.ts';

/** Rate at which everything but clipping and bandwidth is heard, and samples per frame of 10 ms at that rate. */
export const LISTENING_RATE_HZ = 16_000;
export const FRAME_SAMPLES = 160;
export const FRAME_SECONDS: number = FRAME_SAMPLES / LISTENING_RATE_HZ;
/** Hum and handling rumble end below this edge, Hz (second order), as in the scores with a reference. */
const HIGH_PASS_HZ = 120;
/** Longer sounds are resampled and filtered in pieces of so many seconds, so that only a little is held twice. */
const PIECE_SECONDS = 20;
/** What a piece hears of its neighbours, so that no seam is left: the resampler's reach and the filters' memory, seconds. */
const MARGIN_SECONDS = 0.25;
/** Window and lags of the pitch search: 40 ms, 50 to 400 Hz, as in the scores with a reference. */
const PITCH_WINDOW = 640;
const MIN_PITCH_LAG = 40;
const MAX_PITCH_LAG = 320;

/** What the single-ended detectors hear: one sound, where it speaks, and how it is voiced. One value a frame of 10 ms. */
export interface Listening {
  readonly input: Signal;
  /** At 16 kHz, as it came, and above 120 Hz. */
  readonly raw: Float32Array;
  readonly samples: Float32Array;
  readonly frames: number;
  /** Level of the 20 ms around each frame of `samples`, dBov, at least −120. */
  readonly levelDb: Float32Array;
  readonly activity: Activity;
  /** How periodic each active frame is (40 ms, 50–400 Hz), 0–1, and at what lag, samples; 0 where nothing is active. */
  readonly voicing: () => Voicing;
}

export interface Voicing {
  readonly strength: Float32Array;
  readonly lag: Float32Array;
}

/** Prepares a sound for the detectors. Linear in its length. @param input any rate of 8 … 192 kHz (RangeError otherwise), any length */
export function listenTo(input: Signal): Listening {
  const raw = resampleInPieces(input);
  const samples = new Float32Array(raw.length);
  const highPass = butterworthHighPass(2, HIGH_PASS_HZ, LISTENING_RATE_HZ);
  forEachPiece(raw, (piece, start, from, to) => {
    samples.set(filterSections(piece, highPass).subarray(from - start, to - start), from);
  });
  const frames = Math.floor(raw.length / FRAME_SAMPLES);
  const levelDb = frameLevels(samples, frames);
  const activity = findActivity(levelDb);
  let known: Voicing | null = null;
  const voicing = (): Voicing => {
    known ??= measureVoicing(samples, activity.active);
    return known;
  };
  return { input, raw, samples, frames, levelDb, activity, voicing };
}

/**
 * Hands a sound over in pieces of 20 s. Each piece begins and ends a margin beyond what it stands for, so that a filter has settled there.
 * @param visit the piece, which begins at sample `start` of the whole and stands for samples [from, to)
 */
export function forEachPiece(samples: Float32Array, visit: (piece: Float32Array, start: number, from: number, to: number) => void): void {
  const length = PIECE_SECONDS * LISTENING_RATE_HZ;
  const margin = MARGIN_SECONDS * LISTENING_RATE_HZ;
  for (let from = 0; from < samples.length; from += length) {
    const to = Math.min(samples.length, from + length);
    const start = Math.max(0, from - margin);
    visit(samples.subarray(start, Math.min(samples.length, to + margin)), start, from, to);
  }
}

/** Voicing of the frames that `chosen` marks: a periodicity meter over 40 ms centred on each. */
export function measureVoicing(samples: Float32Array, chosen: Uint8Array): Voicing {
  const meter = createPeriodicityMeter(PITCH_WINDOW, MIN_PITCH_LAG, MAX_PITCH_LAG);
  const block = new Float64Array(PITCH_WINDOW);
  const strength = new Float32Array(chosen.length);
  const lag = new Float32Array(chosen.length);
  for (let t = 0; t < chosen.length; t++) {
    if (chosen[t] !== 1) continue;
    const start = t * FRAME_SAMPLES + FRAME_SAMPLES / 2 - PITCH_WINDOW / 2;
    for (let i = 0; i < PITCH_WINDOW; i++) block[i] = samples[start + i] ?? 0;
    const found = meter.measure(block, 0);
    strength[t] = found.strength;
    lag[t] = found.lag;
  }
  return { strength, lag };
}

/** Resampling a piece at a time: pieces begin at whole seconds, where samples of both rates fall together. */
function resampleInPieces({ samples, sampleRateHz }: Signal): Float32Array {
  const total = Math.round((samples.length * LISTENING_RATE_HZ) / sampleRateHz);
  const out = new Float32Array(total);
  const length = PIECE_SECONDS * sampleRateHz;
  for (let from = 0; from < samples.length; from += length) {
    const start = Math.max(0, from - sampleRateHz);
    const end = Math.min(samples.length, from + length + sampleRateHz);
    const piece = resample({ samples: samples.subarray(start, end), sampleRateHz }, LISTENING_RATE_HZ).samples;
    const skip = ((from - start) / sampleRateHz) * LISTENING_RATE_HZ;
    const at = (from / sampleRateHz) * LISTENING_RATE_HZ;
    out.set(piece.subarray(skip, skip + Math.min(PIECE_SECONDS * LISTENING_RATE_HZ, total - at)), at);
  }
  return out;
}

function frameLevels(samples: Float32Array, frames: number): Float32Array {
  const energies = new Float64Array(frames + 2);
  for (let t = 0; t < frames; t++) {
    let sum = 0;
    for (let i = t * FRAME_SAMPLES; i < (t + 1) * FRAME_SAMPLES; i++) sum += (samples[i] as number) ** 2;
    energies[t + 1] = sum;
  }
  // 20 ms around a frame of 10 ms: the frame itself and half of either neighbour.
  const out = new Float32Array(frames).fill(SILENCE_DBOV);
  for (let t = 0; t < frames; t++) {
    const energy = (energies[t + 1] as number) + ((energies[t] as number) + (energies[t + 2] as number)) / 2;
    out[t] = amplitudeToDb(Math.sqrt(energy / (2 * FRAME_SAMPLES)));
  }
  return out;
}
