/** Probability that a positive scores above a negative, ties counted half (area under the ROC curve); NaN when either is missing. */
export function areaUnderRoc(positives: readonly number[], negatives: readonly number[]): number {
  let wins = 0;
  for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0;
  return wins / (positives.length * negatives.length);
}

/** Pearson's correlation; NaN when either does not vary. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, i) => {
    const [a, b] = [value - mx, (y[i] as number) - my];
    xy += a * b;
    xx += a * a;
    yy += b * b;
  });
  return xy / Math.sqrt(xx * yy);
}

/** Spearman's rank correlation, ties given their mean rank. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  return pearson(ranks(x), ranks(y));
}

/** Rank of each value, ties given their mean rank; the lowest has 0.5. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => values.reduce((rank, other) => rank + (other < value ? 1 : other === value ? 0.5 : 0), 0));
}

/** Root mean square difference. */
export function rmsError(x: readonly number[], y: readonly number[]): number {
  return Math.sqrt(x.reduce((sum, value, i) => sum + (value - (y[i] as number)) ** 2, 0) / x.length);
}
