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

/** `x[start..start+count*step)` at a `step`-th of its rate: the mean of each `step` samples, which is filter enough for a pitch search. */
export function coarse(x: Float32Array, start: number, count: number, step: number): Float64Array {
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    const from = start + i * step;
    for (let k = 0; k < step; k++) sum += x[from + k] as number;
    out[i] = sum / step;
  }
  return out;
}

/** How far the largest of three neighbours' parabola lies from the middle one, -0.5 to 0.5 of a step. */
export function parabolicOffset(before: number, middle: number, after: number): number {
  const curvature = before - 2 * middle + after;
  return curvature < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (before - after)) / curvature)) : 0;
}
