import { createFft } from '../dsp/fft.ts';
import { prefixEnergies } from '../dsp/statistics.ts';

/** Waveforms are compared every 40 ms over 225 ms, within 15 ms of the coarse delay: together just under one transform. Samples at 16 kHz. */
const ANCHOR_HOP = 640;
const WINDOW = 3_600;
const REACH = 240;
const FFT_SIZE = 4_096;
/** A correlation above this fixes the delay. */
const ACCEPTED = 0.55;

/**
 * The delay stays where it was, within 0.25 ms, as long as the correlation there is no further than this below the best: voices resemble
 * themselves a pitch period away.
 */
const HOLD_MARGIN = 0.1;
const HOLD_REACH = 4;

/** A place where the delay was sought by waveform. */
export interface Anchor {
  /** Sample of the recording the window is centred on. */
  readonly at: number;
  /** Delay in samples, with a fraction. */
  readonly delay: number;
  /** Normalised correlation at that delay, −1 … 1. */
  readonly correlation: number;
}

/**
 * Delay by waveform at every 40 ms where both sounds have energy: the peak of the normalised correlation near the coarse delay, its
 * place refined by a parabola.
 * @param reference,recording band-limited to 150 – 3000 Hz, where codecs keep the waveform
 * @param coarse delay in samples near a sample of the recording
 */
export function waveformAnchors(reference: Float64Array, recording: Float64Array, coarse: (sample: number) => number): Anchor[] {
  const pattern = createFft(FFT_SIZE);
  const stretch = createFft(FFT_SIZE);
  const energies = prefixEnergies(reference);
  const ownEnergies = prefixEnergies(recording);
  const between = (sums: Float64Array, from: number, to: number): number =>
    (sums[Math.max(0, Math.min(sums.length - 1, to))] as number) - (sums[Math.max(0, Math.min(sums.length - 1, from))] as number);
  const anchors: Anchor[] = [];
  let previous: number | null = null;
  for (let at = ANCHOR_HOP / 2; at < recording.length; at += ANCHOR_HOP) {
    const own = at - WINDOW / 2;
    // Lags run over reference positions: a later position means a smaller delay.
    const start = own - Math.round(coarse(at)) - REACH;
    const ownEnergy = between(ownEnergies, own, own + WINDOW);
    if (ownEnergy < LEAST_ENERGY || between(energies, start, start + WINDOW + 2 * REACH) < LEAST_ENERGY) continue;
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
    const ncc = (shift: number): number => {
      const energy = ownEnergy * between(energies, start + shift, start + shift + WINDOW);
      return energy > LEAST_ENERGY * LEAST_ENERGY ? (products[shift] as number) / Math.sqrt(energy) : 0;
    };
    let best = 0;
    let bestValue = -Infinity;
    for (let shift = 0; shift <= 2 * REACH; shift++) {
      const value = ncc(shift);
      if (value <= bestValue) continue;
      bestValue = value;
      best = shift;
    }
    const kept = held(ncc, previous === null ? null : Math.round(own - start - previous), bestValue - HOLD_MARGIN);
    if (kept !== null) {
      best = kept;
      bestValue = ncc(kept);
    }
    const place = best > 0 && best < 2 * REACH ? best + parabolaPeak(ncc(best - 1), bestValue, ncc(best + 1)) : best;
    const delay = own - start - place;
    anchors.push({ at, delay, correlation: bestValue });
    if (bestValue > ACCEPTED) previous = delay;
  }
  return anchors;
}

/** Windows with less than this (an RMS of −86 dBov or so) hold nothing to compare. */
const LEAST_ENERGY: number = WINDOW * 2.5e-9;

/** The peak within HOLD_REACH of where the delay was last, when it is worth `least`; else null. */
function held(ncc: (shift: number) => number, last: number | null, least: number): number | null {
  if (last === null) return null;
  let best: number | null = null;
  for (let shift = Math.max(0, last - HOLD_REACH); shift <= Math.min(2 * REACH, last + HOLD_REACH); shift++) {
    if (ncc(shift) >= Math.max(least, best === null ? least : ncc(best))) best = shift;
  }
  return best;
}

function fill(input: Float64Array, samples: Float64Array, start: number, count: number): void {
  input.fill(0);
  const from = Math.max(0, -start);
  const to = Math.min(count, samples.length - start);
  for (let i = from; i < to; i++) input[i] = samples[start + i] as number;
}

/** Offset of the vertex of the parabola through three neighbours, −0.5 … 0.5. */
function parabolaPeak(left: number, middle: number, right: number): number {
  const curve = left - 2 * middle + right;
  return curve < 0 ? Math.max(-0.5, Math.min(0.5, (left - right) / (2 * curve))) : 0;
}

/** The anchors that fix the delay: correlated enough, and each the median of itself and its neighbours so that a lone slip is outvoted. */
export function acceptedAnchors(anchors: readonly Anchor[]): Anchor[] {
  const accepted = anchors.filter((anchor) => anchor.correlation > ACCEPTED);
  return accepted.map((anchor, i) => {
    const before = accepted[i - 1];
    const after = accepted[i + 1];
    if (before === undefined || after === undefined) return anchor;
    const [, middle] = [before.delay, anchor.delay, after.delay].sort((a, b) => a - b);
    return { ...anchor, delay: middle as number };
  });
}
