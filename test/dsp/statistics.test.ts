import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import {
  clamp,
  logistic,
  median,
  percentile,
  prefixSums,
  runningMax,
  runningMean,
  runningMedian,
  sortedPercentile,
  standardDeviation,
} from '../../src/dsp/statistics.ts';

const rng = createRng(11);
const values: Float64Array = Float64Array.from({ length: 200 }, () => Math.round(20 * rng.next()));

describe('percentiles', () => {
  it('interpolate between order statistics', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(percentile([10, 20], 0.25)).toBe(12.5);
    expect(percentile([7], 0.9)).toBe(7);
    expect([percentile(values, 0), percentile(values, 1)]).toEqual([Math.min(...values), Math.max(...values)]);
  });

  it('rise with the share', () => {
    for (let p = 0; p < 0.95; p += 0.05) expect(percentile(values, p)).toBeLessThanOrEqual(percentile(values, p + 0.05));
  });

  it.each([0, 0.003, 0.25, 0.5, 0.95, 1])('at %d of many values, some alike, are what sorting gives', (share) => {
    for (const size of [100, 101, 999]) {
      for (const grid of [3, 1e6]) {
        const many = Float64Array.from({ length: size }, () => Math.round(grid * rng.next()));
        expect(percentile(many, share)).toBe(sortedPercentile(many.toSorted(), share));
        expect(percentile(many.toSorted(), share)).toBe(percentile(many, share));
      }
    }
  });

  it('of nothing are refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('running statistics', () => {
  it.each([0, 1, 4, 16, 300])('with radius %i agree with their definition', (radius) => {
    const medians = runningMedian(values, radius);
    const means = runningMean(values, radius);
    const maxima = runningMax(values, radius);
    for (let i = 0; i < values.length; i++) {
      const around = values.slice(Math.max(0, i - radius), i + radius + 1).sort();
      expect(medians[i]).toBe(around[(around.length - 1) >> 1]);
      expect(means[i]).toBeCloseTo(around.reduce((sum, x) => sum + x, 0) / around.length, 10);
      expect(maxima[i]).toBe(around.at(-1));
    }
  });

  it('end even when a value is not a number', () => {
    const spoilt = Float64Array.from(values);
    spoilt[50] = Number.NaN;
    expect(runningMedian(spoilt, 8).length).toBe(values.length);
  });

  it('of nothing are nothing', () => {
    expect(runningMedian([], 3).length).toBe(0);
    expect(prefixSums([])).toEqual(Float64Array.of(0));
  });
});

describe('small helpers', () => {
  it('keep a value in its bounds', () => {
    expect([clamp(-1, 0, 2), clamp(1, 0, 2), clamp(3, 0, 2)]).toEqual([0, 1, 2]);
  });

  it('give the logistic one half at its centre, and symmetric tails', () => {
    expect(logistic(5, 5, 2)).toBe(0.5);
    expect(logistic(7, 5, 2) + logistic(3, 5, 2)).toBeCloseTo(1, 12);
  });

  it('give equal values no deviation', () => {
    expect(standardDeviation([3, 3, 3])).toBe(0);
    expect(standardDeviation([1, 3])).toBe(1);
  });
});
