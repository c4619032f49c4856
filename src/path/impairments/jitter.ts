import type { Rng } from '../../core/rng.ts';
import { type CreateImpair, checkMs } from '../impairment.ts';

/** Shape of the Pareto tail: 3, as in the table tc-netem(8) ships. Its variance is finite and its skew is not. */
const PARETO_SHAPE = 3;
/** No packet is held longer than so many times the mean; cuts the Pareto mean by 0.15 %. */
const LONGEST_IN_MEANS = 50;

/** Draws with mean 1, never negative. */
const draws = {
  /** Uniform between 0 and 2. One draw. */
  uniform: (rng: Rng): number => 2 * rng.next(),
  /** Absolute value of a normal variable (half-normal), by Box and Muller (1958). Two draws. */
  normal: (rng: Rng): number => {
    const radius = Math.sqrt(-2 * Math.log(1 - rng.next()));
    return Math.sqrt(Math.PI / 2) * radius * Math.abs(Math.cos(2 * Math.PI * rng.next()));
  },
  /** Pareto of the second kind (Lomax), so that most packets are hardly held and a few for long. One draw. */
  pareto: (rng: Rng): number => (PARETO_SHAPE - 1) * ((1 - rng.next()) ** (-1 / PARETO_SHAPE) - 1),
} as const;

/**
 * Adds a delay drawn anew for each packet; `jitterMs` is its mean whatever the distribution, and no packet is held over 50 times that.
 * With `reorder` each packet goes at its own time; without, none before the one ahead of it, as in a queue, which adds to the mean.
 */
export const createJitter: CreateImpair<'jitter'> = (action, rng) => {
  const jitterMs = checkMs('jitterMs', action.jitterMs);
  const draw = draws[action.distribution];
  let lastDueMs = Number.NEGATIVE_INFINITY;
  return (_packet, atMs) => {
    const ownDueMs = atMs + jitterMs * Math.min(draw(rng), LONGEST_IN_MEANS);
    if (action.reorder) return { dueMs: ownDueMs };
    lastDueMs = Math.max(lastDueMs, ownDueMs);
    return { dueMs: lastDueMs };
  };
};
