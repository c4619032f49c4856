import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DelayQuantiles } from '../core/call-record.ts';
import type { PacketFate, SentPacket } from '../core/packet.ts';

/** How often the event loop is sampled, ms. The histogram holds whole intervals, so that much is taken off again. */
const LOOP_RESOLUTION_MS = 10;
const NANOSECONDS = 1e9;

export interface LoopMonitor {
  /** Ends the measurement and returns how late the event loop was, or null when it was never sampled. */
  stop(): DelayQuantiles | null;
}

/** Begins to measure how late the event loop runs its timers. Holds no handle that keeps the process alive. */
export function startLoopMonitor(): LoopMonitor {
  const histogram = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  histogram.enable();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - LOOP_RESOLUTION_MS / 1000);
  return {
    stop() {
      histogram.disable();
      if (histogram.count === 0) return null;
      return { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) };
    },
  };
}

/** Actual minus due time of the packets sent, seconds; null when there were none. */
export function sendLateness(sent: readonly SentPacket[]): DelayQuantiles | null {
  return quantiles(sent.map((packet) => (packet.sentMs - packet.dueMs) / 1000));
}

/** Actual minus due time of every UDP packet the relay sent on, seconds; null when there were none. */
export function relayLateness(fates: readonly PacketFate[]): DelayQuantiles | null {
  const late: number[] = [];
  for (const { packetClass, sentMs, dueMs } of fates) {
    if (packetClass !== 'text' && sentMs !== null && dueMs !== null) late.push((sentMs - dueMs) / 1000);
  }
  return quantiles(late);
}

/** Nearest-rank quantiles; null for no values. */
export function quantiles(values: readonly number[]): DelayQuantiles | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
