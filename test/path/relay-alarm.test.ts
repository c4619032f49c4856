import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { type AlarmClock, openAlarmClock } from '../../src/path/relay-alarm.ts';
import { machineClock } from '../../src/path/relay-clock.ts';

const clocks: AlarmClock[] = [];
afterEach(async () => {
  for (const clock of clocks.splice(0)) await clock.close();
});
async function open(): Promise<AlarmClock> {
  const clock = await openAlarmClock();
  clocks.push(clock);
  return clock;
}

describe('the alarm clock', () => {
  it('tells the same time as the clock of the machine', async () => {
    const clock = await open();
    const before = machineClock.now();
    const told = clock.now();
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(machineClock.now());
  });

  it('runs every callback once, in order of time, never earlier than its resolution', async () => {
    const clock = await open();
    const rng = createRng(1);
    const ran: { readonly atMs: number; readonly ranMs: number }[] = [];
    const startMs = clock.now();
    await new Promise<void>((resolve) => {
      for (let i = 0; i < 300; i++) {
        const atMs = startMs + 100 * rng.next();
        clock.schedule(atMs, () => ran.push({ atMs, ranMs: clock.now() }));
      }
      clock.schedule(startMs + 101, resolve);
    });
    expect(ran).toHaveLength(300);
    expect(ran.map(({ atMs }) => atMs)).toEqual(ran.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(Math.min(...ran.map(({ atMs, ranMs }) => ranMs - atMs))).toBeGreaterThanOrEqual(-(clock.resolutionMs ?? 0));
  });

  it('runs what is scheduled from a callback, and what is due already', async () => {
    const clock = await open();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      clock.schedule(clock.now() - 5, () => {
        order.push('past');
        clock.schedule(clock.now() + 1, () => {
          order.push('next');
          resolve();
        });
      });
      order.push('scheduled');
    });
    expect(order).toEqual(['scheduled', 'past', 'next']);
  });

  it('runs nothing that was cancelled, and nothing once closed', async () => {
    const clock = await open();
    const ran: string[] = [];
    clock.schedule(clock.now() + 1, () => ran.push('cancelled'))();
    await new Promise<void>((resolve) => clock.schedule(clock.now() + 2, resolve));
    clock.schedule(clock.now() + 1, () => ran.push('closed'));
    await clock.close();
    await clock.close();
    await new Promise<void>((resolve) => machineClock.schedule(machineClock.now() + 5, resolve));
    expect(ran).toEqual([]);
  });
});
