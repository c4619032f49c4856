import { describe, expect, it } from 'vitest';
import type { Impairment } from '../../../src/core/path-profile.ts';
import { createRng } from '../../../src/core/rng.ts';
import { createImpair } from '../../../src/path/impairments/create-impair.ts';

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
    { kind: 'rate-limit', rateBps: 1000 },
    { kind: 'rate-limit', rateBps: 1000, queueMs: 1, queueBytes: 1 },
    { kind: 'rate-limit', rateBps: 1000, queueMs: 1, targetMs: 5 },
    { kind: 'rate-limit', rateBps: 1000, queueMs: 1, discipline: 'codel', intervalMs: 0 },
    { kind: 'policer', rateBps: 1000, burstBytes: 0 },
    { kind: 'jitter', distribution: 'normal', delayMs: -1, jitterMs: 1, reorder: true },
    { kind: 'jitter', distribution: 'empirical', reorder: true },
    { kind: 'jitter', distribution: 'empirical', samplesMs: [], reorder: true },
    { kind: 'jitter', distribution: 'empirical', samplesMs: [1], quantilesMs: [1, 2], reorder: true },
    { kind: 'jitter', distribution: 'empirical', quantilesMs: [2, 1], reorder: true },
    { kind: 'jitter', distribution: 'empirical', quantilesMs: [1], reorder: true },
    { kind: 'four-state-loss', p13: 0.6, p31: 0.5, p32: 0.2, p23: 1, p14: 0.6 },
    { kind: 'four-state-loss', p13: 0.1, p31: 0.9, p32: 0.2, p23: 1, p14: 0 },
    { kind: 'block-loss', lossRatio: 0.1, blockPackets: 0 },
    { kind: 'trace-loss', trace: [], repeat: true },
    { kind: 'trace-loss', trace: [0, 2 as 1], repeat: true },
    { kind: 'reorder', reorderRatio: 0.1, gapPackets: 0, delayMs: 10 },
    { kind: 'duplicate', duplicateRatio: 2 },
    { kind: 'corrupt', corruptRatio: -0.1 },
    { kind: 'outage', periodMs: 0, lengthMs: 0 },
    { kind: 'outage', periodMs: 100, lengthMs: 101 },
    { kind: 'stall', periodMs: 100, lengthMs: 101 },
    { kind: 'mtu', mtuBytes: 0 },
  ])('is refused before a packet is asked about: %o', (action) => {
    expect(() => createImpair(action, createRng(1))).toThrow(RangeError);
  });
});
