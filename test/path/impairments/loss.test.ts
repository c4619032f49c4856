import { describe, expect, it } from 'vitest';
import { gilbertElliottFor, stationaryLossRatio } from '../../../src/path/impairments/gilbert-elliott-loss.ts';
import { losses, shareOf } from '../../support/impairments.ts';
import { burstsOf, mean, Z99 } from '../../support/statistics.ts';

describe('independent loss', () => {
  it.each([0.01, 0.1, 0.3, 0.7])('loses %d of 20,000 packets within the 99 % interval of the binomial distribution', (lossRatio) => {
    const measured = shareOf(losses({ kind: 'bernoulli-loss', lossRatio }, 1, 20_000));
    expect(Math.abs(measured - lossRatio)).toBeLessThan(Z99 * Math.sqrt((lossRatio * (1 - lossRatio)) / 20_000));
  });

  it('loses nothing at 0 and everything at 1', () => {
    expect(shareOf(losses({ kind: 'bernoulli-loss', lossRatio: 0 }, 1, 20_000))).toBe(0);
    expect(shareOf(losses({ kind: 'bernoulli-loss', lossRatio: 1 }, 1, 20_000))).toBe(1);
  });

  it('loses more of the same packets, never fewer, as the ratio grows', () => {
    const light = losses({ kind: 'bernoulli-loss', lossRatio: 0.1 }, 3, 2000);
    const heavy = losses({ kind: 'bernoulli-loss', lossRatio: 0.3 }, 3, 2000);
    expect(light.every((lost, i) => !lost || heavy[i])).toBe(true);
  });

  it('has bursts of the geometric distribution, mean 1 / (1 - loss)', () => {
    const bursts = burstsOf(losses({ kind: 'bernoulli-loss', lossRatio: 0.4 }, 4, 50_000));
    expect(Math.abs(mean(bursts) / (1 / 0.6) - 1)).toBeLessThan(0.05);
  });
});

describe('Gilbert–Elliott loss', () => {
  const cases = [
    [0.05, 3],
    [0.08, 3],
    [0.15, 1.5],
    [0.4, 3],
  ] as const;

  it.each(cases)('loses %d in bursts of %d within the 99-percent interval at 20,000 packets', (lossRatio, burst) => {
    const action = gilbertElliottFor(lossRatio, burst);
    const measured = shareOf(losses(action, 1, 20_000));
    // Neighbours of a two-state chain correlate by 1 - enter - leave, which widens the binomial interval.
    const correlation = 1 - action.enterBadRatio - action.leaveBadRatio;
    const deviation = Math.sqrt(((lossRatio * (1 - lossRatio)) / 20_000) * ((1 + correlation) / (1 - correlation)));
    expect(Math.abs(measured - lossRatio)).toBeLessThan(Z99 * deviation);
  });

  it.each(cases)('at a loss of %d has bursts of %d packets on average, within a twentieth', (lossRatio, burst) => {
    // Enough packets for the 99 % interval of a geometric mean to be narrower than 5 %.
    const bursts = burstsOf(losses(gilbertElliottFor(lossRatio, burst), 2, 120_000));
    expect(Math.abs(mean(bursts) / burst - 1)).toBeLessThan(0.05);
  });

  it('comes to the loss of its two states weighted by their shares, when both lose', () => {
    const action = {
      kind: 'gilbert-elliott-loss',
      enterBadRatio: 0.05,
      leaveBadRatio: 0.2,
      lossInBadRatio: 0.6,
      lossInGoodRatio: 0.02,
    } as const;
    expect(stationaryLossRatio(action)).toBeCloseTo(0.2 * 0.6 + 0.8 * 0.02, 12);
    const correlation = 0.75;
    const deviation = Math.sqrt(((0.136 * 0.864) / 20_000) * ((1 + correlation) / (1 - correlation)));
    expect(Math.abs(shareOf(losses(action, 5, 20_000)) - 0.136)).toBeLessThan(Z99 * deviation);
  });

  it('loses the first packet as often as any other', () => {
    const first = Array.from({ length: 4000 }, (_, seed) => losses(gilbertElliottFor(0.3, 4), seed, 1)[0] as boolean);
    expect(Math.abs(shareOf(first) - 0.3)).toBeLessThan(Z99 * Math.sqrt((0.3 * 0.7) / first.length));
  });

  it('is found for a loss and a burst by the published inversion, and refused where there is none', () => {
    // Worked examples: 5 % in bursts of 3 and 30 % in bursts of 8.
    expect(gilbertElliottFor(0.05, 3).enterBadRatio).toBeCloseTo(0.017544, 6);
    expect(gilbertElliottFor(0.3, 8).enterBadRatio).toBeCloseTo(0.053571, 6);
    expect(gilbertElliottFor(0, 2)).toMatchObject({ enterBadRatio: 0, leaveBadRatio: 0.5 });
    for (const [lossRatio, burst] of [
      [1, 3],
      [-0.1, 3],
      [0.2, 0.5],
      [0.9, 2],
      [Number.NaN, 3],
      [0.2, Number.NaN],
    ] as const) {
      expect(() => gilbertElliottFor(lossRatio, burst)).toThrow(RangeError);
    }
  });
});

describe('a black hole', () => {
  it('lets nothing through', () => {
    expect(shareOf(losses({ kind: 'black-hole' }, 1, 1000))).toBe(1);
  });
});
