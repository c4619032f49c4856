import { describe, expect, it } from 'vitest';
import type { Impairment, PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { createFateLog, type FateLog } from '../../src/path/fate-log.ts';
import { createTextFlow, type TextFlow } from '../../src/path/text-flow.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly flow: TextFlow;
  readonly log: FateLog;
  /** What was delivered, and when. */
  readonly delivered: [name: string, atMs: number][];
  send(name: string, sizeBytes?: number): void;
}
const rule = (action: Impairment, over: Partial<PathRule> = {}): PathRule => ({
  match: ['text'],
  direction: 'both',
  action,
  provenance: {},
  ...over,
});

function flowOver(...rules: PathRule[]): Bench {
  const clock = new VirtualClock();
  const log = createFateLog(0);
  const flow = createTextFlow('up', { emulator: createEmulator(rules, createRng(1), 0), log, clock });
  const delivered: [string, number][] = [];
  return { clock, flow, log, delivered, send: (name, sizeBytes = 100) => flow.send(sizeBytes, () => delivered.push([name, clock.now()])) };
}
const lose = (packets: number): PathRule => rule({ kind: 'black-hole' }, { for: { packets } });

describe('one direction of the text connection', () => {
  it('delivers at once over a path without rules', () => {
    const { delivered, send } = flowOver();
    send('a');
    expect(delivered).toEqual([['a', 0]]);
  });

  it('holds segments as the path does, in order', () => {
    const { clock, delivered, send } = flowOver(rule({ kind: 'jitter', distribution: 'uniform', jitterMs: 100, reorder: true }));
    for (let i = 0; i < 50; i++) {
      send(`${i}`);
      clock.advanceTo(10 * (i + 1));
    }
    clock.advanceTo(1000);
    expect(delivered.map(([name]) => name)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
  });

  it.each([
    [1, 200],
    [2, 600],
    [3, 1400],
    [8, 51_000],
  ])('sends a segment lost %d times again until it is through, after %d ms in all', (losses, totalMs) => {
    const { clock, log, delivered, send } = flowOver(lose(losses), rule({ kind: 'delay', delayMs: 30 }));
    send('a');
    clock.advanceTo(60_000);
    expect(delivered).toEqual([['a', totalMs + 30]]);
    expect(log.fates().map(({ fate }) => fate)).toEqual([...new Array<string>(losses).fill('dropped'), 'delivered']);
  });

  it('comes once and at once where every segment is doubled', () => {
    const { clock, log, delivered, send } = flowOver(
      rule({ kind: 'duplicate', duplicateRatio: 1 }),
      rule({ kind: 'reorder', reorderRatio: 1, gapPackets: 2, delayMs: 40 }),
    );
    send('a');
    clock.advanceTo(1000);
    expect(delivered).toEqual([['a', 0]]);
    expect(log.fates()).toMatchObject([{ fate: 'delivered', dueMs: 0 }]);
  });

  it('takes a corrupted segment for a lost one: it fails its checksum and is sent again', () => {
    const { clock, log, delivered, send } = flowOver(
      rule({ kind: 'corrupt', corruptRatio: 1 }, { for: { packets: 2 } }),
      rule({ kind: 'delay', delayMs: 30 }),
    );
    send('a');
    clock.advanceTo(2000);
    expect(delivered).toEqual([['a', 200 + 400 + 30]]);
    expect(log.fates().map(({ fate, flippedBits, sentMs }) => [fate, flippedBits?.length ?? 0, sentMs])).toEqual([
      ['delivered', 1, 30],
      ['delivered', 1, 230],
      ['delivered', 0, 630],
    ]);
  });

  it('lets later segments wait for a lost one, and does not call that lateness of the machine', () => {
    const { clock, log, delivered, send } = flowOver(lose(1), rule({ kind: 'delay', delayMs: 30 }));
    send('lost once');
    send('behind');
    clock.advanceTo(1000);
    expect(delivered).toEqual([
      ['lost once', 230],
      ['behind', 230],
    ]);
    for (const { fate, dueMs, sentMs } of log.fates()) if (fate === 'delivered') expect(sentMs).toBe(dueMs);
  });

  it('gives up after eight retransmissions, and nothing passes any more', () => {
    const { clock, flow, log, delivered, send } = flowOver(lose(9));
    send('a');
    clock.advanceTo(100_000);
    expect(flow.stalled).toBe(true);
    send('b');
    clock.advanceTo(200_000);
    expect(delivered).toEqual([]);
    expect(log.fates()).toHaveLength(9);
  });

  it('counts what waits', () => {
    const { clock, flow, send } = flowOver(rule({ kind: 'delay', delayMs: 50 }));
    send('a', 1000);
    send('b', 48);
    expect(flow.waitingBytes).toBe(1048);
    clock.advanceTo(100);
    expect(flow.waitingBytes).toBe(0);
  });

  it('delivers nothing once closed', () => {
    const { clock, flow, log, delivered, send } = flowOver(rule({ kind: 'delay', delayMs: 50 }));
    send('a');
    flow.close();
    send('b');
    clock.advanceTo(1000);
    expect(delivered).toEqual([]);
    expect(log.fates()).toMatchObject([{ fate: 'undelivered' }]);
  });
});
