/** Hann window that repeats with period `length` (no closing zero): the one for overlapping frames. */
export function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}

/** Hann window that is zero at both ends: the one for filter design and for ViSQOL. A length of 1 gives [1]. */
export function hannSymmetric(length: number): Float64Array {
  if (length === 1) return Float64Array.of(1);
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)));
}

/** Modified Bessel function of the first kind, order 0, by its power series (Abramowitz & Stegun 9.6.12), to double precision for |x| < 50. */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/**
 * Kaiser's window at a place in [-1, 1] (0 is the middle); 0 outside.
 * @param beta shape: a filter cut with it falls to about beta / 0.1102 + 8.7 dB below the pass band
 */
export function kaiserAt(place: number, beta: number): number {
  const inside = 1 - place * place;
  return inside < 0 ? 0 : besselI0(beta * Math.sqrt(inside)) / besselI0(beta);
}
