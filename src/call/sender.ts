import type { Clock } from '../core/clock.ts';
import type { SentPacket } from '../core/packet.ts';
import type { Rng } from '../core/rng.ts';
import type { OutgoingRtp } from './peer.ts';

export interface SenderOptions {
  readonly clock: Clock;
  /** Time 0 of the record, and when the first packet is due, both in clock milliseconds. */
  readonly originMs: number;
  readonly startMs: number;
  readonly packetTimeMs: number;
  /** What RTP timestamps count in, Hz. */
  readonly clockRateHz: number;
  /** One packet per packet time; null where nothing is sent. */
  readonly packets: readonly (Uint8Array | null)[];
  /** Draws the first sequence number and timestamp. */
  readonly rng: Rng;
  /** Sends now; false when it could not. */
  send(packet: OutgoingRtp): boolean;
}

export interface Sender {
  /** What has been sent so far, in order. */
  readonly sent: readonly SentPacket[];
  /** When the last packet time ends, in clock milliseconds. */
  readonly endMs: number;
  /** Whether every packet has had its turn. */
  isDone(): boolean;
  stop(): void;
}

/**
 * Sends a packet every packet time. Each is due at `startMs + n * packetTimeMs` whatever became of those before it, so that lateness never adds
 * up; after a stall all that is due is sent at once.
 * The first sequence number is drawn below 2^15, so that a loss at the start cannot be taken for a wrap (RFC 3711 section 3.3.1); the first packet
 * after silence carries the marker (RFC 3551 section 4.1). A packet that could not be sent is not in `sent`, and its number is used up.
 */
export function startSender(options: SenderOptions): Sender {
  const { clock, originMs, startMs, packetTimeMs, packets } = options;
  const sent: SentPacket[] = [];
  let sequenceNumber = Math.floor(options.rng.next() * 0x8000);
  const firstTimestamp = Math.floor(options.rng.next() * 0x1_0000_0000);
  let next = 0;
  let silent = true;
  let cancel = (): void => undefined;

  const dueMs = (n: number): number => startMs + n * packetTimeMs;
  const sendOne = (): void => {
    const payload = packets[next] ?? null;
    if (payload !== null) {
      const timestamp = (firstTimestamp + (next * packetTimeMs * options.clockRateHz) / 1000) % 0x1_0000_0000;
      const sentMs = clock.now() - originMs;
      if (options.send({ sequenceNumber, timestamp, marker: silent, payload })) {
        sent.push({ sequenceNumber, timestamp, payloadBytes: payload.length, dueMs: startMs - originMs + next * packetTimeMs, sentMs });
      }
      sequenceNumber = (sequenceNumber + 1) % 0x1_0000;
    }
    silent = payload === null;
    next++;
  };
  const sendDue = (): void => {
    while (next < packets.length && dueMs(next) <= clock.now()) sendOne();
    if (next < packets.length) cancel = clock.schedule(dueMs(next), sendDue);
  };
  sendDue();

  return {
    sent,
    endMs: dueMs(packets.length),
    isDone: () => next >= packets.length,
    stop: () => cancel(),
  };
}
