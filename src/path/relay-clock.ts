import type { Clock } from '../core/clock.ts';

/**
 * The machine's monotonic clock. A callback runs up to about a millisecond off its time, on either side: Node rounds timers to whole
 * milliseconds, and rounding up would make every wait late by half of one. Whoever needs a callback never to be early looks at `now()` and waits again.
 */
export const machineClock: Clock = {
  now: () => performance.now(),
  schedule(atMs, callback) {
    const timer = setTimeout(callback, Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  },
};
