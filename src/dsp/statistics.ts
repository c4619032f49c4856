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
  const copy = new Float64Array(values);
  if (copy.length < WORTH_SELECTING || copy.includes(Number.NaN)) return sortedPercentile(copy.sort(), share);
  const place = share * (copy.length - 1);
  const below = Math.floor(place);
  select(copy, below);
  const low = copy[below] as number;
  let high = below + 1 < copy.length ? Infinity : low;
  for (let i = below + 1; i < copy.length; i++) high = Math.min(high, copy[i] as number);
  return low + (place - below) * (high - low);
}

/** Fewer values than this are sorted as quickly. */
const WORTH_SELECTING = 100;

/** Moves values about until the one that belongs at a place is there, none before it greater and none after it less (Hoare's FIND, CACM 4, 1961). */
function select(values: Float64Array, place: number): void {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = middleOf(values[left] as number, values[(left + right) >> 1] as number, values[right] as number);
    let i = left;
    let j = right;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const value = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = value;
    }
    if (j < place) left = i;
    if (place < i) right = j;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
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

/** Writes running medians of `values[from … from + count)` to `out[outFrom … outFrom + count)`: both may be rows of a matrix, and must not overlap. */
export type RunningMedian = (
  values: ArrayLike<number>,
  from: number,
  count: number,
  out: Float32Array | Float64Array,
  outFrom: number,
) => void;

/**
 * Makes a running median over `radius` values on either side; at the ends the window is cut off (the lower of the two middle values where it
 * is even). The window is a list in ascending order, of equal values the oldest first: what leaves it is taken out where it is, and what
 * enters is looked for from the last one to enter, which in a smooth course is not far.
 */
export function createRunningMedian(radius: number): RunningMedian {
  const slots = 2 * radius + 2;
  // Beside the ring of slots, what comes before the least value and after the greatest.
  const [head, tail] = [slots, slots + 1];
  const value = new Float64Array(slots + 2);
  const next = new Int32Array(slots + 2);
  const previous = new Int32Array(slots + 2);
  value[head] = -Infinity;
  value[tail] = Infinity;
  return (values, from, count, out, outFrom) => {
    next[head] = tail;
    previous[tail] = head;
    let latest = head;
    let middle = tail;
    let rank = 0;
    let size = 0;
    for (let i = -radius; i < count; i++) {
      if (i + radius < count) {
        const x = values[from + i + radius] as number;
        let before = latest;
        if ((value[before] as number) <= x) {
          let after = next[before] as number;
          while (after !== tail && (value[after] as number) <= x) {
            before = after;
            after = next[before] as number;
          }
        } else while ((value[before] as number) > x) before = previous[before] as number;
        latest = (i + radius) % slots;
        const after = next[before] as number;
        value[latest] = x;
        next[before] = latest;
        previous[latest] = before;
        next[latest] = after;
        previous[after] = latest;
        if (x < (value[middle] as number)) rank++;
        size++;
      }
      if (i < 0) continue;
      if (i > radius) {
        const oldest = (i - radius - 1) % slots;
        const before = previous[oldest] as number;
        const after = next[oldest] as number;
        next[before] = after;
        previous[after] = before;
        if (oldest === middle) middle = after;
        else if ((value[oldest] as number) <= (value[middle] as number)) rank--;
        size--;
      }
      const wanted = (size - 1) >> 1;
      for (; rank < wanted; rank++) middle = next[middle] as number;
      for (; rank > wanted; rank--) middle = previous[middle] as number;
      out[outFrom + i] = value[middle] as number;
    }
  };
}

/** Running median of a whole array; see `createRunningMedian`. */
export function runningMedian(values: ArrayLike<number>, radius: number): Float64Array {
  const out = new Float64Array(values.length);
  createRunningMedian(radius)(values, 0, values.length, out, 0);
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
