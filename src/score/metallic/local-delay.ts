import { createFft } from '../../dsp/fft.ts';
import { butterworthBandPass, filterSections } from '../../dsp/filters.ts';
import { prefixEnergies } from '../../dsp/statistics.ts';
import { FRAME_SAMPLES, FRONT_END_RATE_HZ, type FrontEnd } from '../front-end.ts';

/** Low harmonics tell one pitch cycle from the next and survive codecs; a quarter of the rate holds them. */
const BAND_HZ: readonly [number, number] = [150, 2_500];
const DECIMATION = 2;
const RATE_HZ: number = FRONT_END_RATE_HZ / DECIMATION;
/** Windows of 20 ms, about two pitch cycles of a man, every 10 ms; delays within 16 ms of the track's. */
const WINDOW: number = 0.02 * RATE_HZ;
const HOP: number = 0.01 * RATE_HZ;
const REACH: number = 0.016 * RATE_HZ;
/** A window and all places it is looked for at go into one transform. */
const FFT_SIZE = 512;
/** A stretch of the reference with less than this share of the window's energy explains nothing. */
const LEAST_SHARE = 1e-3;
/** What a change of delay costs, in wholly dissimilar windows; and so many steps of the grid (0.125 ms) are drift and go free. */
const CHANGE_COST = 0.15;
const FREE = 1;
/** A window with less power than this holds nothing to compare. */
const LEAST_POWER = 1e-7;
/** A delay must hold for so many windows (30 ms): a stretching receiver leaves longer between two changes, a repeated packet does not. */
const HELD = 3;
/** Changes from 1.5 ms on count: shorter is no pitch cycle. */
const LEAST_STEP: number = 0.0015 * RATE_HZ;

/** Before and after a change the waveforms must agree this well, in one of so many windows (40 ms): else neither delay is known. */
const MATCHED = 0.9;
const MATCH_REACH = 4;

/** A change of delay inside speech. */
export interface LocalStep {
  /** On the recording's time axis. */
  readonly seconds: number;
  /** Change of delay, ms; positive when sound was inserted. */
  readonly ms: number;
}

/**
 * Changes of delay that the track is too slow for: pitch cycles taken out or put in every few hundredths of a second. The likeliest course of
 * the delay by waveform over windows of 20 ms (Viterbi), a fixed price for every change.
 */
export function localSteps(frontEnd: FrontEnd): LocalStep[] {
  const reference = decimated(frontEnd.reference);
  const recording = decimated(frontEnd.degraded);
  const lags = 2 * REACH + 1;
  const blocks = Math.max(0, Math.floor((recording.length - WINDOW) / HOP) + 1);
  const correlate = correlator(recording, reference);
  const ownEnergies = prefixEnergies(recording);
  const base = new Int32Array(blocks);
  const cameFrom = new Int16Array(blocks * lags);
  const spoken = new Uint8Array(blocks);
  const kept = new Float32Array(blocks * lags);
  const match = new Float64Array(lags);
  let costs = new Float64Array(lags);
  let next = new Float64Array(lags);
  for (let b = 0; b < blocks; b++) {
    const start = b * HOP;
    const frame = Math.min(frontEnd.frames - 1, Math.floor(((start + WINDOW / 2) * DECIMATION) / FRAME_SAMPLES));
    base[b] = Math.round((frontEnd.delay.samples[frame] as number) / DECIMATION);
    const ownEnergy = between(ownEnergies, start, start + WINDOW);
    const speaks = frontEnd.active[frame] === 1 && ownEnergy > LEAST_POWER * WINDOW;
    spoken[b] = speaks ? 1 : 0;
    if (speaks) correlate(start, start - (base[b] as number) - REACH, match);
    const moved = b > 0 ? (base[b] as number) - (base[b - 1] as number) : 0;
    const cheapest = smallest(costs);
    for (let s = 0; s < lags; s++) {
      // The same delay as before stands `moved` places further on in the last block's row.
      let best = (costs[cheapest] as number) + CHANGE_COST;
      let from = cheapest;
      for (let p = s + moved - FREE; p <= s + moved + FREE; p++) {
        const cost = costs[p];
        if (cost === undefined || cost >= best) continue;
        best = cost;
        from = p;
      }
      if (b === 0) best = 0;
      // State s is delay base + REACH − s … so that a later place in the reference means a smaller delay.
      next[s] = best + (speaks ? 1 - Math.max(0, match[lags - 1 - s] as number) : 0);
      cameFrom[b * lags + s] = from;
      kept[b * lags + s] = speaks ? (match[lags - 1 - s] as number) : 0;
    }
    [costs, next] = [next, costs];
  }
  const { delays, matches } = traced(smallest(costs), cameFrom, base, lags, kept);
  return stepsAlong(delays, spoken, matches);
}

