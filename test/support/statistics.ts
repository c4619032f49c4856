/** Two-sided 99 % of a normal distribution. */
export const Z99 = 2.576;
/** Kolmogorov's distribution: the largest gap is above this over the root of the sample size in 1 % of samples (Smirnov 1948). */
const KOLMOGOROV_1_PERCENT = 1.6276;

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Lengths of the runs of `true`. */
export function burstsOf(lost: readonly boolean[]): number[] {
  const bursts: number[] = [];
  lost.forEach((isLost, i) => {
    if (isLost && lost[i - 1]) bursts.push((bursts.pop() as number) + 1);
    else if (isLost) bursts.push(1);
  });
  return bursts;
}

/**
 * Whether values may come from a distribution, by the test of Kolmogorov and Smirnov at 1 %.
 * @param shareUpTo its distribution function; where it jumps, the gap is taken on the near side of each, which for such a distribution makes the test milder
 */
export function fitsDistribution(values: readonly number[], shareUpTo: (value: number) => number): boolean {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  let gap = 0;
  for (let i = 0; i < count; ) {
    const value = sorted[i] as number;
    let next = i;
    while (next < count && sorted[next] === value) next++;
    const expected = shareUpTo(value);
    gap = Math.max(gap, Math.abs(next / count - expected), next - i === 1 ? Math.abs(i / count - expected) : 0);
    i = next;
  }
  return gap < KOLMOGOROV_1_PERCENT / Math.sqrt(count);
}

/** The normal distribution function, by the rational approximation 7.1.26 of Abramowitz and Stegun; off by less than 1.5e-7. */
export function normalShareUpTo(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const erf = 1 - poly * Math.exp((-z * z) / 2);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
