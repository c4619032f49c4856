import { describe, expect, it } from 'vitest';
import type { Impairment } from '../../../src/core/path-profile.ts';
import { createRng } from '../../../src/core/rng.ts';
import { fourStateLongRun } from '../../../src/path/impairments/four-state-loss.ts';
import { losses, shareOf } from '../../support/impairments.ts';
import { burstsOf, mean, Z99 } from '../../support/statistics.ts';

type FourState = Extract<Impairment, { kind: 'four-state-loss' }>;
const fourState = (p13: number, p31: number, p32: number, p23: number, p14: number): FourState => ({
  kind: 'four-state-loss',
  p13,
  p31,
  p32,
  p23,
  p14,
});

/**
 * Share of time in each state by repeated squaring of the matrix of steps, and how far the share of losses of a long run may be off: the variance of a
 * sum over the chain is that of independent packets plus twice the covariances at all distances.
 */
function longRunOf(chain: FourState, count: number): { readonly lossRatio: number; readonly deviation: number } {
  const { p13, p31, p32, p23, p14 } = chain;
  const step = [
    [1 - p13 - p14, 0, p13, p14],
    [0, 1 - p23, p23, 0],
    [p31, p32, 1 - p31 - p32, 0],
    [1, 0, 0, 0],
  ];
  const times = (a: number[][], b: number[][]): number[][] =>
    a.map((row) => (b[0] as number[]).map((_, j) => row.reduce((sum, value, k) => sum + value * ((b[k] as number[])[j] as number), 0)));
  let power = step;
  for (let i = 0; i < 20; i++) power = times(power, power);
  const shares = power[0] as number[];
  const lossRatio = (shares[2] as number) + (shares[3] as number);
  let variance = lossRatio * (1 - lossRatio);
  let ahead = step;
  for (let distance = 1; distance < 2000; distance++) {
    let both = 0;
    for (const from of [2, 3]) for (const to of [2, 3]) both += (shares[from] as number) * ((ahead[from] as number[])[to] as number);
    variance += 2 * (both - lossRatio ** 2);
    ahead = times(ahead, step);
  }
  return { lossRatio, deviation: Math.sqrt(variance / count) };
}

describe('four-state loss', () => {
  const chains = [
    fourState(0.02, 0.3, 0.2, 0.5, 0.01),
    fourState(0.05, 0.5, 0, 1, 0),
    fourState(0.01, 0.2, 0.1, 0.3, 0.05),
    fourState(0.3, 0.6, 0.3, 0.8, 0.1),
  ];

  it.each(chains)('loses within the 99 % interval of its chain at 20,000 packets: %o', (chain) => {
    const { lossRatio, deviation } = longRunOf(chain, 20_000);
    expect(fourStateLongRun(chain).lossRatio).toBeCloseTo(lossRatio, 9);
    expect(Math.abs(shareOf(losses(chain, 1, 20_000)) - lossRatio)).toBeLessThan(Z99 * deviation);
  });

  it.each(chains)('has the mean burst of its chain within a twentieth: %o', (chain) => {
    const bursts = burstsOf(losses(chain, 2, 400_000));
    expect(Math.abs(mean(bursts) / (fourStateLongRun(chain).meanBurst as number) - 1)).toBeLessThan(0.05);
  });

  it('is Gilbert loss when losses neither stand alone nor are broken', () => {
    // Bursts end with 0.5 a packet: mean 2; and begin with 0.05: loss 0.05 / 0.55.
    expect(fourStateLongRun(fourState(0.05, 0.5, 0, 1, 0))).toEqual({ lossRatio: 0.05 / 0.55, meanBurst: 2 });
  });

  it('loses single packets alone when no burst ever begins', () => {
    const lost = losses(fourState(0, 1, 0, 1, 0.2), 1, 20_000);
    expect(new Set(burstsOf(lost))).toEqual(new Set([1]));
    expect(fourStateLongRun(fourState(0, 1, 0, 1, 0.2))).toEqual({ lossRatio: 0.2 / 1.2, meanBurst: 1 });
  });

  it('begins in a gap when it would be caught in a burst for good, and then stays there', () => {
    const lost = losses(fourState(0.01, 0, 0, 1, 0), 1, 5000);
    expect(lost[0]).toBe(false);
    expect(lost.slice(lost.indexOf(true)).every(Boolean)).toBe(true);
  });

  it('loses the first packet as often as any other', () => {
    const chain = chains[3] as FourState;
    const first = Array.from({ length: 4000 }, (_, seed) => losses(chain, seed, 1)[0] as boolean);
    const { lossRatio } = fourStateLongRun(chain);
    expect(Math.abs(shareOf(first) - lossRatio)).toBeLessThan(Z99 * Math.sqrt((lossRatio * (1 - lossRatio)) / first.length));
  });
});

describe('block loss', () => {
  it.each([
    [0.1, 50, 5],
    [0.45, 20, 9],
    [0.33, 10, 3],
    [0.5, 1, 1],
    [0, 10, 0],
    [1, 10, 10],
  ])('of %d loses of every %d packets exactly %d', (lossRatio, blockPackets, expected) => {
    const lost = losses({ kind: 'block-loss', lossRatio, blockPackets }, 1, 400 * blockPackets);
    const perBlock = Array.from({ length: 400 }, (_, i) => lost.slice(i * blockPackets, (i + 1) * blockPackets).filter(Boolean).length);
    expect(new Set(perBlock)).toEqual(new Set([expected]));
  });

  it('hits every place of a block as often as any other, and not the same ones each time', () => {
    const blocks = 20_000;
    const lost = losses({ kind: 'block-loss', lossRatio: 0.2, blockPackets: 10 }, 3, 10 * blocks);
    for (let place = 0; place < 10; place++) {
      const share = lost.filter((isLost, i) => isLost && i % 10 === place).length / blocks;
      // Ten places are looked at, so the 99.9 % interval.
      expect(Math.abs(share - 0.2)).toBeLessThan(3.29 * Math.sqrt((0.2 * 0.8) / blocks));
    }
    const patterns = new Set(Array.from({ length: 200 }, (_, i) => lost.slice(10 * i, 10 * i + 10).join()));
    expect(patterns.size).toBeGreaterThan(30);
  });
});

describe('trace loss', () => {
  const rng = createRng(5);
  const trace = Array.from({ length: 777 }, () => (rng.next() < 0.3 ? 1 : 0));

  it('follows its trace packet by packet and begins again', () => {
    const lost = losses({ kind: 'trace-loss', trace, repeat: true }, 1, 5000);
    expect(lost.map(Number)).toEqual(Array.from({ length: 5000 }, (_, i) => trace[i % trace.length]));
  });

  it('loses nothing more after its end when it does not repeat', () => {
    const lost = losses({ kind: 'trace-loss', trace, repeat: false }, 1, 5000);
    expect(lost.map(Number)).toEqual(Array.from({ length: 5000 }, (_, i) => trace[i] ?? 0));
  });
});
