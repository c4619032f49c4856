import type { DirectionRecord } from '../core/call-record.ts';
import type { Arrival } from '../core/packet.ts';

/** The call as another sender would have sent it: other payloads in the places of the same packets, of which the same arrive at the same times. */

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
