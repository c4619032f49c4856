import { unpackRed } from '../audio/red.ts';
import type { PayloadTypes } from '../audio/rtp-format.ts';
import type { Arrival } from '../core/packet.ts';
import { createUnwrapper } from './unwrap.ts';

/** One payload of a packet. */
export interface StreamPart {
  readonly timestamp: number;
  readonly payload: Uint8Array;
  /** 0 for the packet's own payload; n for the n-th before it, sent again. */
  readonly copy: number;
  /** Comfort noise, not speech. */
  readonly noise: boolean;
}

/** A packet of the stream in order of arrival, its counters unwrapped. */
export interface StreamPacket {
  readonly sequence: number;
  /** Samples of the codec's RTP clock: 48 kHz for Opus (RFC 7587 section 4.1), 8 kHz for G.711 (RFC 3551 section 4.5.14). */
  readonly timestamp: number;
  /** Its own payload first, then earlier ones where it has redundancy; none when it could not be taken apart. */
  readonly parts: readonly StreamPart[];
  readonly arrivalMs: number;
  /** Counts the stream's sources (SSRC) from 0: another source is a sender that began anew. */
  readonly epoch: number;
}

/** The payloads of a packet that belong to the stream: of redundancy, those of the stream's own types (libwebrtc, RedPayloadSplitter). */
function partsOf({ payload, payloadType }: Arrival, timestamp: number, types: PayloadTypes): StreamPart[] {
  const noise = types.comfortNoisePayloadType;
  if (payloadType !== types.redundancyPayloadType) return [{ timestamp, payload, copy: 0, noise: payloadType === noise }];
  const blocks = unpackRed(payload) ?? [];
  return blocks.flatMap((block, copy) => {
    if (block.payloadType !== types.payloadType && block.payloadType !== noise) return [];
    return [{ timestamp: timestamp - block.timestampOffset, payload: block.payload, copy, noise: block.payloadType === noise }];
  });
}

/**
 * The packets that are this stream's, in order of arrival (those of one millisecond in the order given): of the payload types asked for, not empty.
 * When another SSRC takes over, the old one is left for good and the counters start anew.
 */
export function streamOf(arrivals: readonly Arrival[], types: PayloadTypes): StreamPacket[] {
  const wanted = [types.payloadType, types.redundancyPayloadType, types.comfortNoisePayloadType];
  const ordered = arrivals.filter((a) => wanted.includes(a.payloadType) && a.payload.length > 0 && Number.isFinite(a.arrivalMs));
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
    const unwrapped = timestamp(arrival.timestamp);
    packets.push({
      sequence: sequence(arrival.sequenceNumber),
      timestamp: unwrapped,
      parts: partsOf(arrival, unwrapped, types),
      arrivalMs: arrival.arrivalMs,
      epoch,
    });
  }
  return packets;
}
