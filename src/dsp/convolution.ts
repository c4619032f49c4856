import { createFft, nextPowerOfTwo } from './fft.ts';

/** Transforms so many times as long as the filter: shorter ones spend themselves on the overlap, longer ones leave the fast memory. */
const BLOCK_FACTOR = 8;

/**
 * Convolution by overlap-save (Oppenheim and Schafer, Discrete-Time Signal Processing, 8.7.3): out[m] = Σ taps[i] · samples[first + m·step − i],
 * silence assumed beyond the ends. As exact as the sum itself but for rounding at some 10⁻¹⁶ of the loudest sample nearby; where all samples
 * in reach are zero, so is the result. All samples must be finite: one that is not spoils its whole block.
 * @param step keeps every so manieth value, at least 1
 * @param count values wanted
 */
export function convolve(samples: ArrayLike<number>, taps: Float64Array, first: number, step: number, count: number): Float64Array {
  const out = new Float64Array(count);
  const size = nextPowerOfTwo(BLOCK_FACTOR * taps.length);
  const fft = createFft(size);
  fft.input.set(taps);
  const filter = fft.forward().slice();
  const { input, spectrum } = fft;
  const hop = size - taps.length + 1;
  for (let m = 0; m < count; ) {
    // This block gives the convolution at places [from + taps − 1, from + size).
    const from = first + m * step - taps.length + 1;
    const whole = Math.min(count, m + Math.floor((hop - 1) / step) + 1);
    if (load(input, samples, from)) {
      fft.forward();
      multiply(spectrum, filter);
      const values = fft.inverse();
      for (let at = taps.length - 1; m < whole; m++, at += step) out[m] = values[at] as number;
    }
    m = whole;
  }
  return out;
}

/** Fills the input from a place of the samples on; false when there is nothing but silence. */
function load(input: Float64Array, samples: ArrayLike<number>, from: number): boolean {
  const begin = Math.min(input.length, Math.max(0, -from));
  const end = Math.max(begin, Math.min(input.length, samples.length - from));
  let sounds = false;
  input.fill(0, 0, begin);
  for (let i = begin; i < end; i++) {
    const x = samples[from + i] as number;
    input[i] = x;
    if (x !== 0) sounds = true;
  }
  input.fill(0, end);
  return sounds;
}

function multiply(spectrum: Float64Array, filter: Float64Array): void {
  for (let k = 0; k < spectrum.length; k += 2) {
    const re = spectrum[k] as number;
    const im = spectrum[k + 1] as number;
    const filterRe = filter[k] as number;
    const filterIm = filter[k + 1] as number;
    spectrum[k] = re * filterRe - im * filterIm;
    spectrum[k + 1] = re * filterIm + im * filterRe;
  }
}
