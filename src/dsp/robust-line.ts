import { percentile } from './statistics.ts';

/** Huber's bend: residuals beyond so many robust standard deviations count linearly. */
const HUBER = 1.345;
/** A normal distribution's standard deviation is so many times its median absolute deviation. */
const MAD_TO_SIGMA = 1.4826;
const ROUNDS = 10;
/** The spread is never taken for less than this, in units of y: exact fits would divide by nothing. */
const LEAST_SPREAD = 1e-3;

export interface RobustLine {
  readonly slope: number;
  /** y where x is the mean of the points. */
  readonly middle: number;
  /** Robust standard deviation of the points about the line, in units of y. */
  readonly spread: number;
}

/** Huber's line through points, by iterated weights: a minority of outliers does not move it. Null for no points. */
export function robustLine(points: readonly { readonly x: number; readonly y: number }[]): RobustLine | null {
  if (points.length === 0) return null;
  let weights = points.map(() => 1);
  let line = { slope: 0, middle: 0, spread: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const total = weights.reduce((sum, w) => sum + w, 0);
    const xMean = points.reduce((sum, p, i) => sum + p.x * (weights[i] as number), 0) / total;
    const yMean = points.reduce((sum, p, i) => sum + p.y * (weights[i] as number), 0) / total;
    let xy = 0;
    let xx = 0;
    points.forEach((p, i) => {
      xy += (weights[i] as number) * (p.x - xMean) * (p.y - yMean);
      xx += (weights[i] as number) * (p.x - xMean) ** 2;
    });
    const slope = xx > 0 ? xy / xx : 0;
    const residuals = points.map((p) => Math.abs(p.y - yMean - slope * (p.x - xMean)));
    const spread = Math.max(MAD_TO_SIGMA * percentile(residuals, 0.5), LEAST_SPREAD);
    line = { slope, middle: yMean, spread };
    weights = residuals.map((r) => Math.min(1, (HUBER * spread) / Math.max(r, 1e-12)));
  }
  return line;
}
