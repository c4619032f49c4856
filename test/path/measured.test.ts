import { describe, expect, it } from 'vitest';
import type { PacketClass } from '../../src/core/packet.ts';
import type { Impairment, PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import type { RuleMeasurement } from '../../src/core/rule-measurement.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { gilbertElliottFor } from '../../src/path/impairments/gilbert-elliott-loss.ts';
import { requestedHarm } from '../../src/path/measured-request.ts';
import { rule, VOICE } from '../support/impairments.ts';

const COUNT = 20_000;
/** What rules ask and do over voice packets 20 ms apart. */
function measure(count: number, ...rules: PathRule[]): RuleMeasurement[] {
  const path = createEmulator(rules, createRng(1), 0);
  for (let i = 0; i < count; i++) path.offer(VOICE, 20 * i);
  return path.measurements();
}
const only = (action: Impairment): RuleMeasurement => measure(COUNT, rule(action)).at(-1) as RuleMeasurement;

/** Far wider than any 99 % interval here, to hold all at once: the intervals themselves are in the tests of each impairment. */
const LOOSE = 0.1;
const near = (measured: number | null | undefined, requested: number | null): void => {
  expect(requested).not.toBeNull();
  expect(Math.abs((measured as number) / (requested as number) - 1)).toBeLessThan(LOOSE);
};

describe('requested against measured', () => {
  it.each<Impairment>([
    { kind: 'bernoulli-loss', lossRatio: 0.2 },
    gilbertElliottFor(0.2, 3),
    { kind: 'gilbert-elliott-loss', enterBadRatio: 0.1, leaveBadRatio: 0.2, lossInBadRatio: 0.7, lossInGoodRatio: 0.05 },
    { kind: 'four-state-loss', p13: 0.1, p31: 0.3, p32: 0.2, p23: 0.5, p14: 0.05 },
  ])('agrees on the share and the bursts of a loss: %o', (action) => {
    const { requested, measured } = only(action);
    near(measured.lossRatio, requested.lossRatio);
    near(measured.meanLossBurst, requested.meanLossBurst);
    expect(measured.longestLossBurst as number).toBeGreaterThan(measured.meanLossBurst as number);
  });

  it.each<Impairment>([
    { kind: 'block-loss', lossRatio: 0.25, blockPackets: 10 },
    { kind: 'trace-loss', trace: [0, 1, 1, 0, 0], repeat: true },
    { kind: 'outage', periodMs: 1000, lengthMs: 200 },
    { kind: 'black-hole' },
    { kind: 'freeze' },
  ])('agrees on the share of what is lost by plan: %o', (action) => {
    const { requested, measured } = only(action);
    expect(measured.lossRatio).toBeCloseTo(requested.lossRatio as number, 9);
  });

  it.each<Impairment>([
    { kind: 'delay', delayMs: 40 },
    { kind: 'jitter', distribution: 'pareto', jitterMs: 15, reorder: true },
    { kind: 'jitter', distribution: 'normal', delayMs: 80, jitterMs: 20, reorder: true },
    { kind: 'jitter', distribution: 'empirical', quantilesMs: [0, 10, 50], reorder: true },
    { kind: 'reorder', reorderRatio: 0.25, gapPackets: 3, delayMs: 50 },
    { kind: 'stall', periodMs: 1000, lengthMs: 500 },
  ])('agrees on the mean of an added delay: %o', (action) => {
    const { requested, measured } = only(action);
    near(measured.addedDelayMs?.mean, requested.meanDelayMs);
    const { p50, p95, p99, max } = measured.addedDelayMs as NonNullable<typeof measured.addedDelayMs>;
    expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].toSorted((a, b) => a - b));
    expect(measured.dropped).toBe(0);
  });

  it('agrees on what is doubled and corrupted', () => {
    const doubling = only({ kind: 'duplicate', duplicateRatio: 0.1 });
    near(doubling.measured.duplicated / COUNT, doubling.requested.duplicateRatio);
    const corruption = only({ kind: 'corrupt', corruptRatio: 0.1 });
    near(corruption.measured.corrupted / COUNT, corruption.requested.corruptRatio);
  });

  it.each<Impairment>([
    { kind: 'rate-limit', rateBps: 24_000, queueMs: 200 },
    { kind: 'policer', rateBps: 24_000, burstBytes: 2000 },
  ])('agrees within 2 %% on the rate of a link, added up over the classes that share it: %o', (action) => {
    const path = createEmulator([rule(action)], createRng(1), 0);
    for (let i = 0; i < COUNT; i++) path.offer({ ...VOICE, packetClass: i % 3 === 0 ? 'rtcp' : 'rtp' }, 20 * i);
    const rows = path.measurements();
    expect(rows.map(({ packetClass }) => packetClass).toSorted()).toEqual(['all', 'rtcp', 'rtp']);
    const all = rows.find(({ packetClass }) => packetClass === 'all') as RuleMeasurement;
    expect(Math.abs((all.measured.passedBps as number) / (all.requested.rateBps as number) - 1)).toBeLessThan(0.02);
    const shares = rows.filter((row) => row !== all).map(({ measured }) => measured.passedBps as number);
    expect(Math.abs(shares.reduce((sum, bps) => sum + bps, 0) / (all.measured.passedBps as number) - 1)).toBeLessThan(0.01);
  });

  it('asks nothing where the action has no such number', () => {
    expect(Object.values(requestedHarm({ kind: 'mtu', mtuBytes: 1200 })).every((value) => value === null)).toBe(true);
    expect(requestedHarm({ kind: 'bernoulli-loss', lossRatio: 1 }).meanLossBurst).toBeNull();
    expect(
      requestedHarm({ kind: 'gilbert-elliott-loss', enterBadRatio: 0, leaveBadRatio: 0, lossInBadRatio: 1, lossInGoodRatio: 0 }),
    ).toMatchObject({ lossRatio: 0, meanLossBurst: null });
  });
});

