import type { Impairment } from '../../core/path-profile.ts';
import type { Rng } from '../../core/rng.ts';
import { checkCount, checkMs, MAX_LIST } from '../impairment.ts';

type Empirical = Extract<Impairment, { distribution: 'empirical' }>;

/**
 * Draws delays in milliseconds as they were measured: one of the samples, each as likely, or a point of the quantile function that runs in
 * straight lines through the quantiles. One draw each. Throws a RangeError unless exactly one list is named, quantiles rising and two at least.
 */
export function createEmpiricalDelay({ samplesMs, quantilesMs }: Empirical, rng: Rng): () => number {
  if (samplesMs !== undefined && quantilesMs === undefined) {
    const length = checkCount('the length of samplesMs', samplesMs.length, 1, MAX_LIST);
    for (const sample of samplesMs) checkMs('samplesMs', sample);
    return () => samplesMs[Math.floor(rng.next() * length)] as number;
  }
  if (quantilesMs === undefined || samplesMs !== undefined) throw new RangeError('empirical jitter has either samplesMs or quantilesMs');
  const length = checkCount('the length of quantilesMs', quantilesMs.length, 2, MAX_LIST);
  for (const [index, quantile] of quantilesMs.entries()) {
    if (checkMs('quantilesMs', quantile) < (quantilesMs[index - 1] ?? 0)) throw new RangeError('quantilesMs must rise');
  }
  return () => {
    const place = rng.next() * (length - 1);
    const below = Math.floor(place);
    const from = quantilesMs[below] as number;
    return from + (place - below) * ((quantilesMs[below + 1] as number) - from);
  };
}

/** The mean of what {@link createEmpiricalDelay} draws, milliseconds. */
export function empiricalMeanMs({ samplesMs, quantilesMs }: Empirical): number {
  if (samplesMs !== undefined) return samplesMs.reduce((sum, ms) => sum + ms, 0) / samplesMs.length;
  const points = quantilesMs ?? [];
  const ends = ((points[0] ?? 0) + (points.at(-1) ?? 0)) / 2;
  return (points.reduce((sum, ms) => sum + ms, 0) - ends) / (points.length - 1);
}
