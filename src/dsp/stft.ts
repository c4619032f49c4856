import type { RealFft } from './fft.ts';
import { createFft } from './fft.ts';

/** Power spectra of overlapping frames, row by row: `power[frame * bins + bin]`. */
export interface PowerSpectra {
  readonly power: Float32Array;
  readonly frames: number;
  /** fftSize / 2 + 1 */
  readonly bins: number;
}

export interface StftLayout {
  readonly window: Float64Array;
  readonly hop: number;
  readonly fftSize: number;
  readonly frames: number;
  /** Sample at which frame 0 begins; may be negative. Silence is assumed beyond the ends of the signal. */
  readonly offset: number;
}

/** Power spectra |X|² / (Σ window)² · 4: a sine of amplitude A reads A² at its bin (bins 0 and fftSize/2 read four times their power). */
export function powerSpectra(samples: ArrayLike<number>, layout: StftLayout): PowerSpectra {
  const { window, hop, fftSize, frames, offset } = layout;
  const fft = createFft(fftSize);
  const bins = fftSize / 2 + 1;
  const power = new Float32Array(frames * bins);
  const scale = 4 / window.reduce((sum, w) => sum + w, 0) ** 2;
  for (let t = 0; t < frames; t++) {
    windowInto(fft, samples, offset + t * hop, window);
    const spectrum = fft.forward();
    const row = t * bins;
    for (let k = 0; k < bins; k++) {
      const re = spectrum[2 * k] as number;
      const im = spectrum[2 * k + 1] as number;
      power[row + k] = (re * re + im * im) * scale;
    }
  }
  return { power, frames, bins };
}

/** Fills a transform's input with a windowed stretch of the signal beginning at `start`; zeros beyond the signal's ends and after the window. */
export function windowInto(fft: RealFft, samples: ArrayLike<number>, start: number, window: Float64Array): void {
  const { input } = fft;
  const from = Math.max(0, -start);
  const to = Math.max(from, Math.min(window.length, samples.length - start));
  if (from > 0) input.fill(0, 0, Math.min(from, input.length));
  for (let i = from; i < to; i++) input[i] = (samples[start + i] as number) * (window[i] as number);
  if (to < input.length) input.fill(0, to);
}

/** 10·log10(x) = this · ln(x): the natural logarithm takes half the time. */
const DB_PER_NEPER: number = 10 / Math.LN10;

/** One power in dB (10·log10), in the precision in which spectra are kept. @param least no less power than this is told */
export function cellDb(power: number, least: number): number {
  return Math.fround(DB_PER_NEPER * Math.log(Math.max(power, least)));
}

/**
 * The same spectra in dB (10·log10), not below `floorDb`.
 * @param wanted 1 for each frame that is wanted: the others stay 0; all where it is not given
 */
export function spectraDb({ power, frames, bins }: PowerSpectra, floorDb: number, wanted?: Uint8Array): Float32Array {
  const floor = 10 ** (floorDb / 10);
  const out = new Float32Array(power.length);
  for (let t = 0; t < frames; t++) {
    if (wanted?.[t] === 0) continue;
    for (let i = t * bins; i < (t + 1) * bins; i++) out[i] = cellDb(power[i] as number, floor);
  }
  return out;
}
