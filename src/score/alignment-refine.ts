import { createFft } from '../dsp/fft.ts';
import { prefixEnergies } from '../dsp/statistics.ts';
import type { Anchor } from './alignment-anchors.ts';
import { likeliestAnchors } from './alignment-anchors.ts';

/** Waveforms are compared every 20 ms over 98 ms, within 15 ms of the coarse delay: together just under one transform. Samples at 16 kHz. */
const ANCHOR_HOP = 320;
const WINDOW = 1_568;
const REACH = 240;
const FFT_SIZE = 2_048;
/** Windows with less energy than this (an RMS of −86 dBov or so) hold nothing to compare. */
const LEAST_ENERGY: number = WINDOW * 2.5e-9;
/** Peaks of the correlation that far below its best are candidates still; so many are kept. */
const CANDIDATE_RANGE = 0.4;
const CANDIDATES = 6;

/**
 * Delay by waveform at every 20 ms where both sounds have energy: peaks of the normalised correlation near the coarse delay, their
 * places refined by a parabola, the likeliest course through them.
 * @param reference,recording band-limited to 150 – 3000 Hz, where codecs keep the waveform
 * @param coarse delay in samples near a sample of the recording
 */
export function waveformAnchors(reference: Float64Array, recording: Float64Array, coarse: (sample: number) => number): Anchor[] {
  const correlate = correlator(reference, recording);
  const ncc = new Float64Array(2 * REACH + 1);
  const candidates: Anchor[][] = [];
  for (let at = ANCHOR_HOP / 2; at < recording.length; at += ANCHOR_HOP) {
    const own = at - WINDOW / 2;
    // Lags run over reference positions: a later position means a smaller delay.
    const start = own - Math.round(coarse(at)) - REACH;
    if (!correlate(own, start, ncc)) continue;
    candidates.push(peaks(ncc).map(({ place, value }) => ({ at, delay: own - start - place, correlation: value })));
  }
  return likeliestAnchors(candidates);
}

/** Fills `ncc` with the correlation of the recording from `own` and the reference from `start` on, every sample later; false when either is silent. */
function correlator(reference: Float64Array, recording: Float64Array): (own: number, start: number, ncc: Float64Array) => boolean {
  const pattern = createFft(FFT_SIZE);
  const stretch = createFft(FFT_SIZE);
  const energies = prefixEnergies(reference);
  const ownEnergies = prefixEnergies(recording);
  return (own, start, ncc) => {
    const ownEnergy = between(ownEnergies, own, own + WINDOW);
    if (ownEnergy < LEAST_ENERGY || between(energies, start, start + WINDOW + 2 * REACH) < LEAST_ENERGY) return false;
    fill(pattern.input, recording, own, WINDOW);
    fill(stretch.input, reference, start, WINDOW + 2 * REACH);
    const x = pattern.forward();
    const y = stretch.forward();
    for (let k = 0; k < x.length; k += 2) {
      const [xr, xi, yr, yi] = [x[k] as number, x[k + 1] as number, y[k] as number, y[k + 1] as number];
      y[k] = xr * yr + xi * yi;
      y[k + 1] = xr * yi - xi * yr;
    }
    const products = stretch.inverse();
    for (let shift = 0; shift < ncc.length; shift++) {
      const energy = between(energies, start + shift, start + shift + WINDOW);
      ncc[shift] = energy > LEAST_ENERGY ? (products[shift] as number) / Math.sqrt(ownEnergy * energy) : 0;
    }
    return true;
  };
}

/** Difference of two prefix sums, their ends held. */
function between(sums: Float64Array, from: number, to: number): number {
  const last = sums.length - 1;
  return (sums[Math.max(0, Math.min(last, to))] as number) - (sums[Math.max(0, Math.min(last, from))] as number);
}

function fill(input: Float64Array, samples: Float64Array, start: number, count: number): void {
  input.fill(0);
  const from = Math.max(0, -start);
  const to = Math.min(count, samples.length - start);
  for (let i = from; i < to; i++) input[i] = samples[start + i] as number;
}

/** The highest local maxima, highest first, each at the vertex of the parabola through it and its neighbours. Always at least one. */
function peaks(ncc: Float64Array): { place: number; value: number }[] {
  const found: { place: number; value: number }[] = [];
  const last = ncc.length - 1;
  for (let i = 0; i <= last; i++) {
    const value = ncc[i] as number;
    const left = ncc[i - 1] ?? value;
    const right = ncc[i + 1] ?? value;
    if (value < left || value < right) continue;
    found.push({ place: i === 0 || i === last ? i : i + parabolaPeak(left, value, right), value });
  }
  found.sort((a, b) => b.value - a.value);
  const best = found[0]?.value ?? 0;
  return found.filter(({ value }, i) => i < CANDIDATES && value >= best - CANDIDATE_RANGE);
}

/** Offset of the vertex of the parabola through three neighbours, −0.5 … 0.5. */
function parabolaPeak(left: number, middle: number, right: number): number {
  const curve = left - 2 * middle + right;
  return curve < 0 ? Math.max(-0.5, Math.min(0.5, (left - right) / (2 * curve))) : 0;
}
