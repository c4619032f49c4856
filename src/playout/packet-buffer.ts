import type { DecodeRate } from './decode-rate.ts';

/** As many packets as libwebrtc's buffer holds; one more empties it. */
const MAX_PACKETS = 200;

/** A packet, or the error correction in one, that waits to be played. */
export interface Waiting {
  readonly timestamp: number;
  readonly samples: number;
  readonly arrivalMs: number;
  readonly payload: Uint8Array;
  /** The sound is that of the packet before this payload's own. */
  readonly fec: boolean;
  /** How many packets after the payload's own this one came in: 0 in its own, from 1 as redundancy (RFC 2198). */
  readonly copy: number;
  /** Comfort noise (RFC 3389), not speech. */
  readonly noise: boolean;
}

/** Which of two for one timestamp is played: any payload before error correction, and the earlier copy (libwebrtc, Packet::Priority). */
function isBetter(a: Waiting, b: Waiting): boolean {
  return a.fec === b.fec ? a.copy < b.copy : b.fec;
}

/** The packets that wait, earliest timestamp first, one for each timestamp. A packet itself takes the place of a copy of it, and both that of error correction. */
export interface PacketBuffer {
  /** Takes a packet; what has to go for it comes back, or the packet itself where one as good is there already. */
  insert(packet: Waiting): readonly Waiting[];
  first(): Waiting | null;
  takeFirst(): Waiting | null;
  /** Takes out what comes before `timestamp`. */
  dropBefore(timestamp: number): Waiting[];
  clear(): Waiting[];
  some(test: (packet: Waiting) => boolean): boolean;
  /** From the first packet's start to the last one's end, samples; one that stands for silence (`isDtx`) ends no sooner than now. */
  spanSamples(nowMs: number, isDtx: (packet: Waiting) => boolean): number;
}

/** Makes an empty buffer for packets whose timestamps count samples of `rate`. */
export function createPacketBuffer({ samplesPerMs }: DecodeRate): PacketBuffer {
  let waiting: Waiting[] = [];
  return {
    insert(packet) {
      let place = waiting.length;
      while (place > 0 && (waiting[place - 1] as Waiting).timestamp > packet.timestamp) place--;
      const same = waiting[place - 1];
      if (same?.timestamp === packet.timestamp) {
        if (!isBetter(packet, same)) return [packet];
        waiting[place - 1] = packet;
        return [same];
      }
      if (waiting.length >= MAX_PACKETS) {
        const removed = waiting;
        waiting = [packet];
        return removed;
      }
      waiting.splice(place, 0, packet);
      return [];
    },
    first: () => waiting[0] ?? null,
    takeFirst: () => waiting.shift() ?? null,
    dropBefore(timestamp) {
      let count = 0;
      while (count < waiting.length && (waiting[count] as Waiting).timestamp < timestamp) count++;
      return waiting.splice(0, count);
    },
    clear: () => waiting.splice(0),
    some: (test) => waiting.some(test),
    spanSamples(nowMs, isDtx) {
      const first = waiting[0];
      const last = waiting[waiting.length - 1];
      if (first === undefined || last === undefined) return 0;
      const waited = isDtx(last) ? (nowMs - last.arrivalMs) * samplesPerMs : 0;
      return last.timestamp - first.timestamp + Math.max(last.samples, waited);
    },
  };
}
