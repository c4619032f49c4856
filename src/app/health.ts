import { MAX_OWN_LATENESS_SECONDS } from '../config/defaults.ts';
import type { CallHealth, DelayQuantiles } from '../core/call-record.ts';

/** Whether the machine itself was quick enough for what was measured to be the path's doing, and if not, what was late. */
export function judgeHealth(health: CallHealth): { readonly valid: boolean; readonly reason: string | null } {
  const late = (what: string, delays: DelayQuantiles | null): string | null =>
    delays !== null && delays.p99 > MAX_OWN_LATENESS_SECONDS
      ? `${what} was late by ${Math.round(delays.p99 * 1000)} ms (99th percentile)`
      : null;
  const reason =
    late('sending', health.sendLatenessSeconds) ??
    late('the relay', health.relayLatenessSeconds) ??
    late('the program', health.eventLoopDelaySeconds);
  return { valid: reason === null, reason };
}
