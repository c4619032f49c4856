import type { Clock } from '../../core/clock.ts';

/**
 * Milliseconds of the machine's monotonic clock. All processes read the same one (CLOCK_MONOTONIC, mach_absolute_time, QueryPerformanceCounter), which
 * `performance.now` counts too, from the start of each process.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What another process calls {@link monotonicMs}, in the milliseconds of this one's clock. */
export function mapToClock(clock: Clock): (ms: number) => number {
  const offsetMs = clock.now() - monotonicMs();
  return (ms) => ms + offsetMs;
}
