import type { DecodeRate } from './decode-rate.ts';
import type { StreamPacket } from './stream.ts';

/** Weight of one packet in the jitter estimate (RFC 3550 section 6.4.1). */
const JITTER_GAIN = 1 / 16;

/** What a receiver can say of a stream before playing any of it. */
export interface Reception {
  readonly packetsReceived: number;
  /** Expected minus received: duplicates make it smaller, even negative. */
  readonly packetsLost: number;
  /** Interarrival jitter at the end, seconds. */
  readonly jitter: number;
}

/**
 * Counts a stream as RFC 3550 section 6.4.1 and appendices A.3 and A.8 do, except that packets overtaken by the first to arrive are expected
 * too. Sources (SSRC) are counted apart and added up; jitter is the last source's. All 0 for an empty stream.
 */
export function receptionOf(packets: readonly StreamPacket[], { samplesPerMs }: DecodeRate): Reception {
  let expected = 0;
  let lowest = 0;
  let highest = -1;
  let jitter = 0;
  let previous: StreamPacket | null = null;
  for (const packet of packets) {
    if (previous === null || previous.epoch !== packet.epoch) {
      expected += highest - lowest + 1;
      lowest = packet.sequence;
      highest = packet.sequence;
      jitter = 0;
    } else {
      lowest = Math.min(lowest, packet.sequence);
      highest = Math.max(highest, packet.sequence);
      const transit = packet.arrivalMs - previous.arrivalMs - (packet.timestamp - previous.timestamp) / samplesPerMs;
      jitter += (Math.abs(transit) - jitter) * JITTER_GAIN;
    }
    previous = packet;
  }
  expected += highest - lowest + 1;
  return { packetsReceived: packets.length, packetsLost: expected - packets.length, jitter: jitter / 1000 };
}
