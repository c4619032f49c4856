/** Similarity and energy of `x[a..a+n)` and `x[b..b+n)`. */
export interface Likeness {
  /** Normalised correlation, -1 to 1; 0 when either is silent. */
  readonly correlation: number;
  readonly energyA: number;
  readonly energyB: number;
}

/** Compares two stretches of a sound. Both must lie within it. */
export function compareStretches(x: Float32Array, a: number, b: number, n: number): Likeness {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i++) {
    const u = x[a + i] as number;
    const v = x[b + i] as number;
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  const scale = Math.sqrt(aa * bb);
  return { correlation: scale > 0 ? ab / scale : 0, energyA: aa, energyB: bb };
}

/** The filters before every second, fourth, eighth and twelfth sample is taken, by that step, times 4096 (libwebrtc, DspHelper). */
const FILTERS: ReadonlyMap<number, readonly number[]> = new Map([
  [2, [1229, 1638, 1229]],
  [4, [614, 819, 1229, 819, 614]],
  [8, [584, 512, 625, 667, 625, 512, 584]],
  [12, [1019, 390, 427, 440, 427, 390, 1019]],
]);
const FILTER_SCALE = 4096;

/**
 * `x[start..start+count*step)` at 4 kHz, `step` being that many samples: lightly filtered, as in libwebrtc, and in steps of 16 bits, below which
 * there is nothing to be alike. Values are in such steps.
 */
export function coarse(x: Float32Array, start: number, count: number, step: number): Float64Array {
  const filter = FILTERS.get(step);
  if (filter === undefined) throw new RangeError(`there is no filter for every ${step}th sample`);
  const out = new Float64Array(count);
  // A filter longer than the step looks back, so that none looks beyond the end.
  const ahead = Math.min(0, step - filter.length);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    const from = start + i * step + ahead;
    for (let k = 0; k < filter.length; k++) sum += (filter[k] as number) * (x[from + k] ?? 0);
    out[i] = Math.round((sum / FILTER_SCALE) * STEPS);
  }
  return out;
}

/** Steps of a 16-bit sample from 0 to full scale. */
const STEPS = 32_768;

/** The nearest 16-bit value. */
export function step16(x: number): number {
  return Math.round(x * STEPS) / STEPS;
}

/** How far the largest of three neighbours' parabola lies from the middle one, -0.5 to 0.5 of a step. */
export function parabolicOffset(before: number, middle: number, after: number): number {
  const curvature = before - 2 * middle + after;
  return curvature < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / curvature)) : 0;
}
