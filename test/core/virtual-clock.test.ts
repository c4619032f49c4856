import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

describe('a virtual clock', () => {
  it('moves only when told to, and never back', () => {
    const clock = new VirtualClock();
    expect(clock.now()).toBe(0);
    clock.advanceTo(5);
    clock.advanceTo(3);
    expect(clock.now()).toBe(5);
  });

  it('runs callbacks in order of time, each at its own, and equals in the order they were scheduled', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    for (const [name, atMs] of Object.entries({ late: 9, first: 2, second: 2, beyond: 11 })) {
      clock.schedule(atMs, () => ran.push(`${name}@${clock.now()}`));
    }
    clock.advanceTo(10);
    expect(ran).toEqual(['first@2', 'second@2', 'late@9']);
  });

  it('runs what a callback schedules on the way', () => {
    const clock = new VirtualClock();
    let ticks = 0;
    const tick = (): void => {
      ticks++;
      clock.schedule(clock.now() + 20, tick);
    };
    clock.schedule(0, tick);
    clock.advanceTo(100);
    expect(ticks).toBe(6);
  });

  it('runs what is overdue as soon as it is moved, without going back in time', () => {
    const clock = new VirtualClock();
    clock.advanceTo(50);
    let ranAtMs = Number.NaN;
    clock.schedule(10, () => {
      ranAtMs = clock.now();
    });
    clock.advanceTo(50);
    expect(ranAtMs).toBe(50);
  });

  it('does not run what was cancelled, and bears a late cancel', () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const cancel = clock.schedule(1, () => ran.push('kept'));
    clock.schedule(2, () => ran.push('cancelled'))();
    clock.advanceTo(3);
    cancel();
    expect(ran).toEqual(['kept']);
  });
});
