import type { Direction, PacketClass, PacketCopy, PacketFate } from '../core/packet.ts';
import type { RtpPosition } from './classify.ts';
import type { Delivery } from './emulator.ts';

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
  /** Every packet written down so far, in order of arrival, as a fresh array. What is still on its way is `undelivered`. */
  fates(): PacketFate[];
  /** How many packets were relayed but not written down, because the log was full. */
  readonly unrecorded: number;
  /** Writes down a packet dropped by the rule of that index. */
  dropped(packet: ArrivedPacket, rule: number): void;
  /** Writes down a packet with what is to leave the path of it, itself and its copies, at least one; the returned entries, one for each in the same order, are for {@link sent}. */
  accepted(packet: ArrivedPacket, deliveries: readonly Delivery[]): readonly FateEntry[];
  /** The entry's packet has been sent on; `dueMs` replaces the time it was due when it had to wait for the one before it. */
  sent(entry: FateEntry, sentMs: number, dueMs?: number): void;
  /** The machine refused to send the packet after all. */
  failed(entry: FateEntry): void;
}

/** A handle to one packet in the log, or to a copy of it. */
export interface FateEntry {
  fate: PacketFate['fate'];
  dueMs: number | null;
  sentMs: number | null;
  readonly flippedBits: readonly number[] | undefined;
}

/** The most packets a log holds: over an hour of a call at 50 packets/s, in about 40 MB. */
const MAX_RECORDED_PACKETS = 200_000;

/**
 * Makes an empty log.
 * @param originMs time 0 of the record, in clock milliseconds
 * @param maxPackets what comes beyond is relayed, counted in `unrecorded`, and not written down
 */
export function createFateLog(originMs: number, maxPackets: number = MAX_RECORDED_PACKETS): FateLog {
  type Recorded = {
    readonly packet: ArrivedPacket;
    readonly index: number;
    readonly droppedByRule: number | null;
    readonly entry: FateEntry;
    readonly copies: readonly FateEntry[];
  };
  const recorded: Recorded[] = [];
  const nextIndex = new Map<string, number>();
  let unrecorded = 0;

  const write = (packet: ArrivedPacket, droppedByRule: number | null, entries: readonly FateEntry[]): void => {
    const flow = `${packet.direction} ${packet.packetClass}`;
    const index = nextIndex.get(flow) ?? 0;
    nextIndex.set(flow, index + 1);
    const [entry, ...copies] = entries;
    if (recorded.length >= maxPackets || entry === undefined) unrecorded++;
    else recorded.push({ packet, index, droppedByRule, entry, copies });
  };
  const relative = (ms: number | null): number | null => (ms === null ? null : ms - originMs);
  const copyOf = ({ dueMs, sentMs, flippedBits }: FateEntry): PacketCopy => ({
    dueMs: (dueMs ?? originMs) - originMs,
    sentMs: relative(sentMs),
    ...(flippedBits === undefined ? {} : { flippedBits }),
  });

  return {
    fates: () =>
      recorded.map(({ packet, index, droppedByRule, entry, copies }) => ({
        direction: packet.direction,
        packetClass: packet.packetClass,
        index,
        sizeBytes: packet.sizeBytes,
        sequenceNumber: packet.rtp?.sequenceNumber ?? null,
        rtpTimestamp: packet.rtp?.timestamp ?? null,
        arrivedMs: packet.arrivedMs - originMs,
        fate: entry.fate,
        droppedByRule,
        dueMs: relative(entry.dueMs),
        sentMs: relative(entry.sentMs),
        ...(entry.flippedBits === undefined ? {} : { flippedBits: entry.flippedBits }),
        ...(copies.length === 0 ? {} : { copies: copies.map(copyOf) }),
      })),
    get unrecorded() {
      return unrecorded;
    },
    dropped(packet, rule) {
      write(packet, rule, [{ fate: 'dropped', dueMs: null, sentMs: null, flippedBits: undefined }]);
    },
    accepted(packet, deliveries) {
      const entries = deliveries.map(({ dueMs, flippedBits }): FateEntry => ({ fate: 'undelivered', dueMs, sentMs: null, flippedBits }));
      write(packet, null, entries);
      return entries;
    },
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