describe('the measurement of a rule', () => {
  it('tells what matched from what it was awake for, and has no figures without packets', () => {
    const rows = measure(
      10,
      rule({ kind: 'bernoulli-loss', lossRatio: 1 }, { after: { packets: 6 } }),
      rule({ kind: 'delay', delayMs: 5 }, { after: { packets: 100 } }),
      rule({ kind: 'delay', delayMs: 5 }, { direction: 'down' }),
      rule({ kind: 'delay', delayMs: 5 }, { match: ['stun'] }),
    );
    expect(rows.map((row) => row.rule)).toEqual([0, 1]);
    expect(rows[0]?.measured).toMatchObject({ matched: 10, awake: 4, dropped: 4, lossRatio: 1, longestLossBurst: 4, addedDelayMs: null });
    expect(rows[1]?.measured).toMatchObject({
      matched: 6,
      awake: 0,
      lossRatio: null,
      addedDelayMs: null,
      passedBps: null,
      meanLossBurst: null,
    });
  });

  it('is kept for each direction and class by itself, in order of rules and directions', () => {
    const path = createEmulator([rule({ kind: 'delay', delayMs: 5 }), rule({ kind: 'delay', delayMs: 7 })], createRng(1), 0);
    for (const packetClass of ['rtp', 'stun'] satisfies PacketClass[]) {
      for (const direction of ['down', 'up'] as const) path.offer({ ...VOICE, direction, packetClass }, 0);
    }
    const places = path.measurements().map((row) => `${row.rule} ${row.direction} ${row.packetClass} ${row.measured.addedDelayMs?.mean}`);
    expect(places).toEqual(
      [5, 7].flatMap((ms, index) => ['up', 'down'].flatMap((way) => ['rtp', 'stun'].map((name) => `${index} ${way} ${name} ${ms}`))),
    );
  });

  it('counts what overtakes', () => {
    const { measured } = only({ kind: 'reorder', reorderRatio: 1, gapPackets: 4, delayMs: 50 });
    expect(measured.overtaking).toBe(COUNT / 4);
    expect(only({ kind: 'jitter', distribution: 'normal', jitterMs: 30, reorder: false }).measured.overtaking).toBe(0);
  });

  it('accounts for every packet: what leaves a path is what came, and what was doubled, less what was dropped', () => {
    const rng = createRng(8);
    const actions: readonly Impairment[] = [
      { kind: 'bernoulli-loss', lossRatio: 0.1 },
      { kind: 'duplicate', duplicateRatio: 0.2 },
      { kind: 'jitter', distribution: 'pareto', jitterMs: 20, reorder: true },
      { kind: 'rate-limit', rateBps: 40_000, queueBytes: 2000, discipline: 'codel' },
      { kind: 'policer', rateBps: 50_000, burstBytes: 1500 },
      { kind: 'reorder', reorderRatio: 0.3, gapPackets: 2, delayMs: 30 },
      { kind: 'stall', periodMs: 700, lengthMs: 90 },
      { kind: 'outage', periodMs: 900, lengthMs: 90 },
      { kind: 'corrupt', corruptRatio: 0.1 },
      { kind: 'mtu', mtuBytes: 200 },
      { kind: 'delay', delayMs: 20 },
      { kind: 'block-loss', lossRatio: 0.2, blockPackets: 10 },
    ];
    for (let round = 0; round < 60; round++) {
      const rules = Array.from({ length: 1 + Math.floor(5 * rng.next()) }, () =>
        rule(
          actions[Math.floor(rng.next() * actions.length)] as Impairment,
          rng.next() < 0.3 ? { after: { packets: 20 }, for: { ms: 3000 } } : {},
        ),
      );
      const path = createEmulator(rules, rng.fork(`${round}`), 0);
      let left = 0;
      for (let i = 0; i < 500; i++) {
        const { deliveries } = path.offer({ ...VOICE, sizeBytes: Math.floor(50 + 200 * rng.next()) }, 10 * i);
        left += deliveries.length;
        for (const { dueMs } of deliveries) expect(dueMs).toBeGreaterThanOrEqual(10 * i);
      }
      const rows = path.measurements().filter(({ packetClass }) => packetClass !== 'all');
      const total = (name: 'dropped' | 'duplicated'): number => rows.reduce((sum, { measured }) => sum + measured[name], 0);
      expect(left).toBe(500 + total('duplicated') - total('dropped'));
      for (const { kind, measured } of rows) {
        if (['jitter', 'reorder', 'stall', 'delay', 'corrupt', 'duplicate'].includes(kind)) expect(measured.dropped).toBe(0);
        if (kind !== 'duplicate') expect(measured.duplicated).toBe(0);
      }
    }
  });
});
