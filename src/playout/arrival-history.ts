import type { DecodeRate } from './decode-rate.ts';

/** How far back, in the sender's time, the fastest packet is looked for, ms (libwebrtc, PacketArrivalHistory). */
const WINDOW_MS = 2000;

interface Seen {
  readonly timestamp: number;
  /** Arrival minus timestamp, ms: larger for a slower packet, by an unknown constant. */
  readonly transitMs: number;
}

/** How late packets come, against the fastest of the last two seconds. After libwebrtc's NetEq. */
export interface ArrivalHistory {
  /** Takes one packet, in order of arrival; `reordered` when one sent after it has come already, `known` when it has come itself. */
  insert(timestamp: number, arrivalMs: number): { readonly delayMs: number; readonly reordered: boolean; readonly known: boolean };
  /** By how much the sample `timestamp` would be late, played at `nowMs`; never negative. */
  delayMs(timestamp: number, nowMs: number): number;
  /** The largest delay of a packet in the window; 0 when it is empty. */
  maxDelayMs(): number;
}

/** Makes an empty history of packets whose timestamps count samples of `rate`. */
export function createArrivalHistory({ samplesPerMs }: DecodeRate): ArrivalHistory {
  let seen: Seen[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  const fastestMs = (): number => {
    let fastest = Number.POSITIVE_INFINITY;
    for (const packet of seen) if (packet.transitMs < fastest) fastest = packet.transitMs;
    return fastest;
  };
  const delayMs = (timestamp: number, nowMs: number): number =>
    seen.length === 0 ? 0 : Math.max(0, nowMs - timestamp / samplesPerMs - fastestMs());
  return {
    insert(timestamp, arrivalMs) {
      const reordered = timestamp < newest;
      newest = Math.max(newest, timestamp);
      const known = seen.some((packet) => packet.timestamp === timestamp);
      if (!known) {
        seen.push({ timestamp, transitMs: arrivalMs - timestamp / samplesPerMs });
        const horizon = newest - WINDOW_MS * samplesPerMs;
        seen = seen.filter((packet) => packet.timestamp >= horizon);
      }
      return { delayMs: delayMs(timestamp, arrivalMs), reordered, known };
    },
    delayMs,
    maxDelayMs() {
      let slowest = Number.NEGATIVE_INFINITY;
      for (const packet of seen) if (packet.transitMs > slowest) slowest = packet.transitMs;
      return seen.length === 0 ? 0 : slowest - fastestMs();
    },
  };
}
