import { createFft, nextPowerOfTwo } from '../../dsp/fft.ts';
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
/** What a change of delay costs, in wholly dissimilar windows; and so many steps of the grid (0.125 ms) are drift and go free. */
const CHANGE_COST = 0.15;
const FREE = 1;
/** Room on either side of a row of delays, so that no neighbour lies outside it. */
const EDGE: number = 2 * FREE;
/** A window and all delays it is laid over fit one transform. */
const FFT_SIZE: number = nextPowerOfTwo(WINDOW + 2 * REACH);
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
  const energies = prefixEnergies(reference);
  const ownEnergies = prefixEnergies(recording);
  const base = new Int32Array(blocks);
  const cameFrom = new Int16Array(blocks * lags);
  const spoken = new Uint8Array(blocks);
  const kept = new Float32Array(blocks * lags);
  const match = new Float64Array(lags);
  const correlate = createCorrelations(recording, reference);
  // Delays that are not looked at lie on either side of the row, and are never the cheapest.
  let costs = new Float64Array(lags + 2 * EDGE).fill(Infinity);
  let next = new Float64Array(lags + 2 * EDGE).fill(Infinity);
  costs.fill(0, EDGE, EDGE + lags);
  for (let b = 0; b < blocks; b++) {
    const start = b * HOP;
    const frame = Math.min(frontEnd.frames - 1, Math.floor(((start + WINDOW / 2) * DECIMATION) / FRAME_SAMPLES));
    base[b] = Math.round((frontEnd.delay.samples[frame] as number) / DECIMATION);
    const ownEnergy = between(ownEnergies, start, start + WINDOW);
    const speaks = frontEnd.active[frame] === 1 && ownEnergy > LEAST_POWER * WINDOW;
    spoken[b] = speaks ? 1 : 0;
    if (speaks) correlate(start, start - (base[b] as number) - REACH, ownEnergy, energies, match);
    const moved = b > 0 ? (base[b] as number) - (base[b - 1] as number) : 0;
    const cheapest = smallest(costs) - EDGE;
    const changed = (costs[cheapest + EDGE] as number) + CHANGE_COST;
    for (let s = 0; s < lags; s++) {
      // The same delay as before stands `moved` places further on in the last block's row.
      let best = changed;
      let from = cheapest;
      const same = s + moved;
      if (same >= -FREE && same < lags + FREE) {
        for (let p = same - FREE; p <= same + FREE; p++) {
          const cost = costs[p + EDGE] as number;
          if (cost >= best) continue;
          best = cost;
          from = p;
        }
      }
      if (b === 0) best = 0;
      // State s is delay base + REACH − s … so that a later place in the reference means a smaller delay.
      const alike = speaks ? (match[lags - 1 - s] as number) : 0;
      next[s + EDGE] = best + (speaks ? 1 - Math.max(0, alike) : 0);
      cameFrom[b * lags + s] = from;
      kept[b * lags + s] = alike;
    }
    [costs, next] = [next, costs];
  }
  const { delays, matches } = traced(smallest(costs) - EDGE, cameFrom, base, lags, kept);
  return stepsAlong(delays, spoken, matches);
}

/** Fills `out` with the correlations of the recording's window at `start` with the reference's windows from `from` on, one a sample. */
type Correlate = (start: number, from: number, ownEnergy: number, energies: Float64Array, out: Float64Array) => void;

/** Makes a function that correlates, normalised by the energies of both windows; 0 where the reference has no window or a silent one. */
function createCorrelations(recording: Float64Array, reference: Float64Array): Correlate {
  const pattern = createFft(FFT_SIZE);
  const stretch = createFft(FFT_SIZE);
  return (start, from, ownEnergy, energies, out) => {
    pattern.input.set(recording.subarray(start, start + WINDOW));
    const end = Math.min(out.length + WINDOW - 1, reference.length - from);
    for (let i = 0; i < end; i++) stretch.input[i] = from + i < 0 ? 0 : (reference[from + i] as number);
    stretch.input.fill(0, Math.max(0, end));
    const x = pattern.forward();
    const y = stretch.forward();
    for (let k = 0; k < x.length; k += 2) {
      const xr = x[k] as number;
      const xi = x[k + 1] as number;
      const yr = y[k] as number;
      const yi = y[k + 1] as number;
      y[k] = xr * yr + xi * yi;
      y[k + 1] = xr * yi - xi * yr;
    }
    const products = stretch.inverse();
    for (let i = 0; i < out.length; i++) {
      const at = from + i;
      const energy = between(energies, at, at + WINDOW);
      const told = at >= 0 && at + WINDOW <= reference.length && energy >= 1e-3 * ownEnergy;
      out[i] = told ? (products[i] as number) / Math.sqrt(ownEnergy * energy) : 0;
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
  const out = new Float64Array(Math.floor(band.length / DECIMATION));
  for (let i = 0; i < out.length; i++) out[i] = band[i * DECIMATION] as number;
  return out;
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
