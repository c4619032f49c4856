import type { Clock } from '../core/clock.ts';
import type { Arrival } from '../core/packet.ts';
import type { IncomingRtp } from './peer.ts';

export interface Receiver {
  /** Every packet in order of arrival, duplicates and all. */
  readonly arrivals: readonly Arrival[];
  accept(packet: IncomingRtp): void;
  /** From now on packets are ignored. */
  stop(): void;
}

/**
 * Writes down what arrives, and when. Nothing is reordered, dropped or judged: that is playout's business.
 * @param originMs time 0 of the record, in clock milliseconds
 * @param onArrival told of every packet, at once
 */
export function createReceiver(clock: Clock, originMs: number, onArrival: () => void): Receiver {
  const arrivals: Arrival[] = [];
  let listening = true;
  return {
    arrivals,
    accept(packet) {
      if (!listening) return;
      arrivals.push({ ...packet, arrivalMs: Math.round(clock.now() - originMs) });
      onArrival();
    },
    stop() {
      listening = false;
    },
  };
}
