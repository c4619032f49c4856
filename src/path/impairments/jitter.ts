import type { Impairment } from '../../core/path-profile.ts';
import type { Rng } from '../../core/rng.ts';
import { type CreateImpair, checkMs } from '../impairment.ts';
import { createEmpiricalDelay } from './empirical-delay.ts';

/** Shape of the Pareto tail: 3, as in the table tc-netem(8) ships. Its variance is finite and its skew is not. */
const PARETO_SHAPE = 3;
/** Mean and standard deviation of a Pareto variable of that shape and least value 1. */
const PARETO_MEAN = PARETO_SHAPE / (PARETO_SHAPE - 1);
const PARETO_DEVIATION = Math.sqrt(PARETO_SHAPE / ((PARETO_SHAPE - 1) ** 2 * (PARETO_SHAPE - 2)));
/** No packet is held longer than so many times the mean; cuts the Pareto mean by 0.15 %. */
const LONGEST_IN_MEANS = 50;

/** A standard normal variable, by Box and Muller (1958). Two draws. */
const normal = (rng: Rng): number => Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
const paretoFromOne = (rng: Rng): number => (1 - rng.next()) ** (-1 / PARETO_SHAPE);

/** Draws with mean 1, never negative. */
const oneSided = {
  /** Uniform between 0 and 2. One draw. */
  uniform: (rng: Rng): number => 2 * rng.next(),
  /** Absolute value of a normal variable (half-normal). Two draws. */
  normal: (rng: Rng): number => Math.sqrt(Math.PI / 2) * Math.abs(normal(rng)),
  /** Pareto of the second kind (Lomax), so that most packets are hardly held and a few for long. One draw. */
  pareto: (rng: Rng): number => (PARETO_SHAPE - 1) * (paretoFromOne(rng) - 1),
} as const;

/** Draws with mean 0: from -1 to 1, or with a standard deviation of 1. */
const twoSided = {
  uniform: (rng: Rng): number => 2 * rng.next() - 1,
  normal,
  pareto: (rng: Rng): number => (paretoFromOne(rng) - PARETO_MEAN) / PARETO_DEVIATION,
} as const;

/**
 * Adds a delay drawn anew for each packet: see the action's type for what its numbers mean. No packet is held over 50 times `jitterMs` above `delayMs`.
 * With `reorder` each packet goes at its own time; without, none before the one ahead of it, as in a queue, which adds to the mean.
 */
export const createJitter: CreateImpair<'jitter'> = (action, rng) => {
  const drawMs = createDelayDraw(action, rng);
  let lastDueMs = Number.NEGATIVE_INFINITY;
  return (_packet, atMs) => {
    const ownDueMs = atMs + drawMs();
    if (action.reorder) return { dueMs: ownDueMs };
    lastDueMs = Math.max(lastDueMs, ownDueMs);
    return { dueMs: lastDueMs };
  };
};

function createDelayDraw(action: Extract<Impairment, { kind: 'jitter' }>, rng: Rng): () => number {
  if (action.distribution === 'empirical') return createEmpiricalDelay(action, rng);
  const jitterMs = checkMs('jitterMs', action.jitterMs);
  if (action.delayMs === undefined) {
    const draw = oneSided[action.distribution];
    return () => jitterMs * Math.min(draw(rng), LONGEST_IN_MEANS);
  }
  const delayMs = checkMs('delayMs', action.delayMs);
  const draw = twoSided[action.distribution];
  return () => Math.max(0, delayMs + jitterMs * Math.min(draw(rng), LONGEST_IN_MEANS));
}
