import { measured, measuredValue } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** Samples this near the largest one may be clipped, if they come in runs of three. */
const NEAR_PEAK = 0.985;
const LEAST_RUN = 3;
/** A sound clipped at its source may arrive softer: then its samples pile up at the peak, this many times as many as just below. */
const LOUD_PEAK = 0.5;
const PILE_UP = 6;
const BELOW_PEAK: readonly [number, number] = [0.955, 0.97];
/** Clipped share that gives a score of 1 − 1/e: 15 in 1000. */
const SCALE = 0.015;

/** Flat tops: share of samples clipped, beyond what the reference already has. Part `clippedRatio`. Needs no alignment. */
export function clipping({ frontEnd }: ScoringContext): Score {
  const { reference, recording } = frontEnd.input;
  const own = clippedShare(recording.samples);
  if (own === null) return noScore('the recording is silent');
  const ratio = Math.max(0, own - (clippedShare(reference.samples) ?? 0));
  return {
    measurement: measured(1 - Math.exp(-ratio / SCALE), 'score'),
    parts: { clippedRatio: measured(ratio, 'ratio') },
    dominant: null,
  };
}

/** The share of clipped samples behind a clipping score, 0–1; 0 where it could not be measured. */
export function clippedRatioOf(score: Score): number {
  return measuredValue(score.parts['clippedRatio']) ?? 0;
}

/** Share of samples in runs of at least three near the peak; null for digital silence. */
export function clippedShare(samples: Float32Array): number | null {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] as number));
  if (peak === 0) return null;
  let atPeak = 0;
  let below = 0;
  let inRuns = 0;
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
    if (run >= LEAST_RUN) inRuns += run;
    run = size > NEAR_PEAK ? 1 : 0;
    side = Math.sign(x);
  }
  const clipped = peak > LOUD_PEAK || atPeak > PILE_UP * below;
  return clipped ? inRuns / samples.length : 0;
}
