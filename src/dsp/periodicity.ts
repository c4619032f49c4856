import { createFft, nextPowerOfTwo } from './fft.ts';

/** The strongest repetition found in a window. */
export interface Periodicity {
  /** Normalised autocorrelation at the best lag, −1 … 1; 0 for silence. */
  strength: number;
  /** That lag, samples, with a fraction from a parabola through the peak. */
  lag: number;
}

export interface PeriodicityMeter {
  /** Looks at samples [start, start + window); silence is assumed beyond the ends. The result object is reused by the next call. */
  measure(samples: Float64Array, start: number): Periodicity;
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
  const ncc = new Float64Array(maxLag + 2);
  const squares = new Float64Array(window + 1);
  const result: Periodicity = { strength: 0, lag: minLag };

  const measure = (samples: Float64Array, start: number): Periodicity => {
    const { input } = fft;
    input.fill(0);
    for (let i = 0; i < window; i++) {
      const at = start + i;
      const x = at >= 0 && at < samples.length ? (samples[at] as number) : 0;
      input[i] = x;
      squares[i + 1] = (squares[i] as number) + x * x;
    }
    const energy = squares[window] as number;
    result.strength = 0;
    result.lag = minLag;
    if (energy <= 1e-12) return result;
    const spectrum = fft.forward();
    for (let k = 0; k < spectrum.length; k += 2) {
      const re = spectrum[k] as number;
      const im = spectrum[k + 1] as number;
      spectrum[k] = re * re + im * im;
      spectrum[k + 1] = 0;
    }
    const raw = fft.inverse();
    let best = 0;
    for (let lag = minLag - 1; lag <= maxLag + 1; lag++) {
      const head = squares[window - lag] as number;
      const tail = energy - (squares[lag] as number);
      // A floor keeps a window that is silent but for one end from passing for periodic.
      const norm = Math.sqrt(Math.max(head, energy * 1e-4) * Math.max(tail, energy * 1e-4));
      ncc[lag] = (raw[lag] as number) / norm;
      if (lag >= minLag && lag <= maxLag && (ncc[lag] as number) > best) best = ncc[lag] as number;
    }
    if (best <= 0) return result;
    for (let lag = minLag; lag <= maxLag; lag++) {
      const here = ncc[lag] as number;
      const before = ncc[lag - 1] as number;
      const after = ncc[lag + 1] as number;
      if (here < best * SHORTEST_WITHIN || here < before || here < after) continue;
      const bend = before - 2 * here + after;
      result.strength = Math.min(1, best);
      result.lag = bend < 0 ? lag + (0.5 * (before - after)) / bend : lag;
      return result;
    }
    result.strength = Math.min(1, best);
    return result;
  };
  return { measure };
}
