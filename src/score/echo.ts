import { measured, notApplicable } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { createFft } from '../dsp/fft.ts';
import { logistic, median } from '../dsp/statistics.ts';
import { FRAME_SAMPLES, FRONT_END_RATE_HZ, type FrontEnd } from './front-end.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** Level of the echo re the voice at which the score is one half, and how quickly it turns, dB. */
const CENTRE_DB = -16;
const WIDTH_DB = 3;
/** An echo comes so long after the voice: sooner it is a comb or a room, ms; later than this it is not looked for. */
const SHORTEST_MS = 50;
const LONGEST_MS = 500;
/** Stretches of the reference, end to end, each looked for from 32 ms before it to 544 ms after it: 448 ms in 1024 ms (samples at 16 kHz). */
const STRETCH = 7_168;
const LEAD = 512;
const FFT_SIZE = 16_384;
/** Frequencies at which the reference is so far under its mean power say nothing, as a share of it. */
const LEAST_SHARE = 0.02;
/** The direct sound lies within 2 ms of delay 0, the echo within 1 ms of its peak, samples. */
const DIRECT_REACH = 32;
const ECHO_REACH = 16;
/** An echo stands so far above what the response usually holds at such delays, and is not softer than this re the voice, dB. */
const ABOVE_USUAL_DB = 14;
const LEAST_LEVEL_DB = -36;
/** And it sounds on in the pauses, with so much of its strength: a packet played twice, and a talker who says a thing twice, do not. */
const LEAST_IN_PAUSES = 0.5;

/**
 * The voice heard again 50–500 ms after itself: 1 / (1 + e^(−(level + 16 dB)/3 dB)), where the level of the second voice is against the first; 0 when there is none.
 * Read off the impulse response from the reference to the recording (cross-spectra over power spectra, summed over stretches of half a second): noise and
 * codecs blur that, but move no peak. Parts: `echoLevel` in dB and `echoDelay` in ms.
 */
export function echo({ frontEnd }: ScoringContext): Score {
  if (frontEnd.activeFrames === 0) return noScore('no speech to look at');
  const found = findEcho(frontEnd);
  const none = notApplicable('the voice is heard once');
  return {
    measurement: measured(found === null ? 0 : logistic(found.levelDb, CENTRE_DB, WIDTH_DB), 'score'),
    parts: {
      echoLevel: found === null ? none : measured(found.levelDb, 'dB'),
      echoDelay: found === null ? none : measured(found.delayMs, 'ms'),
    },
    dominant: null,
  };
}

function findEcho(frontEnd: FrontEnd): { levelDb: number; delayMs: number } | null {
  const response = impulseResponse(frontEnd.warped, frontEnd.degraded);
  if (response === null) return null;
  const energies = response.map((x) => x * x);
  const around = (at: number, reach: number): number => {
    let sum = 0;
    for (let i = at - reach; i <= at + reach; i++) sum += energies[(i + energies.length) % energies.length] as number;
    return sum;
  };
  const direct = around(0, DIRECT_REACH);
  if (direct <= 0) return null;
  const first = Math.round((SHORTEST_MS * FRONT_END_RATE_HZ) / 1000);
  const last = Math.round((LONGEST_MS * FRONT_END_RATE_HZ) / 1000);
  const late = Float64Array.from({ length: last - first + 1 }, (_, i) => around(first + i, ECHO_REACH));
  const peak = late.reduce((most, energy, i) => (energy > (late[most] as number) ? i : most), 0);
  const energy = late[peak] as number;
  const levelDb = 10 * Math.log10(energy / direct);
  if (levelDb < LEAST_LEVEL_DB || energy < median(late) * 10 ** (ABOVE_USUAL_DB / 10)) return null;
  const at = first + peak;
  if (shareInPauses(frontEnd, response.subarray(at - ECHO_REACH, at + ECHO_REACH + 1), at - ECHO_REACH) < LEAST_IN_PAUSES) return null;
  return { levelDb, delayMs: (at * 1000) / FRONT_END_RATE_HZ };
}

/**
 * How much of the echo that the response foretells is there where nothing else sounds: the projection of the recording on it over the pauses of the reference, 1 for
 * all of it. 1 too where no echo is to be expected in any pause.
 * @param taps the response around the echo's delay, the first of them `delay` samples after the voice
 */
function shareInPauses({ warped, degraded, silent }: FrontEnd, taps: Float64Array, delay: number): number {
  let there = 0;
  let foretold = 0;
  for (let t = 0; t < silent.length; t++) {
    if (silent[t] === 0) continue;
    for (let n = t * FRAME_SAMPLES; n < (t + 1) * FRAME_SAMPLES; n++) {
      let echo = 0;
      for (let i = 0; i < taps.length && n - delay - i >= 0; i++) echo += (taps[i] as number) * (warped[n - delay - i] as number);
      there += echo * (degraded[n] as number);
      foretold += echo * echo;
    }
  }
  return foretold > 0 ? there / foretold : 1;
}

/**
 * Least-squares response from the reference to what sounds with it and after it, 16 384 samples (negative delays at the end); null where the reference is silent.
 * Both at the front end's rate, on one time axis.
 */
function impulseResponse(reference: Float64Array, recording: Float64Array): Float64Array | null {
  const pattern = createFft(FFT_SIZE);
  const stretch = createFft(FFT_SIZE);
  const cross = new Float64Array(FFT_SIZE + 2);
  const power = new Float64Array(FFT_SIZE / 2 + 1);
  for (let start = 0; start < reference.length; start += STRETCH) {
    pattern.input.fill(0);
    stretch.input.fill(0);
    pattern.input.set(reference.subarray(start, start + STRETCH), LEAD);
    const from = Math.max(0, LEAD - start);
    stretch.input.set(recording.subarray(Math.max(0, start - LEAD), start - LEAD + FFT_SIZE), from);
    const x = pattern.forward();
    const y = stretch.forward();
    for (let k = 0; k < power.length; k++) {
      const xr = x[2 * k] as number;
      const xi = x[2 * k + 1] as number;
      const yr = y[2 * k] as number;
      const yi = y[2 * k + 1] as number;
      cross[2 * k] = (cross[2 * k] as number) + xr * yr + xi * yi;
      cross[2 * k + 1] = (cross[2 * k + 1] as number) + xr * yi - xi * yr;
      power[k] = (power[k] as number) + xr * xr + xi * xi;
    }
  }
  const least = (LEAST_SHARE * power.reduce((sum, value) => sum + value, 0)) / power.length;
  if (least <= 0) return null;
  for (let k = 0; k < power.length; k++) {
    const divisor = (power[k] as number) + least;
    stretch.spectrum[2 * k] = (cross[2 * k] as number) / divisor;
    stretch.spectrum[2 * k + 1] = (cross[2 * k + 1] as number) / divisor;
  }
  return stretch.inverse().slice();
}
