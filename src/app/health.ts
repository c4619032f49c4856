import { MAX_OWN_LATENESS_SECONDS } from '../config/defaults.ts';
import type { CallHealth, DelayQuantiles } from '../core/call-record.ts';

/**
 * Whether what was measured is the path's doing, and if not, what the machine did: lost packets of its own, or was late with them.
 * `reason` is null when the health is valid.
 */
export function judgeHealth(health: CallHealth): { readonly valid: boolean; readonly reason: string | null } {
  const late = (what: string, delays: DelayQuantiles | null): string | null =>
    delays !== null && delays.p99 > MAX_OWN_LATENESS_SECONDS
      ? `${what} was late by ${Math.round(delays.p99 * 1000)} ms (99th percentile)`
      : null;
  const { overflowed, socketErrors } = health.relay ?? { overflowed: 0, socketErrors: 0 };
  const reason =
    (overflowed > 0 ? `the relay ran out of room and threw away ${overflowed} packets` : null) ??
    (socketErrors > 0 ? `the relay's sockets failed ${socketErrors} times` : null) ??
    late('sending', health.sendLatenessSeconds) ??
    late('the relay', health.relayLatenessSeconds) ??
    late('the program', health.eventLoopDelaySeconds);
  return { valid: reason === null, reason };
}
