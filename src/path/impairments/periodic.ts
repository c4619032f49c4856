import { checkMs } from '../impairment.ts';

/** Says when the harm that holds at a time will be over, in the same milliseconds; null when there is none then. */
export type Periodic = (atMs: number, wokeMs: number) => number | null;

/** The shortest period: what comes more often than every packet is no period. */
const MIN_PERIOD_MS = 1;

/** Harm in the last `lengthMs` of every `periodMs`, counted from when the rule woke. Throws a RangeError when the harm is longer than the period. */
export function createPeriodic({ periodMs, lengthMs }: { readonly periodMs: number; readonly lengthMs: number }): Periodic {
  if (checkMs('periodMs', periodMs) < MIN_PERIOD_MS) throw new RangeError(`periodMs must be at least ${MIN_PERIOD_MS}, and is ${periodMs}`);
  if (checkMs('lengthMs', lengthMs) > periodMs) throw new RangeError(`lengthMs must not be over periodMs, and is ${lengthMs}`);
  return (atMs, wokeMs) => {
    const period = Math.floor((atMs - wokeMs) / periodMs);
    const endMs = wokeMs + (period + 1) * periodMs;
    return atMs >= endMs - lengthMs && atMs < endMs ? endMs : null;
  };
}
