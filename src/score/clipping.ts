import { measured, measuredValue } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** Clipped samples are counted by frames of 10 ms, as the front end has them. */
const FRAMES_PER_SECOND = 100;
/** Samples this near the largest one may be clipped, if they come in runs of three. */
const NEAR_PEAK = 0.985;
const LEAST_RUN = 3;
/** A sound clipped at its source may arrive softer: then its samples pile up at the peak, this many times as many as just below. */
const LOUD_PEAK = 0.5;
const PILE_UP = 6;
const BELOW_PEAK: readonly [number, number] = [0.955, 0.97];
/** In sound softer than this (66 steps of 16 bits) no step may lie just below the peak, so that nothing can be told: the hiss of dither is not clipped. */
const LEAST_PEAK = 0.002;
/** Clipped share that gives a score of 1 − 1/e: 15 in 1000. */
const SCALE = 0.015;

/** Flat tops: share of samples clipped, beyond what the reference already has. Part `clippedRatio`. Needs no alignment. */
export function clipping({ clipped, frontEnd }: ScoringContext): Score {
  const own = clipped();
  if (own === null) return noScore('the recording is silent');
  const ratio = Math.max(0, shareOf(own, frontEnd.input.recording) - (frontEnd.prepared.clippedShare() ?? 0));
  return {
    measurement: measured(clippingOf(ratio), 'score'),
    parts: { clippedRatio: measured(ratio, 'ratio') },
    dominant: null,
  };
}

/** The share of clipped samples behind a clipping score, 0–1; 0 where it could not be measured. */
export function clippedRatioOf(score: Score): number {
  return measuredValue(score.parts['clippedRatio']) ?? 0;
}

/** Score of a share of clipped samples: 1 − 1/e at 15 in 1000. */
export function clippingOf(ratio: number): number {
  return 1 - Math.exp(-ratio / SCALE);
}

/** Share of samples in runs of at least three near the peak; null for digital silence. */
export function clippedShare(sound: Signal): number | null {
  const perFrame = clippedPerFrame(sound);
  return perFrame === null ? null : shareOf(perFrame, sound);
}

function shareOf(perFrame: Float64Array, { samples }: Signal): number {
  return samples.length === 0 ? 0 : perFrame.reduce((sum, count) => sum + count, 0) / samples.length;
}

/**
 * How many samples of runs of at least three near the peak begin in each 10 ms, at the sound's own rate; zeros where the sound is not clipped, null
 * for digital silence.
 */
export function clippedPerFrame({ samples, sampleRateHz }: Signal): Float64Array | null {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] as number));
  if (peak === 0) return null;
  let atPeak = 0;
  let below = 0;
  const counts = new Float64Array(Math.ceil((samples.length * FRAMES_PER_SECOND) / sampleRateHz));
  let run = 0;
  let side = 0;
  for (let i = 0; i <= samples.length; i++) {
    const x = i < samples.length ? (samples[i] as number) / peak : 0;
    const size = Math.abs(x);
    if (size > NEAR_PEAK) atPeak++;
    else if (size > BELOW_PEAK[0] && size < BELOW_PEAK[1]) below++;
    if (size > NEAR_PEAK && (run === 0 || Math.sign(x) === side)) {
      run++;
      side = Math.sign(x);
      continue;
    }
    if (run >= LEAST_RUN) {
      const frame = Math.floor(((i - run) * FRAMES_PER_SECOND) / sampleRateHz);
      counts[frame] = (counts[frame] as number) + run;
    }
    run = size > NEAR_PEAK ? 1 : 0;
    side = Math.sign(x);
  }
  const clipped = peak > LOUD_PEAK || (peak > LEAST_PEAK && atPeak > PILE_UP * below);
  return clipped ? counts : counts.fill(0);
}
