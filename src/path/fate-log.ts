import type { Direction, PacketClass, PacketFate } from '../core/packet.ts';
import type { RtpPosition } from './classify.ts';

/** A packet that has just reached a relay. Times here are the clock's own; only {@link FateLog.fates} is relative to the origin. */
export interface ArrivedPacket {
  readonly direction: Direction;
  readonly packetClass: PacketClass;
  readonly sizeBytes: number;
  readonly rtp: RtpPosition | null;
  readonly arrivedMs: number;
}

/** Where relays write what became of each packet. The relay of the call and the text relay share one, so that the order of arrival holds over both. */
export interface FateLog {
  /** Moves time 0 of {@link fates}, in clock milliseconds; also for packets written down before. */
  setOrigin(originMs: number): void;
  /** Every packet written down so far, in order of arrival, as a fresh array. What is still on its way is `undelivered`. */
  fates(): PacketFate[];
  /** How many packets were relayed but not written down, because the log was full. */
  readonly unrecorded: number;
  /** Writes down a packet dropped by the rule of that index. */
  dropped(packet: ArrivedPacket, rule: number): void;
  /** Writes down a packet that is due at `dueMs`; the returned entry is for {@link sent}. */
  accepted(packet: ArrivedPacket, dueMs: number): FateEntry;
  /** The entry's packet has been sent on; `dueMs` replaces the time it was due when it had to wait for the one before it. */
  sent(entry: FateEntry, sentMs: number, dueMs?: number): void;
  /** The machine refused to send the packet after all. */
  failed(entry: FateEntry): void;
}

/** A handle to one packet in the log. */
export interface FateEntry {
  fate: PacketFate['fate'];
  dueMs: number | null;
  sentMs: number | null;
}

/** The most packets a log holds: over an hour of a call at 50 packets/s, in about 40 MB. */
export const MAX_RECORDED_PACKETS = 200_000;

/**
 * Makes an empty log.
 * @param originMs time 0 of the record, in clock milliseconds
 * @param maxPackets what comes beyond is relayed, counted in `unrecorded`, and not written down
 */
export function createFateLog(originMs: number, maxPackets: number = MAX_RECORDED_PACKETS): FateLog {
  type Recorded = FateEntry & { readonly packet: ArrivedPacket; readonly index: number; readonly droppedByRule: number | null };
  const recorded: Recorded[] = [];
  const nextIndex = new Map<string, number>();
  let origin = originMs;
  let unrecorded = 0;

  const write = (packet: ArrivedPacket, fate: PacketFate['fate'], droppedByRule: number | null, dueMs: number | null): Recorded => {
    const flow = `${packet.direction} ${packet.packetClass}`;
    const index = nextIndex.get(flow) ?? 0;
    nextIndex.set(flow, index + 1);
    const entry: Recorded = { packet, index, fate, droppedByRule, dueMs, sentMs: null };
    if (recorded.length < maxPackets) recorded.push(entry);
    else unrecorded++;
    return entry;
  };
  const relative = (ms: number | null): number | null => (ms === null ? null : ms - origin);

  return {
    setOrigin(ms) {
      origin = ms;
    },
    fates: () =>
      recorded.map(({ packet, index, fate, droppedByRule, dueMs, sentMs }) => ({
        direction: packet.direction,
        packetClass: packet.packetClass,
        index,
        sizeBytes: packet.sizeBytes,
        sequenceNumber: packet.rtp?.sequenceNumber ?? null,
        rtpTimestamp: packet.rtp?.timestamp ?? null,
        arrivedMs: packet.arrivedMs - origin,
        fate,
        droppedByRule,
        dueMs: relative(dueMs),
        sentMs: relative(sentMs),
      })),
    get unrecorded() {
      return unrecorded;
    },
    dropped(packet, rule) {
      write(packet, 'dropped', rule, null);
    },
    accepted: (packet, dueMs) => write(packet, 'undelivered', null, dueMs),
    sent(entry, sentMs, dueMs = entry.dueMs ?? sentMs) {
      entry.fate = 'delivered';
      entry.sentMs = sentMs;
      entry.dueMs = dueMs;
    },
    failed(entry) {
      entry.fate = 'undelivered';
      entry.sentMs = null;
    },
  };
}
