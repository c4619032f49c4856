/** Arithmetic mean; NaN for no values, so check first. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Standard deviation of all values (divided by n). */
export function standardDeviation(values: ArrayLike<number>): number {
  const middle = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - middle) ** 2;
  return Math.sqrt(sum / values.length);
}

/**
 * Percentile with linear interpolation between order statistics (Hyndman & Fan's type 7).
 * @param share 0 … 1: 0.5 is the median
 * @throws RangeError when there are no values
 */
export function percentile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) throw new RangeError('a percentile needs at least one value');
  return sortedPercentile(Float64Array.from(values).sort(), share);
}

/** As `percentile`, of values already in ascending order. */
export function sortedPercentile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (place - below) * (high - low);
}

/** Median; RangeError when there are no values. */
export function median(values: ArrayLike<number>): number {
  return percentile(values, 0.5);
}

/**
 * Running median over `radius` values on either side; at the ends the window is cut off (the lower of the two middle values where it is even).
 * Reads `values[from … from + count)` and writes `out[outFrom … outFrom + count)`: both may be rows of a matrix, and must not overlap.
 */
export function runningMedianInto(
  values: ArrayLike<number>,
  from: number,
  count: number,
  radius: number,
  out: Float32Array | Float64Array,
  outFrom: number,
): void {
  const window = new Float64Array(2 * radius + 1);
  let size = 0;
  const insert = (value: number): void => {
    let i = size++;
    while (i > 0 && (window[i - 1] as number) > value) {
      window[i] = window[i - 1] as number;
      i--;
    }
    window[i] = value;
  };
  for (let i = 0; i < Math.min(radius, count); i++) insert(values[from + i] as number);
  for (let i = 0; i < count; i++) {
    const entering = i + radius < count;
    if (i > radius) {
      const leaving = values[from + i - radius - 1] as number;
      let at = 0;
      while (at < size - 1 && window[at] !== leaving) at++;
      if (entering) {
        const value = values[from + i + radius] as number;
        // One pass moves the values between the one that leaves and the place of the one that enters.
        while (at + 1 < size && (window[at + 1] as number) < value) {
          window[at] = window[at + 1] as number;
          at++;
        }
        while (at > 0 && (window[at - 1] as number) > value) {
          window[at] = window[at - 1] as number;
          at--;
        }
        window[at] = value;
      } else {
        size--;
        window.copyWithin(at, at + 1, size + 1);
      }
    } else if (entering) insert(values[from + i + radius] as number);
    out[outFrom + i] = window[(size - 1) >> 1] as number;
  }
}

/** Running median of a whole array; see `runningMedianInto`. */
export function runningMedian(values: ArrayLike<number>, radius: number): Float64Array {
  const out = new Float64Array(values.length);
  runningMedianInto(values, 0, values.length, radius, out, 0);
  return out;
}

/** Running mean over `radius` values on either side, cut off at the ends. */
export function runningMean(values: ArrayLike<number>, radius: number): Float64Array {
  const out = new Float64Array(values.length);
  const sums = prefixSums(values);
  for (let i = 0; i < values.length; i++) {
    const from = Math.max(0, i - radius);
    const to = Math.min(values.length, i + radius + 1);
    out[i] = ((sums[to] as number) - (sums[from] as number)) / (to - from);
  }
  return out;
}

/** Running maximum over `radius` values on either side, cut off at the ends. */
export function runningMax(values: ArrayLike<number>, radius: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let best = values[i] as number;
    for (let j = Math.max(0, i - radius); j <= Math.min(values.length - 1, i + radius); j++) best = Math.max(best, values[j] as number);
    out[i] = best;
  }
  return out;
}

/** sums[i] = values[0] + … + values[i-1]; one longer than the values. */
export function prefixSums(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] as number) + (values[i] as number);
  return sums;
}

/** As `prefixSums`, of the squares. */
export function prefixEnergies(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] as number) + (values[i] as number) ** 2;
  return sums;
}

/** Keeps a value within [low, high]. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** 1 / (1 + e^(-(x - centre) / width)). */
export function logistic(x: number, centre: number, width: number): number {
  return 1 / (1 + Math.exp(-(x - centre) / width));
}
