import type { Direction, PacketClass } from './packet.ts';
import type { Impairment } from './path-profile.ts';

/**
 * What a rule's action should come to in the long run over the packets it is awake for; null where the action has no such number.
 * Ratios 0–1, bursts in packets, times in milliseconds, rate in bit/s of IP datagrams.
 */
export interface RequestedHarm {
  readonly lossRatio: number | null;
  /** Mean run of packets lost in a row. */
  readonly meanLossBurst: number | null;
  /** Mean of the delay it adds; null where other packets have a say in it. */
  readonly meanDelayMs: number | null;
  readonly duplicateRatio: number | null;
  readonly corruptRatio: number | null;
  readonly rateBps: number | null;
}

/** Delay that one rule added to the packets it let pass, milliseconds. */
export interface AddedDelay {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What a rule did, as the path saw it. Null where there was nothing to measure it by. */
export interface MeasuredHarm {
  /** Packets that matched, copies included; of them those it was awake for; of these those it dropped, doubled, corrupted. */
  readonly matched: number;
  readonly awake: number;
  readonly dropped: number;
  readonly duplicated: number;
  readonly corrupted: number;
  /** Packets it let go before one that came to it earlier. */
  readonly overtaking: number;
  /** `dropped` of `awake`. */
  readonly lossRatio: number | null;
  /** Runs of packets dropped in a row, counted over those it was awake for. */
  readonly meanLossBurst: number | null;
  readonly longestLossBurst: number | null;
  readonly addedDelayMs: AddedDelay | null;
  /** Datagram bits from the first packet it let pass to the last, by the time between; bit/s. Null under two packets. */
  readonly passedBps: number | null;
}

/** One rule's harm, requested and measured. */
export interface RuleMeasurement {
  /** Index in the path's list. */
  readonly rule: number;
  readonly kind: Impairment['kind'];
  readonly direction: Direction;
  /** `all` sums up every class that shares the rule's one link. */
  readonly packetClass: PacketClass | 'all';
  readonly requested: RequestedHarm;
  readonly measured: MeasuredHarm;
}
