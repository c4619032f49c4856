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

/** What is compared of one of the two sounds. */
export interface AnchorSide {
  readonly samples: Float64Array;
  readonly energies: Float64Array;
}

/** Makes one of the two sounds ready. @param samples band-limited to 150 – 3000 Hz, where codecs keep the waveform */
export function anchorSide(samples: Float64Array): AnchorSide {
  return { samples, energies: prefixEnergies(samples) };
}

/** Peaks of the correlation around one place of the recording, the stretch of the reference beginning at `start`; none where either is silent. */
interface Looked {
  readonly start: number;
  readonly candidates: readonly Anchor[];
}

/**
 * Makes a function that finds the delay by waveform at every 20 ms where both sounds have energy: peaks of the normalised correlation near
 * the coarse delay, their places refined by a parabola, the likeliest course through them. Where two coarse tracks agree, it looks once.
 * The function's argument is the coarse delay in samples near a sample of the recording.
 * @param delay of the whole, samples: the places looked at follow it, so that they are the same places of the speech whatever it is
 */
export function anchorSearch(reference: AnchorSide, recording: AnchorSide, delay = 0): (coarse: (sample: number) => number) => Anchor[] {
  const correlate = correlator(reference, recording);
  const ncc = new Float64Array(2 * REACH + 1);
  const known: Looked[] = [];
  const first = (((ANCHOR_HOP / 2 + delay) % ANCHOR_HOP) + ANCHOR_HOP) % ANCHOR_HOP;
  const look = (at: number, own: number, start: number): Looked => {
    const candidates = correlate(own, start, ncc)
      ? peaks(ncc).map(({ place, value }) => ({ at, delay: own - start - place, correlation: value }))
      : [];
    return { start, candidates };
  };
  return (coarse) => {
    const found: (readonly Anchor[])[] = [];
    for (let i = 0, at = first; at < recording.samples.length; i++, at += ANCHOR_HOP) {
      const own = at - WINDOW / 2;
      // Lags run over reference positions: a later position means a smaller delay.
      const start = own - Math.round(coarse(at)) - REACH;
      const before = known[i];
      const looked = before?.start === start ? before : look(at, own, start);
      known[i] = looked;
      if (looked.candidates.length > 0) found.push(looked.candidates);
    }
    return likeliestAnchors(found);
  };
}

/** Fills `ncc` with the correlation of the recording from `own` and the reference from `start` on, every sample later; false when either is silent. */
function correlator(reference: AnchorSide, recording: AnchorSide): (own: number, start: number, ncc: Float64Array) => boolean {
  const pattern = createFft(FFT_SIZE);
  const stretch = createFft(FFT_SIZE);
  const { energies } = reference;
  return (own, start, ncc) => {
    const ownEnergy = between(recording.energies, own, own + WINDOW);
    if (ownEnergy < LEAST_ENERGY || between(energies, start, start + WINDOW + 2 * REACH) < LEAST_ENERGY) return false;
    fill(pattern.input, recording.samples, own, WINDOW);
    fill(stretch.input, reference.samples, start, WINDOW + 2 * REACH);
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
  const from = Math.min(count, Math.max(0, -start));
  const to = Math.max(from, Math.min(count, samples.length - start));
  input.fill(0, 0, from);
  for (let i = from; i < to; i++) input[i] = samples[start + i] as number;
  input.fill(0, to);
}

/** The highest local maxima, highest first, each at the vertex of the parabola through it and its neighbours. Always at least one. */
function peaks(ncc: Float64Array): { place: number; value: number }[] {
  const last = ncc.length - 1;
  let best = -Infinity;
  for (let i = 0; i <= last; i++) if ((ncc[i] as number) > best) best = ncc[i] as number;
  const found: { place: number; value: number }[] = [];
  for (let i = 0; i <= last; i++) {
    const value = ncc[i] as number;
    if (value < best - CANDIDATE_RANGE) continue;
    const left = i > 0 ? (ncc[i - 1] as number) : value;
    const right = i < last ? (ncc[i + 1] as number) : value;
    if (value < left || value < right) continue;
    found.push({ place: i === 0 || i === last ? i : i + parabolaPeak(left, value, right), value });
  }
  return found.sort((a, b) => b.value - a.value).slice(0, CANDIDATES);
}

/** Offset of the vertex of the parabola through three neighbours, −0.5 … 0.5. */
function parabolaPeak(left: number, middle: number, right: number): number {
  const curve = left - 2 * middle + right;
  return curve < 0 ? Math.max(-0.5, Math.min(0.5, (left - right) / (2 * curve))) : 0;
}
