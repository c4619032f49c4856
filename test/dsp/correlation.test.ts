import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { createCorrelator, crossCorrelate, peakLag } from '../../src/dsp/correlation.ts';

const rng = createRng(11);
const noise = (length: number, offset = 0): Float64Array => Float64Array.from({ length }, () => offset + 2 * rng.next() - 1);

describe('a correlator', () => {
  it.each([
    [200, 200],
    [128, 128],
    [150, 90],
    [90, 150],
    [1, 40],
    [40, 1],
  ])('finds the lag of the largest correlation of %i and %i samples, near or far', (own, other) => {
    const sound = noise(own, 0.5);
    const { lagOf } = createCorrelator(sound);
    for (let round = 0; round < 40; round++) {
      // Now and then the two have only their ends in common, so that the best lag is one of the farthest.
      const late = noise(other, round % 2);
      const shared = Math.min(own, other, 20 + round);
      if (round % 4 === 1)
        late.set(
          sound.subarray(0, shared).map((x) => 9 * x),
          other - shared,
        );
      if (round % 4 === 3) late.set(sound.subarray(own - shared).map((x) => 9 * x));
      expect(lagOf(late)).toBe(peakLag(crossCorrelate(sound, late)));
    }
  });

  it('gives 0 where there is nothing', () => {
    expect(createCorrelator(new Float64Array(0)).lagOf(noise(5))).toBe(0);
    expect(createCorrelator(noise(5)).lagOf(new Float64Array(0))).toBe(0);
  });

  it('gives the sums themselves, and the same a second time', () => {
    const sound = noise(30);
    const late = noise(50);
    const correlator = createCorrelator(sound);
    for (const { values, firstLag } of [correlator.correlate(late), correlator.correlate(late)]) {
      expect(values.length).toBe(79);
      for (const [i, value] of values.entries()) {
        const sum = sound.reduce((total, x, n) => total + x * (late[n + firstLag + i] ?? 0), 0);
        expect(value).toBeCloseTo(sum, 12);
      }
    }
  });
});
