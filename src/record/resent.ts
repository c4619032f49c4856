import type { DirectionRecord } from '../core/call-record.ts';
import type { Arrival } from '../core/packet.ts';

/** The call as another sender would have sent it: other payloads in the places of the same packets, of which the same arrive at the same times. */

/** Samples at 48 kHz in a millisecond: Opus' RTP clock (RFC 7587 section 4.1). */
const UNITS_PER_MS = 48;

/** Which of the sender's packets each sequence number was, counted from the first packet time on; numbers that were never sent are absent. */
export function packetPlaces({ sent, mediaStartMs }: DirectionRecord, packetTimeMs: number): ReadonlyMap<number, number> {
  const startMs = mediaStartMs ?? 0;
  return new Map(sent.map(({ sequenceNumber, dueMs }) => [sequenceNumber, Math.round((dueMs - startMs) / packetTimeMs)]));
}

/** What arrived, with new payloads in its packets' places. Packets whose place is unknown, or for which the new sender sends nothing, are left out. */
export function withPayloads(
  arrivals: readonly Arrival[],
  places: ReadonlyMap<number, number>,
  packets: readonly (Uint8Array | null)[],
): Arrival[] {
  return arrivals.flatMap((arrival) => {
    const payload = packets[places.get(arrival.sequenceNumber) ?? -1] ?? null;
    return payload === null ? [] : [{ ...arrival, payload }];
  });
}

/**
 * What arrived, had each packet brought the payload of the one before it along (RFC 2198, one generation, no distance between): where that had not
 * come yet, it comes with its successor, as a receiver that takes such packets apart sees it. A copy of what is there already changes nothing, and is left out.
 */
export function withRedundancy(
  arrivals: readonly Arrival[],
  places: ReadonlyMap<number, number>,
  packets: readonly (Uint8Array | null)[],
  packetTimeMs: number,
): Arrival[] {
  const come = new Set<number>();
  return [...arrivals]
    .sort((a, b) => a.arrivalMs - b.arrivalMs)
    .flatMap((arrival) => {
      const place = places.get(arrival.sequenceNumber);
      if (place === undefined) return [arrival];
      come.add(place);
      const payload = packets[place - 1] ?? null;
      if (payload === null || come.has(place - 1)) return [arrival];
      come.add(place - 1);
      const before = {
        ...arrival,
        sequenceNumber: (arrival.sequenceNumber - 1) & 0xffff,
        timestamp: (arrival.timestamp - packetTimeMs * UNITS_PER_MS) >>> 0,
        marker: false,
        payload,
      };
      return [arrival, before];
    });
}

/** Which share of what arrived an encoder has made again byte for byte, 0–1; 0 when nothing arrived. */
export function sameShare(
  arrivals: readonly Arrival[],
  places: ReadonlyMap<number, number>,
  packets: readonly (Uint8Array | null)[],
): number {
  const same = arrivals.filter(({ sequenceNumber, payload }) => {
    const made = packets[places.get(sequenceNumber) ?? -1];
    return made instanceof Uint8Array && made.length === payload.length && made.every((byte, i) => byte === payload[i]);
  });
  return arrivals.length === 0 ? 0 : same.length / arrivals.length;
}
