import { createFft, nextPowerOfTwo, type RealFft } from './fft.ts';

/** The strongest repetition found in a window. */
export interface Periodicity {
  /** Normalised autocorrelation at the best lag, −1 … 1; 0 for silence. */
  strength: number;
  /** That lag, samples, with a fraction from a parabola through the peak. */
  lag: number;
}

export interface PeriodicityMeter {
  /**
   * Looks at samples [start, start + window); silence is assumed beyond the ends. The result object is reused by the next call.
   * @param least where the strength is not above this, the lag is not looked for and comes back as the shortest; 0 if not given
   */
  measure(samples: Float64Array, start: number, least?: number): Periodicity;
}

/** A shorter lag wins over its own multiples when it is nearly as strong: they all describe the same pitch. */
const SHORTEST_WITHIN = 0.97;

/**
 * Finds how periodic a window is: the largest normalised autocorrelation Σx(n)x(n+l) / √(Σx(n)²·Σx(n+l)²) over lags l, sums over the
 * samples inside the window, as in the classic short-time pitch detectors (Rabiner, IEEE Trans. ASSP-25 no. 1, 1977).
 * @param window length in samples; must exceed maxLag
 * @param minLag,maxLag lags searched, samples, both included
 */
export function createPeriodicityMeter(window: number, minLag: number, maxLag: number): PeriodicityMeter {
  if (!(minLag >= 1 && minLag < maxLag && maxLag < window)) throw new RangeError('lags run upward from 1 and stay below the window length');
  const fft = createFft(nextPowerOfTwo(window + maxLag));
  // The autocorrelation comes from a power spectrum, which is real and even: a transform of half the size does (see `evenTransform`).
  const half = createFft(fft.size / 2);
  const raw = new Float64Array(fft.size / 2);
  const turn = Float64Array.from({ length: fft.size / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / fft.size));
  const squares = new Float64Array(window + 1);
  const result: Periodicity = { strength: 0, lag: minLag };

  const measure = (samples: Float64Array, start: number, least = 0): Periodicity => {
    const { input } = fft;
    const from = Math.min(window, Math.max(0, -start));
    const to = Math.max(from, Math.min(window, samples.length - start));
    input.fill(0);
    squares.fill(0, 0, from + 1);
    for (let i = from; i < to; i++) {
      const x = samples[start + i] as number;
      input[i] = x;
      squares[i + 1] = (squares[i] as number) + x * x;
    }
    squares.fill(squares[to] as number, to + 1);
    const energy = squares[window] as number;
    result.strength = 0;
    result.lag = minLag;
    if (energy <= 1e-12) return result;
    const spectrum = fft.forward();
    for (let k = 0; k < spectrum.length; k += 2) {
      const re = spectrum[k] as number;
      const im = spectrum[k + 1] as number;
      spectrum[k >> 1] = re * re + im * im;
    }
    evenTransform(spectrum, half, turn, raw);
    let best = 0;
    let bestSquare = 0;
    for (let lag = minLag; lag <= maxLag; lag++) {
      const value = raw[lag] as number;
      if (value <= 0 || value * value <= bestSquare * norm(squares, lag)) continue;
      best = nccAt(raw, squares, lag);
      bestSquare = best * best;
    }
    result.strength = Math.min(1, best);
    if (best <= least) return result;
    for (let lag = minLag; lag <= maxLag; lag++) {
      const here = nccAt(raw, squares, lag);
      if (here < best * SHORTEST_WITHIN) continue;
      const before = nccAt(raw, squares, lag - 1);
      const after = nccAt(raw, squares, lag + 1);
      if (here < before || here < after) continue;
      const bend = before - 2 * here + after;
      result.lag = bend < 0 ? lag + (0.5 * (before - after)) / bend : lag;
      return result;
    }
    return result;
  };
  return { measure };
}

/** Product of the energies of the samples that a lag lays over each other. @param squares running sums of the squares, one more than samples */
function norm(squares: Float64Array, lag: number): number {
  const window = squares.length - 1;
  const energy = squares[window] as number;
  // A floor keeps a window that is silent but for one end from passing for periodic.
  const least = energy * 1e-4;
  return Math.max(squares[window - lag] as number, least) * Math.max(energy - (squares[lag] as number), least);
}

/** Normalised autocorrelation. */
function nccAt(raw: Float64Array, squares: Float64Array, lag: number): number {
  return (raw[lag] as number) / Math.sqrt(norm(squares, lag));
}

/**
 * The inverse transform of a spectrum that is real and even, of N points, by a real one of N/2: its even samples come at once, the odd ones as running
 * sums (Press et al., Numerical Recipes, 12.4.2).
 * @param power points 0 … N/2
 * @param turn sin(2πk/N), k = 0 … N/2 − 1
 * @param out receives samples 0 … N/2 − 1
 */
function evenTransform(power: Float64Array, half: RealFft, turn: Float64Array, out: Float64Array): void {
  const { input, size } = half;
  const first = power[0] as number;
  const last = power[size] as number;
  // The first odd sample, which the others build on; cos(2πk/N) = sin(2π(N/4 − k)/N).
  let odd = (first - last) / 2;
  input[0] = (first + last) / 2;
  for (let k = 1; k < size; k++) {
    const sum = ((power[k] as number) + (power[size - k] as number)) / 2;
    const difference = (power[k] as number) - (power[size - k] as number);
    input[k] = sum - (turn[k] as number) * difference;
    if (k < size / 2) odd += (turn[size / 2 - k] as number) * difference;
  }
  const spectrum = half.forward();
  const scale = 1 / size;
  out[0] = (spectrum[0] as number) * scale;
  out[1] = odd * scale;
  for (let i = 2; i < size; i += 2) {
    odd -= spectrum[i + 1] as number;
    out[i] = (spectrum[i] as number) * scale;
    out[i + 1] = odd * scale;
  }
}
