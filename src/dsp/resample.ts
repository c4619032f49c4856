import type { Signal } from '../core/signal.ts';
import { convolve } from './convolution.ts';
import { dotProduct } from './correlation.ts';
import { kaiserAt } from './windows.ts';

/** Kaiser shape; about 81 dB of stop-band attenuation. */
const BETA = 8;
/** Zero crossings of the sinc on either side, at the lower of the two rates. With BETA the transition is 11 % of its Nyquist frequency wide. */
const ZERO_CROSSINGS = 48;
/** Middle of the transition as a share of the lower Nyquist frequency, so that the stop band begins at 1. */
const CUTOFF = 0.945;
/** Above so many phases the filter is read from a table of this many by linear interpolation, an error of -118 dB. */
const MAX_PHASES = 1024;

const MIN_RATE_HZ = 8_000;
const MAX_RATE_HZ = 192_000;

/**
 * Converts a signal to another sample rate with a polyphase Kaiser-windowed sinc. Zero group delay: sample m of the result lies at the
 * time m / targetRateHz of the input. Flat within 0.01 dB to 0.89 of the lower Nyquist frequency, images and aliases below -80 dB.
 * @param targetRateHz any whole rate of 8 … 192 kHz, as must be the signal's own; RangeError otherwise
 * @returns round(n · out / in) samples; the very same signal when the rates are equal
 */
export function resample(signal: Signal, targetRateHz: number): Signal {
  requireRate(signal.sampleRateHz);
  requireRate(targetRateHz);
  if (signal.sampleRateHz === targetRateHz) return signal;
  const divisor = greatestCommonDivisor(signal.sampleRateHz, targetRateHz);
  const up = targetRateHz / divisor;
  const down = signal.sampleRateHz / divisor;
  const samples = convert(signal.samples, up, down);
  return { samples, sampleRateHz: targetRateHz };
}

function requireRate(rateHz: number): void {
  if (!Number.isInteger(rateHz) || rateHz < MIN_RATE_HZ || rateHz > MAX_RATE_HZ) {
    throw new RangeError(`resampling works between whole rates of ${MIN_RATE_HZ} to ${MAX_RATE_HZ} Hz, got ${rateHz}`);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

interface PhaseTable {
  /** Row p holds the taps for an output p/phases of an input sample after the sample it is centred on; one row more than phases. */
  readonly taps: Float64Array;
  readonly phases: number;
  readonly width: number;
}

/** Tables depend on the ratio alone; a process meets a handful of ratios. */
const tables = new Map<string, PhaseTable>();

function phaseTable(up: number, down: number): PhaseTable {
  const key = `${up}/${down}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const scale = Math.min(1, up / down);
  const halfWidth = Math.ceil(ZERO_CROSSINGS / scale);
  const phases = Math.min(up, MAX_PHASES);
  const width = 2 * halfWidth;
  const taps = new Float64Array((phases + 1) * width);
  for (let phase = 0; phase <= phases; phase++) {
    const row = taps.subarray(phase * width, (phase + 1) * width);
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const x = (i - halfWidth + 1 - phase / phases) * scale;
      const tap = sinc(x * CUTOFF) * kaiserAt(x / ZERO_CROSSINGS, BETA);
      row[i] = tap;
      sum += tap;
    }
    // Every phase passes a constant unchanged, so that none of them modulates the level.
    for (let i = 0; i < width; i++) row[i] = (row[i] as number) / sum;
  }
  const table = { taps, phases, width };
  tables.set(key, table);
  return table;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function convert(input: Float32Array, up: number, down: number): Float32Array {
  const { taps, phases, width } = phaseTable(up, down);
  const length = Math.round((input.length * up) / down);
  if (up === 1 && allFinite(input)) return new Float32Array(decimated(input, taps.subarray(0, width), down, length));
  const exact = phases === up;
  const before = width / 2 - 1;
  const padded = new Float64Array(input.length + 2 * width);
  padded.set(input, width);
  const output = new Float32Array(length);
  for (let m = 0; m < output.length; m++) {
    const place = m * down;
    const centre = Math.floor(place / up);
    const remainder = place - centre * up;
    const start = centre - before + width;
    const phase = exact ? remainder : Math.floor((remainder / up) * phases);
    let sum = dotProduct(padded, start, taps, phase * width, width);
    if (!exact) {
      const next = dotProduct(padded, start, taps, (phase + 1) * width, width);
      sum += ((remainder / up) * phases - phase) * (next - sum);
    }
    output[m] = sum;
  }
  return output;
}

/** With one phase for all, conversion is a convolution of which every `down`th value is kept. */
function decimated(input: Float32Array, taps: Float64Array, down: number, length: number): Float64Array {
  return convolve(input, Float64Array.from(taps).reverse(), taps.length / 2, down, length);
}

function allFinite(samples: Float32Array): boolean {
  for (let i = 0; i < samples.length; i++) if (!Number.isFinite(samples[i] as number)) return false;
  return true;
}
