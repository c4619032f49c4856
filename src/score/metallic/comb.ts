import { measured, notApplicable } from '../../core/measurement.ts';
import { createFft } from '../../dsp/fft.ts';
import { clamp, createRunningMedian, median, type RunningMedian } from '../../dsp/statistics.ts';
import { hannSymmetric } from '../../dsp/windows.ts';
import type { FrontEnd, FrontEndSpectra } from '../front-end.ts';
import { createTally, type FrameTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** Blocks of 400 ms every 200 ms, that is of two steps, with at least 150 ms of speech in them. */
const BLOCK_FRAMES = 40;
const BLOCK_STEP = 20;
const LEAST_ACTIVE = 15;
/** Bins that count: so far above the noise, and so far under the loudest of the reference, dB. */
const ABOVE_NOISE_DB = 8;
const RANGE_DB = 50;
/** The slow part of the response is taken off by a median of 101 bins (1.6 kHz), the rest limited to ±12 dB. */
const TREND_RADIUS = 50;
const MOST_DB = 12;
const FFT_SIZE = 2048;
/** One step of the transform of a response with bins of 15.625 Hz, ms, and the echo delays looked for. */
const QUEFRENCY_MS = 1000 / (15.625 * FFT_SIZE);
const SHORTEST_MS = 0.7;
const LONGEST_MS = 12;
/** A ripple must be 4 times the usual one to count, and 0.4 dB high; counted up to 20 times and 3 dB. */
const LEAST_RATIO = 4;
const MOST_RATIO = 20;
const RATIO_FLOOR_DB = 0.05;
const LEAST_RIPPLE_DB = 0.4;
const MOST_RIPPLE_DB = 3;

/**
 * Regular notches in the response from reference to recording: the sound mixed with itself 0.7 to 12 ms later (two captures, a flanger).
 * Features: `combRipple`, weighted height of the ripple in dB; `combDelay`, the delay that makes it.
 */
export function comb(frontEnd: FrontEnd): SubScore {
  const spectra = frontEnd.spectra();
  const { firstBin, lastBin } = spectra;
  const count = lastBin - firstBin + 1;
  const ripple = createRippleMeter(count);
  const response = new Float64Array(count);
  const sum = new Float64Array(count);
  const weights = new Float64Array(count);
  const found: number[] = [];
  const blocks: Block[] = [];
  const trends = createRunningMedian(TREND_RADIUS);
  let half = sumsOf(frontEnd, spectra, 0, count);
  for (let from = 0; from + BLOCK_FRAMES <= frontEnd.frames; from += BLOCK_STEP) {
    const before = half;
    half = sumsOf(frontEnd, spectra, from + BLOCK_STEP, count);
    if (!blockResponse(frontEnd, spectra, before, half, response, trends)) continue;
    for (let i = 0; i < count; i++) {
      if ((response[i] as number) === 0) continue;
      sum[i] = (sum[i] as number) + (response[i] as number);
      weights[i] = (weights[i] as number) + 1;
    }
    const here = { from, ...ripple(response) };
    found.push(here.weight);
    blocks.push(here);
  }
  if (found.length === 0) return nothingToMeasure({ combRipple: notApplicable('no block of speech long enough') });
  for (let i = 0; i < count; i++) sum[i] = (weights[i] as number) > 0 ? (sum[i] as number) / (weights[i] as number) : 0;
  const longTerm = ripple(sum);
  const feature = Math.max(median(found), longTerm.weight / 2);
  return {
    strength: strengthOf('combRipple', feature),
    times: timesOf('combRipple', feature),
    features: { combRipple: measured(feature, 'dB'), combDelay: measured(longTerm.quefrencyMs, 'ms') },
    tallies: [rippleOverTime(blocks, frontEnd.frames)],
  };
}

interface Block {
  readonly from: number;
  readonly weight: number;
  readonly quefrencyMs: number;
}

/** Block by block, one of great weight is not to speak for its neighbours, dB; ripples of two blocks are one when their delays are so near, ms. */
const MOST_LOCAL_DB = 6;
const SAME_DELAY_MS = 0.1;

/** The ripple of each block that shares its delay with a block beside it: one alone may be a chance. */
function rippleOverTime(blocks: readonly Block[], frames: number): FrameTally {
  const tally = createTally(frames, 'combRipple');
  for (const [i, { from, weight, quefrencyMs }] of blocks.entries()) {
    const alike = [blocks[i - 1], blocks[i + 1]].some(
      (beside) => beside !== undefined && beside.weight > 0 && Math.abs(beside.quefrencyMs - quefrencyMs) <= SAME_DELAY_MS,
    );
    const middle = from + (BLOCK_FRAMES - BLOCK_STEP) / 2;
    tally.value.fill(alike ? Math.min(weight, MOST_LOCAL_DB) : 0, middle, middle + BLOCK_STEP);
    tally.weight.fill(1, middle, middle + BLOCK_STEP);
  }
  return tally;
}

/** Powers of one step summed over the speech that arrived in it, and how many frames that is. */
interface StepSums {
  readonly own: Float64Array;
  readonly theirs: Float64Array;
  readonly active: number;
}

function sumsOf(frontEnd: FrontEnd, { bins, firstBin }: FrontEndSpectra, from: number, count: number): StepSums {
  const { degraded, reference } = frontEnd.power();
  const own = new Float64Array(count);
  const theirs = new Float64Array(count);
  let active = 0;
  for (let t = from; t < Math.min(frontEnd.frames, from + BLOCK_STEP); t++) {
    if (frontEnd.active[t] === 0 || frontEnd.dropped[t] === 1) continue;
    active++;
    addRow(degraded.power, t * bins + firstBin, own);
    addRow(reference.power, t * bins + firstBin, theirs);
  }
  return { own, theirs, active };
}

function addRow(power: Float32Array, at: number, sums: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (power[at + i] as number);
}

/** Mean-power response of one block, the two steps of it given, dB, without its trend; 0 where it cannot be read. False when the block holds too little speech. */
function blockResponse(
  frontEnd: FrontEnd,
  spectra: FrontEndSpectra,
  first: StepSums,
  second: StepSums,
  out: Float64Array,
  trends: RunningMedian,
): boolean {
  const { noiseDb } = frontEnd.noiseGate();
  const active = first.active + second.active;
  if (active < LEAST_ACTIVE) return false;
  const readable = new Uint8Array(out.length);
  for (let i = 0; i < out.length; i++) {
    const x = 10 * Math.log10(((first.own[i] as number) + (second.own[i] as number)) / active + 1e-12);
    const y = 10 * Math.log10(((first.theirs[i] as number) + (second.theirs[i] as number)) / active + 1e-12);
    out[i] = x - y;
    readable[i] = x > (noiseDb[spectra.firstBin + i] as number) + ABOVE_NOISE_DB && y > spectra.topDb - RANGE_DB ? 1 : 0;
  }
  const trend = new Float64Array(out.length);
  trends(out, 0, out.length, trend, 0);
  for (let i = 0; i < out.length; i++) {
    out[i] = readable[i] === 1 ? clamp((out[i] as number) - (trend[i] as number), -MOST_DB, MOST_DB) : 0;
  }
  return true;
}

/** Makes a function that finds the strongest regular ripple of a response: its weight (dB) and the delay that makes it. */
function createRippleMeter(count: number): (response: Float64Array) => { weight: number; quefrencyMs: number } {
  const window = hannSymmetric(count);
  const fft = createFft(FFT_SIZE);
  const first = Math.ceil(SHORTEST_MS / QUEFRENCY_MS);
  const heights = new Float64Array(Math.floor(LONGEST_MS / QUEFRENCY_MS) - first + 1);
  return (response) => {
    fft.input.fill(0);
    for (let i = 0; i < count; i++) fft.input[i] = (response[i] as number) * (window[i] as number);
    const spectrum = fft.forward();
    let best = 0;
    for (let q = 0; q < heights.length; q++) {
      heights[q] = Math.hypot(spectrum[2 * (first + q)] as number, spectrum[2 * (first + q) + 1] as number) / (count / 2);
      if ((heights[q] as number) > (heights[best] as number)) best = q;
    }
    const height = heights[best] as number;
    const ratio = height / (median(heights) + RATIO_FLOOR_DB);
    const weight = clamp(ratio - LEAST_RATIO, 0, MOST_RATIO) * clamp(height - LEAST_RIPPLE_DB, 0, MOST_RIPPLE_DB);
    return { weight, quefrencyMs: (first + best) * QUEFRENCY_MS };
  };
}