/** Fills `out` with the normalised correlations of the recording's window at `start` and the reference's windows from `from` on, one a sample. */
type Correlate = (start: number, from: number, out: Float64Array) => void;

function correlator(recording: Float64Array, reference: Float64Array): Correlate {
  const pattern = createFft(FFT_SIZE);
  const stretch = createFft(FFT_SIZE);
  const energies = prefixEnergies(reference);
  return (start, from, out) => {
    pattern.input.fill(0);
    stretch.input.fill(0);
    let ownEnergy = 0;
    for (let i = 0; i < WINDOW; i++) {
      const x = recording[start + i] as number;
      pattern.input[i] = x;
      ownEnergy += x * x;
    }
    const last = Math.min(WINDOW + out.length - 1, reference.length - from);
    for (let i = Math.max(0, -from); i < last; i++) stretch.input[i] = reference[from + i] as number;
    const x = pattern.forward();
    const y = stretch.forward();
    for (let k = 0; k < x.length; k += 2) {
      const [xr, xi, yr, yi] = [x[k] as number, x[k + 1] as number, y[k] as number, y[k + 1] as number];
      y[k] = xr * yr + xi * yi;
      y[k + 1] = xr * yi - xi * yr;
    }
    const products = stretch.inverse();
    for (let i = 0; i < out.length; i++) {
      const energy = between(energies, from + i, from + i + WINDOW);
      out[i] = energy > LEAST_SHARE * ownEnergy ? (products[i] as number) / Math.sqrt(ownEnergy * energy) : 0;
    }
  };
}

function traced(
  last: number,
  cameFrom: Int16Array,
  base: Int32Array,
  lags: number,
  kept: Float32Array,
): { delays: Int32Array; matches: Float64Array } {
  const delays = new Int32Array(base.length);
  const matches = new Float64Array(base.length);
  let s = last;
  for (let b = base.length - 1; b >= 0; b--) {
    delays[b] = (base[b] as number) - REACH + s;
    matches[b] = kept[b * lags + s] as number;
    s = cameFrom[b * lags + s] as number;
  }
  return { delays, matches };
}

/** Changes from one delay that holds to the next within speech; what happens while nobody speaks is harmless. */
function stepsAlong(delays: Int32Array, spoken: Uint8Array, matches: Float64Array): LocalStep[] {
  const best = (from: number, to: number): number => matches.subarray(Math.max(0, from), to).reduce((most, v) => Math.max(most, v), 0);
  const steps: LocalStep[] = [];
  let held: number | null = null;
  for (let from = 0; from < delays.length; ) {
    let to = from + 1;
    while (to < delays.length && spoken[to] === spoken[from] && Math.abs((delays[to] as number) - (delays[to - 1] as number)) < LEAST_STEP)
      to++;
    if (spoken[from] === 0) held = null;
    else if (to - from >= HELD) {
      const change = held === null ? 0 : (delays[from] as number) - held;
      const sure = best(from - MATCH_REACH, from) >= MATCHED && best(from, from + MATCH_REACH) >= MATCHED;
      if (Math.abs(change) >= LEAST_STEP && sure) steps.push({ seconds: (from * HOP) / RATE_HZ, ms: (change / RATE_HZ) * 1000 });
      held = delays[to - 1] as number;
    }
    from = to;
  }
  return steps;
}

function decimated(samples: Float64Array): Float64Array {
  const band = filterSections(samples, butterworthBandPass(4, BAND_HZ[0], BAND_HZ[1], FRONT_END_RATE_HZ));
  return Float64Array.from({ length: Math.floor(band.length / DECIMATION) }, (_, i) => band[i * DECIMATION] as number);
}

function smallest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) < (values[best] as number)) best = i;
  return best;
}

/** Difference of two prefix sums, their ends held. */
function between(sums: Float64Array, from: number, to: number): number {
  const last = sums.length - 1;
  return (sums[Math.max(0, Math.min(last, to))] as number) - (sums[Math.max(0, Math.min(last, from))] as number);
}
