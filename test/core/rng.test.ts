import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../src/core/rng.ts';

const draw = (rng: Rng, count: number): number[] => Array.from({ length: count }, () => rng.next());

describe('a seeded generator', () => {
  it('gives the same sequence for the same seed', () => {
    expect(draw(createRng(7), 100)).toEqual(draw(createRng(7), 100));
  });

  it.each([0, -1, 1.9, 2 ** 40])('takes %d as a seed like any other', (seed) => {
    expect(draw(createRng(seed), 10)).not.toEqual(draw(createRng(seed + 1), 10));
  });

  it('stays in [0, 1), and spreads evenly over it', () => {
    const bins = new Array<number>(20).fill(0);
    const count = 100_000;
    const drawn = draw(createRng(1), count);
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    for (const x of drawn) {
      const bin = Math.floor(x * bins.length);
      bins[bin] = (bins[bin] as number) + 1;
    }
    const expected = count / bins.length;
    const chiSquared = bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 99.9 % quantile of chi-squared with 19 degrees of freedom.
    expect(chiSquared).toBeLessThan(43.82);
  });

  it('does not correlate from one draw to the next', () => {
    const x = draw(createRng(2), 50_000);
    const covariance = x.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * ((x[i] as number) - 0.5), 0) / (x.length - 1);
    // Variance of a uniform variable is 1/12; 3.29 standard errors hold 99.9 %.
    expect(Math.abs(covariance * 12)).toBeLessThan(3.29 / Math.sqrt(x.length));
  });
});

describe('a fork', () => {
  it('depends on its label and the seed alone, not on what was drawn before', () => {
    const fresh = createRng(3);
    const used = createRng(3);
    draw(used, 57);
    expect(draw(used.fork('loss'), 20)).toEqual(draw(fresh.fork('loss'), 20));
  });

  it('differs from its parent, from other labels, and from the same label under another seed', () => {
    const sequences = [
      createRng(4),
      createRng(4).fork('a'),
      createRng(4).fork('b'),
      createRng(5).fork('a'),
      createRng(4).fork('a').fork('a'),
    ];
    expect(new Set(sequences.map((rng) => draw(rng, 4).join())).size).toBe(sequences.length);
  });

  it('is uncorrelated with the fork of a neighbouring seed', () => {
    const count = 20_000;
    const a = draw(createRng(10).fork('loss'), count);
    const b = draw(createRng(11).fork('loss'), count);
    const covariance = a.reduce((sum, value, i) => sum + (value - 0.5) * ((b[i] as number) - 0.5), 0) / count;
    expect(Math.abs(covariance * 12)).toBeLessThan(3.29 / Math.sqrt(count));
  });
});
