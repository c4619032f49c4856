import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { convolve } from '../../src/dsp/convolution.ts';

const rng = createRng(4);
const noise = (length: number): Float64Array => Float64Array.from({ length }, () => 2 * rng.next() - 1);

function bySum(samples: Float64Array, taps: Float64Array, first: number, step: number, count: number): number[] {
  return Array.from({ length: count }, (_, m) => taps.reduce((sum, tap, i) => sum + tap * (samples[first + m * step - i] ?? 0), 0));
}

describe('convolution in blocks', () => {
  it.each([
    ['a filter longer than the sound', 20, 31, 15, 1, 20],
    ['a sound of many blocks', 3_000, 31, 15, 1, 3_000],
    ['every third value', 3_000, 32, 16, 3, 1_000],
    ['values from before the sound to after it', 300, 9, -40, 7, 60],
    ['no values', 300, 9, 0, 1, 0],
  ])('is the sum, for %s', (_, length, width, first, step, count) => {
    const samples = noise(length);
    const taps = noise(width);
    const expected = bySum(samples, taps, first, step, count);
    const got = convolve(samples, taps, first, step, count);
    expect(got.length).toBe(count);
    for (const [m, value] of expected.entries()) expect(Math.abs((got[m] as number) - value)).toBeLessThan(1e-12);
  });

  it('leaves silence silent to the last digit', () => {
    const samples = new Float64Array(4_000);
    samples.set(noise(100));
    expect(
      convolve(samples, noise(33), 16, 1, 4_000)
        .subarray(1_000)
        .every((x) => x === 0),
    ).toBe(true);
  });
});
