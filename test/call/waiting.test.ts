import { describe, expect, it } from 'vitest';
import { sleepUntil, waitFor } from '../../src/call/waiting.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('a bounded wait', () => {
  it('ends with the value when the promise is first', async () => {
    const clock = new VirtualClock();
    expect(await waitFor(Promise.resolve(7), 100, { clock })).toEqual({ end: 'done', value: 7 });
  });

  it('ends as timeout at its time and not before', async () => {
    const clock = new VirtualClock();
    let ended = false;
    const waiting = waitFor(never(), 100, { clock }).then((waited) => {
      ended = true;
      return waited;
    });
    clock.advanceTo(99);
    await Promise.resolve();
    expect(ended).toBe(false);
    clock.advanceTo(100);
    expect(await waiting).toEqual({ end: 'timeout' });
  });

  it('waits again when a clock calls back early', async () => {
    let now = 0;
    const callbacks: (() => void)[] = [];
    const clock = {
      now: () => now,
      schedule(_atMs: number, callback: () => void) {
        callbacks.push(callback);
        return () => undefined;
      },
    };
    const waiting = waitFor(never(), 100, { clock });
    now = 99.4;
    callbacks.shift()?.();
    expect(callbacks).toHaveLength(1);
    now = 100;
    callbacks.shift()?.();
    expect(await waiting).toEqual({ end: 'timeout' });
  });

  it('ends as aborted by the signal, before or during the wait', async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const waiting = sleepUntil(100, { clock, signal: controller.signal });
    controller.abort('interrupted');
    expect(await waiting).toBe('aborted');
    expect(await waitFor(never(), 100, { clock, signal: controller.signal })).toEqual({ end: 'aborted' });
  });

  it('passes on the error of the promise, and swallows one that comes too late', async () => {
    const clock = new VirtualClock();
    await expect(waitFor(Promise.reject(new Error('bug')), 100, { clock })).rejects.toThrow('bug');
    let reject = (_error: Error): void => undefined;
    const late = new Promise<never>((_resolve, rejectLate) => {
      reject = rejectLate;
    });
    const waiting = waitFor(late, 100, { clock });
    clock.advanceTo(100);
    expect(await waiting).toEqual({ end: 'timeout' });
    reject(new Error('too late'));
    await Promise.resolve();
  });
});
