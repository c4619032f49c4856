import { describe, expect, it } from 'vitest';
import type { Impairment } from '../../../src/core/path-profile.ts';
import { empiricalMeanMs } from '../../../src/path/impairments/empirical-delay.ts';
import { dueTimes, heldTimes } from '../../support/impairments.ts';
import { fitsDistribution, mean, normalShareUpTo } from '../../support/statistics.ts';

type Jitter = Extract<Impairment, { kind: 'jitter' }>;
const COUNT = 20_000;
const JITTER_MS = 10;
const DELAY_MS = 80;

const added = (distribution: 'uniform' | 'normal' | 'pareto'): Jitter => ({
  kind: 'jitter',
  distribution,
  jitterMs: JITTER_MS,
  reorder: true,
});
const aroundDelay = (distribution: 'uniform' | 'normal' | 'pareto'): Jitter => ({ ...added(distribution), delayMs: DELAY_MS }) as Jitter;
const QUANTILES_MS = [5, 8, 12, 13, 40];
const SAMPLES_MS = [1, 4, 4, 9, 30];

/** Distribution functions, each from its textbook and not from the code: half-normal, Lomax of shape 3, Pareto of shape 3 scaled to a deviation of 1. */
const cases: readonly [name: string, action: Jitter, shareUpTo: (ms: number) => number][] = [
  ['uniform, added', added('uniform'), (ms) => ms / (2 * JITTER_MS)],
  ['normal, added', added('normal'), (ms) => 2 * normalShareUpTo(ms / (JITTER_MS * Math.sqrt(Math.PI / 2))) - 1],
  ['pareto, added', added('pareto'), (ms) => 1 - (1 + ms / (2 * JITTER_MS)) ** -3],
  ['uniform, around a delay', aroundDelay('uniform'), (ms) => (ms - DELAY_MS + JITTER_MS) / (2 * JITTER_MS)],
  ['normal, around a delay', aroundDelay('normal'), (ms) => normalShareUpTo((ms - DELAY_MS) / JITTER_MS)],
  ['pareto, around a delay', aroundDelay('pareto'), (ms) => 1 - (1.5 + ((ms - DELAY_MS) / JITTER_MS) * Math.sqrt(0.75)) ** -3],
  [
    'empirical, by quantiles',
    { kind: 'jitter', distribution: 'empirical', quantilesMs: QUANTILES_MS, reorder: true },
    (ms) => {
      const piece = Math.max(
        0,
        QUANTILES_MS.findLastIndex((quantile) => quantile <= ms),
      );
      const [from, to] = [QUANTILES_MS[piece] as number, QUANTILES_MS[piece + 1]];
      return to === undefined ? 1 : (piece + (ms - from) / (to - from)) / (QUANTILES_MS.length - 1);
    },
  ],
  [
    'empirical, by samples',
    { kind: 'jitter', distribution: 'empirical', samplesMs: SAMPLES_MS, reorder: true },
    (ms) => SAMPLES_MS.filter((sample) => sample <= ms).length / SAMPLES_MS.length,
  ],
];

describe('jitter that may reorder', () => {
  it.each(cases)('has the distribution it was asked for: %s', (_name, action, shareUpTo) => {
    expect(fitsDistribution(heldTimes(action, COUNT, 20), shareUpTo)).toBe(true);
  });

  it.each(cases)('does not have that of a jitter a tenth wider: %s', (_name, action, shareUpTo) => {
    const held = heldTimes(action, COUNT, 20);
    const middle = mean(held);
    expect(
      fitsDistribution(
        held.map((ms) => middle + (ms - middle) * 1.1),
        shareUpTo,
      ),
    ).toBe(false);
  });

  it('never holds a packet for less than nothing, however wide it is', () => {
    for (const distribution of ['uniform', 'normal', 'pareto'] as const) {
      expect(Math.min(...heldTimes({ kind: 'jitter', distribution, delayMs: 5, jitterMs: 50, reorder: true }, COUNT, 20))).toBe(0);
    }
  });

  it('never holds one for over 50 times its mean', () => {
    for (const seed of [1, 2, 3, 4, 5])
      expect(Math.max(...heldTimes(added('pareto'), COUNT, 20, seed))).toBeLessThanOrEqual(50 * JITTER_MS);
  });

  it('draws from samples with the mean it says it has', () => {
    for (const lists of [{ samplesMs: SAMPLES_MS }, { quantilesMs: QUANTILES_MS }]) {
      const action = { kind: 'jitter', distribution: 'empirical', reorder: true, ...lists } as const;
      expect(Math.abs(mean(heldTimes(action, COUNT, 20)) - empiricalMeanMs(action))).toBeLessThan(0.3);
    }
  });
});

describe('jitter that keeps the order', () => {
  it.each(cases)('has no packet overtake another, where the same draws would: %s', (_name, action) => {
    const inversions = (reorder: boolean): number => {
      const due = dueTimes({ ...action, reorder }, 2000, 1) as number[];
      return due.filter((dueMs, i) => i > 0 && dueMs < (due[i - 1] as number)).length;
    };
    expect(inversions(false)).toBe(0);
    expect(inversions(true)).toBeGreaterThan(100);
  });

  it('holds each packet at least as long as it would on its own', () => {
    const own = heldTimes(added('pareto'), 5000, 20);
    const inOrder = heldTimes({ ...added('pareto'), reorder: false }, 5000, 20);
    expect(inOrder.every((ms, i) => ms >= (own[i] as number) - 1e-9)).toBe(true);
  });

  it('of 0 ms does nothing', () => {
    const held = heldTimes({ kind: 'jitter', distribution: 'pareto', jitterMs: 0, reorder: false }, 100, 20);
    expect(Math.max(...held)).toBe(0);
  });
});
