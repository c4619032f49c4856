import { describe, expect, it } from 'vitest';
import type { Impairment } from '../../../src/core/path-profile.ts';
import { createRng } from '../../../src/core/rng.ts';
import type { PathPacket } from '../../../src/path/impairment.ts';
import { createImpair } from '../../../src/path/impairments/create-impair.ts';

const PACKET: PathPacket = { direction: 'up', packetClass: 'rtp', sizeBytes: 92 };
const WIRE_BITS = (92 + 28) * 8;

/** Due times of packets so many milliseconds apart; null for a drop. */
function dueTimes(action: Impairment, count: number, everyMs: number, seed = 1): (number | null)[] {
  const impair = createImpair(action, createRng(seed));
  return Array.from({ length: count }, (_, i) => {
    const verdict = impair(PACKET, everyMs * i, 0, everyMs * i);
    return verdict === 'dropped' ? null : verdict.dueMs;
  });
}
/** How long each packet was held, when none may be dropped. */
const heldTimes = (action: Impairment, count: number, everyMs: number, seed = 1): number[] =>
  dueTimes(action, count, everyMs, seed).map((dueMs, i) => {
    if (dueMs === null) throw new Error(`packet ${i} was dropped`);
    return dueMs - everyMs * i;
  });
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] as number;

describe('delay', () => {
  it('holds every packet for the same time', () => {
    expect(new Set(heldTimes({ kind: 'delay', delayMs: 40 }, 100, 20))).toEqual(new Set([40]));
  });
});

describe('jitter', () => {
  const COUNT = 20_000;
  const jitterMs = 10;
  /** Median of the mean-1 distribution: half the range, the half-normal's 0.67449 sigma, and the Lomax quantile 2 (2^(1/3) - 1). */
  const medians = { uniform: 1, normal: 0.67449 * Math.sqrt(Math.PI / 2), pareto: 2 * (2 ** (1 / 3) - 1) } as const;
  /** Standard deviation of the mean-1 distribution; Lomax of shape 3: sqrt(3). */
  const deviations = { uniform: 1 / Math.sqrt(3), normal: Math.sqrt(Math.PI / 2 - 1), pareto: Math.sqrt(3) } as const;

  it.each(['uniform', 'normal', 'pareto'] as const)(
    'of the %s kind has the mean it was asked for and the median of its distribution',
    (distribution) => {
      const held = heldTimes({ kind: 'jitter', distribution, jitterMs, reorder: true }, COUNT, 20);
      const standardError = (deviations[distribution] * jitterMs) / Math.sqrt(COUNT);
      expect(Math.abs(mean(held) - jitterMs)).toBeLessThan(2.576 * standardError + 0.002 * jitterMs);
      const medianMs = medians[distribution] * jitterMs;
      const below = held.filter((ms) => ms < medianMs).length / COUNT;
      expect(Math.abs(below - 0.5)).toBeLessThan(2.576 * Math.sqrt(0.25 / COUNT));
      expect(Math.min(...held)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...held)).toBeLessThanOrEqual(50 * jitterMs);
    },
  );

  it('of the uniform kind ends at twice its mean, the normal kind trails off sooner than the Pareto kind', () => {
    const held = (distribution: 'uniform' | 'normal' | 'pareto'): number[] =>
      heldTimes({ kind: 'jitter', distribution, jitterMs, reorder: true }, COUNT, 20);
    expect(Math.max(...held('uniform'))).toBeLessThan(2 * jitterMs);
    expect(quantile(held('normal'), 0.999)).toBeLessThan(quantile(held('pareto'), 0.999));
  });

  it.each(['uniform', 'normal', 'pareto'] as const)(
    'of the %s kind keeps the order without `reorder`, and breaks it with',
    (distribution) => {
      const inversions = (reorder: boolean): number => {
        const due = dueTimes({ kind: 'jitter', distribution, jitterMs: 30, reorder }, 2000, 20) as number[];
        return due.filter((dueMs, i) => i > 0 && dueMs < (due[i - 1] as number)).length;
      };
      expect(inversions(false)).toBe(0);
      expect(inversions(true)).toBeGreaterThan(100);
    },
  );

  it('of 0 ms does nothing', () => {
    expect(Math.max(...heldTimes({ kind: 'jitter', distribution: 'pareto', jitterMs: 0, reorder: false }, 100, 20))).toBe(0);
  });
});

describe('a rate limit', () => {
  it('passes its rate within 2 % when more is offered, headers counted', () => {
    const seconds = 20;
    const rateBps = 100_000;
    const passed = dueTimes({ kind: 'rate-limit', rateBps, queueMs: 200 }, seconds * 1000, 1).filter(
      (dueMs) => dueMs !== null && dueMs <= seconds * 1000,
    );
    expect(Math.abs((passed.length * WIRE_BITS) / seconds / rateBps - 1)).toBeLessThan(0.02);
  });

  it('never lets a packet wait longer than its queue, plus its own sending', () => {
    const rateBps = 64_000;
    const queueMs = 150;
    const held = dueTimes({ kind: 'rate-limit', rateBps, queueMs }, 5000, 4).flatMap((dueMs, i) => (dueMs === null ? [] : [dueMs - 4 * i]));
    expect(Math.max(...held)).toBeLessThanOrEqual(queueMs + (WIRE_BITS / rateBps) * 1000 + 1e-6);
    expect(Math.max(...held)).toBeGreaterThan(queueMs - (WIRE_BITS / rateBps) * 1000);
  });

  it('drops nothing below its rate, and holds each packet only while its bits go out', () => {
    const held = heldTimes({ kind: 'rate-limit', rateBps: 96_000, queueMs: 0 }, 1000, 20);
    expect(Math.max(...held)).toBeCloseTo((WIRE_BITS / 96_000) * 1000, 6);
  });

  it('keeps the order', () => {
    const due = dueTimes({ kind: 'rate-limit', rateBps: 64_000, queueMs: 100 }, 3000, 5).filter((dueMs) => dueMs !== null);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });
});

describe('a number out of range', () => {
  it.each<Impairment>([
    { kind: 'bernoulli-loss', lossRatio: 1.1 },
    { kind: 'bernoulli-loss', lossRatio: Number.NaN },
    { kind: 'gilbert-elliott-loss', enterBadRatio: -1, leaveBadRatio: 0.5, lossInBadRatio: 1, lossInGoodRatio: 0 },
    { kind: 'delay', delayMs: -5 },
    { kind: 'delay', delayMs: Number.POSITIVE_INFINITY },
    { kind: 'jitter', distribution: 'uniform', jitterMs: Number.NaN, reorder: true },
    { kind: 'rate-limit', rateBps: 0, queueMs: 10 },
    { kind: 'rate-limit', rateBps: 1000, queueMs: -1 },
  ])('is refused before a packet is asked about: %o', (action) => {
    expect(() => createImpair(action, createRng(1))).toThrow(RangeError);
  });
});
