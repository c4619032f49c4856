import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { createFft, nextPowerOfTwo, onceSpectrum } from '../../src/dsp/fft.ts';

const SIZES: readonly number[] = [2, 4, 8, 16, 128, 512, 1024, 4096];

function randomBlock(size: number, seed: number): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: size }, () => 2 * rng.next() - 1);
}

function spectrumOf(samples: Float64Array): Float64Array {
  const fft = createFft(samples.length);
  fft.input.set(samples);
  return fft.forward().slice();
}

describe('the real transform', () => {
  it.each(SIZES)('of %i points agrees with an independent implementation', (size) => {
    const samples = randomBlock(size, size);
    const fast = spectrumOf(samples);
    const { re, im } = onceSpectrum(samples);
    expect(re.length).toBe(size / 2 + 1);
    for (let k = 0; k <= size / 2; k++) {
      expect(Math.abs((fast[2 * k] as number) - (re[k] as number))).toBeLessThan(1e-9);
      expect(Math.abs((fast[2 * k + 1] as number) - (im[k] as number))).toBeLessThan(1e-9);
    }
  });

  it.each(SIZES)('of %i points is undone by its inverse', (size) => {
    const samples = randomBlock(size, size + 1);
    const fft = createFft(size);
    fft.input.set(samples);
    fft.forward();
    const back = fft.inverse();
    for (let i = 0; i < size; i++) expect(Math.abs((back[i] as number) - (samples[i] as number))).toBeLessThan(1e-12);
  });

  it('keeps energy (Parseval)', () => {
    const size = 1024;
    const samples = randomBlock(size, 7);
    const spectrum = spectrumOf(samples);
    let energy = 0;
    for (let k = 0; k <= size / 2; k++) {
      const power = (spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2;
      energy += k === 0 || k === size / 2 ? power : 2 * power;
    }
    expect(energy / size).toBeCloseTo(
      samples.reduce((sum, x) => sum + x * x, 0),
      8,
    );
  });

  it('is linear', () => {
    const [a, b] = [randomBlock(256, 1), randomBlock(256, 2)];
    const [x, y] = [spectrumOf(a), spectrumOf(b)];
    const mixed = spectrumOf(a.map((value, i) => 3 * value - 2 * (b[i] as number)));
    for (let i = 0; i < mixed.length; i++) {
      expect(Math.abs((mixed[i] as number) - (3 * (x[i] as number) - 2 * (y[i] as number)))).toBeLessThan(1e-10);
    }
  });

  it('puts a cosine of whole periods into one bin', () => {
    const spectrum = spectrumOf(Float64Array.from({ length: 64 }, (_, i) => Math.cos((2 * Math.PI * 5 * i) / 64)));
    for (let k = 0; k <= 32; k++)
      expect(Math.hypot(spectrum[2 * k] as number, spectrum[2 * k + 1] as number)).toBeCloseTo(k === 5 ? 32 : 0, 10);
  });
});

describe('transform lengths', () => {
  it.each([0, 1, 3, 6, 1000, -4, 2.5, Number.NaN])('%d is refused', (size) => {
    expect(() => createFft(size)).toThrow(RangeError);
  });

  it.each([0, 1, 3, 1000])('%d samples are refused', (size) => {
    expect(() => onceSpectrum(new Float64Array(size))).toThrow(RangeError);
  });

  it('are rounded up to powers of two', () => {
    expect([0, 1, 2, 3, 1023, 1024, 1025].map(nextPowerOfTwo)).toEqual([2, 2, 2, 4, 1024, 1024, 2048]);
  });
});
