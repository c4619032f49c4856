import type { Arrival } from '../core/packet.ts';
import { createUnwrapper } from './unwrap.ts';

/** A packet of the stream in order of arrival, its counters unwrapped. */
export interface StreamPacket {
  readonly sequence: number;
  /** Samples of the codec's RTP clock: 48 kHz for Opus (RFC 7587 section 4.1), 8 kHz for G.711 (RFC 3551 section 4.5.14). */
  readonly timestamp: number;
  readonly payload: Uint8Array;
  readonly arrivalMs: number;
  /** Counts the stream's sources (SSRC) from 0: another source is a sender that began anew. */
  readonly epoch: number;
}

/**
 * The packets that are this stream's, in order of arrival (those of one millisecond in the order given): the payload type asked for, not empty.
 * When another SSRC takes over, the old one is left for good and the counters start anew.
 */
export function streamOf(arrivals: readonly Arrival[], payloadType: number): StreamPacket[] {
  const ordered = arrivals.filter((a) => a.payloadType === payloadType && a.payload.length > 0 && Number.isFinite(a.arrivalMs));
  ordered.sort((a, b) => a.arrivalMs - b.arrivalMs);
  const left = new Set<number>();
  let ssrc: number | null = null;
  let epoch = -1;
  let sequence = createUnwrapper(16);
  let timestamp = createUnwrapper(32);
  const packets: StreamPacket[] = [];
  for (const arrival of ordered) {
    if (left.has(arrival.ssrc)) continue;
    if (arrival.ssrc !== ssrc) {
      if (ssrc !== null) left.add(ssrc);
      ssrc = arrival.ssrc;
      epoch++;
      sequence = createUnwrapper(16);
      timestamp = createUnwrapper(32);
    }
    packets.push({
      sequence: sequence(arrival.sequenceNumber),
      timestamp: timestamp(arrival.timestamp),
      payload: arrival.payload,
      arrivalMs: arrival.arrivalMs,
      epoch,
    });
  }
  return packets;
}
