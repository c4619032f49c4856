import { melBank, melInto } from '../dsp/mel.ts';
import { percentile } from '../dsp/statistics.ts';
import { FRONT_END_RATE_HZ, type FrontEnd } from './front-end.ts';

/** Log spectra of 26 mel bands, 100–5000 Hz: what a voice says lies there. */
const BANDS = 26;
const LOW_HZ = 100;
const HIGH_HZ = 5000;
const FFT_SIZE = 1024;
/** Cepstral coefficients compared: 1 to 12, the shape of the spectrum without its level. */
const COEFFICIENTS = 12;
/** Powers this far under the loud end of the reference count as equal: 60 dB. */
const FLOOR_SHARE = 1e-6;
const LOUD_PERCENTILE = 0.95;
/** The distance is that of the worse quarter of speech: a few spoilt words spoil the whole. */
const DISTANCE_PERCENTILE = 0.75;

/**
 * How far what is said has changed its shape, frame by frame: distance of the mel cepstra of aligned frames, each coefficient brought to mean 0 and variance 1 over
 * all that is not silent, root mean square over coefficients. Deaf to gain and to a fixed filter. 0 for the same, and in
 * frames without speech, which say nothing.
 */
export function cepstralDistances(frontEnd: FrontEnd): Float64Array {
  const out = new Float64Array(frontEnd.frames);
  if (frontEnd.activeFrames === 0) return out;
  const { degraded, reference } = frontEnd.power();
  const frames = Array.from({ length: frontEnd.frames }, (_, t) => t).filter((t) => frontEnd.silent[t] === 0);
  const theirs = bandPowers(reference, frames);
  const floor = FLOOR_SHARE * percentile(sums(theirs), LOUD_PERCENTILE);
  const x = normalisedCepstra(bandPowers(degraded, frames), floor);
  const y = normalisedCepstra(theirs, floor);
  for (const [row, t] of frames.entries()) {
    if (frontEnd.active[t] === 0) continue;
    let sum = 0;
    for (let i = row * COEFFICIENTS; i < (row + 1) * COEFFICIENTS; i++) sum += ((x[i] as number) - (y[i] as number)) ** 2;
    out[t] = Math.sqrt(sum / COEFFICIENTS);
  }
  return out;
}

/**
 * The distance of some frames: that of the worse quarter of speech among them, the 75th percentile. 0 for the same, 0.3 for a good codec, 1 and more where little is
 * left; 0 too where there is no speech.
 * @param distances as `cepstralDistances` gives them, @param active 1 for frames of speech
 */
export function cepstralDistance(distances: Float64Array, active: Uint8Array): number {
  const spoken = distances.filter((_, t) => active[t] === 1);
  return spoken.length === 0 ? 0 : percentile(spoken, DISTANCE_PERCENTILE);
}

function bandPowers({ power, bins }: { readonly power: Float32Array; readonly bins: number }, frames: readonly number[]): Float64Array {
  const bank = melBank(BANDS, LOW_HZ, HIGH_HZ, FFT_SIZE, FRONT_END_RATE_HZ);
  const out = new Float64Array(frames.length * BANDS);
  for (const [row, t] of frames.entries()) melInto(bank, power, t * bins, out, row * BANDS);
  return out;
}

function sums(bands: Float64Array): Float64Array {
  const out = new Float64Array(bands.length / BANDS);
  for (let i = 0; i < bands.length; i++) out[Math.floor(i / BANDS)] = (out[Math.floor(i / BANDS)] as number) + (bands[i] as number);
  return out;
}

/** Coefficients 1 … 12 of every row, each of mean 0 and variance 1 over the rows. */
function normalisedCepstra(bands: Float64Array, floor: number): Float64Array {
  const rows = bands.length / BANDS;
  const logs = bands.map((power) => Math.log(power + floor + Number.MIN_VALUE));
  const out = new Float64Array(rows * COEFFICIENTS);
  for (let c = 0; c < COEFFICIENTS; c++) {
    const wave = Float64Array.from({ length: BANDS }, (_, b) => Math.cos((Math.PI * (c + 1) * (b + 0.5)) / BANDS));
    let [sum, squares] = [0, 0];
    for (let row = 0; row < rows; row++) {
      let value = 0;
      for (let b = 0; b < BANDS; b++) value += (wave[b] as number) * (logs[row * BANDS + b] as number);
      out[row * COEFFICIENTS + c] = value;
      sum += value;
      squares += value * value;
    }
    const mean = sum / rows;
    const spread = Math.sqrt(Math.max(0, squares / rows - mean * mean)) + Number.EPSILON;
    for (let i = c; i < out.length; i += COEFFICIENTS) out[i] = ((out[i] as number) - mean) / spread;
  }
  return out;
}
