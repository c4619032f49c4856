import type { Direction, PacketClass } from '../core/packet.ts';
import type { Impairment } from '../core/path-profile.ts';
import type { Rng } from '../core/rng.ts';

/** Bytes that IPv4 (20, RFC 791) and UDP (8, RFC 768) put before every payload. */
const IP_UDP_HEADER_BYTES = 28;
/** Bytes that IPv4 (20) and TCP (20, RFC 9293) with time stamps (12 with padding, RFC 7323) put before every segment. */
const IP_TCP_HEADER_BYTES = 52;

/** A packet as the path sees it. */
export interface PathPacket {
  readonly direction: Direction;
  readonly packetClass: PacketClass;
  /** UDP payload, or TCP bytes for `text`. */
  readonly sizeBytes: number;
  /** Names the 5-tuple, the same in both directions. Packets without one are all of one. */
  readonly flow?: string;
}

/** Size of the packet's IP datagram, bytes. */
export function datagramBytes(packet: PathPacket): number {
  return packet.sizeBytes + (packet.packetClass === 'text' ? IP_TCP_HEADER_BYTES : IP_UDP_HEADER_BYTES);
}

/**
 * What one impairment does to one packet: drops it, or lets it go on at `dueMs`, in the milliseconds it was asked in and never earlier than asked.
 * `copy` sends another one like it at the same time, `flippedBit` is the place of a bit of the payload that changes.
 */
export type Verdict = 'dropped' | { readonly dueMs: number; readonly copy?: true; readonly flippedBit?: number };

/**
 * One impairment with its own state: asked once a packet, in order of arrival at the path.
 * @param atMs when the packet comes to it; may lie before that of the packet asked about last, when an earlier rule reorders
 * @param wokeMs when the rule woke
 * @param offeredMs when the packet came to the path: none asked about later comes to any rule before that
 */
export type Impair = (packet: PathPacket, atMs: number, wokeMs: number, offeredMs: number) => Verdict;

/** Makes one impairment with fresh state. Throws a RangeError for a number outside its range. */
export type CreateImpair<Kind extends Impairment['kind']> = (action: Extract<Impairment, { kind: Kind }>, rng: Rng) => Impair;

/** Returns the ratio, 0–1, or throws a RangeError naming it. */
export function checkRatio(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new RangeError(`${name} must lie between 0 and 1, and is ${value}`);
}

/** The longest time any number of a rule may name: an hour. */
export const MAX_MS = 3_600_000;

/** Returns the time in milliseconds, 0 to an hour, or throws a RangeError naming it. */
export function checkMs(name: string, value: number): number {
  if (value >= 0 && value <= MAX_MS) return value;
  throw new RangeError(`${name} must lie between 0 and ${MAX_MS} ms, and is ${value}`);
}

/** Returns the whole number, from `least` to `most`, or throws a RangeError naming it. */
export function checkCount(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, and is ${value}`);
}

/** The fastest link a rule may name: 100 Gbit/s. The slowest is 1 bit/s. */
const MAX_RATE_BPS = 1e11;

/** Returns the rate in bit/s, 1 to 10^11, or throws a RangeError naming it. */
export function checkRate(name: string, value: number): number {
  if (value >= 1 && value <= MAX_RATE_BPS) return value;
  throw new RangeError(`${name} must lie between 1 and ${MAX_RATE_BPS} bit/s, and is ${value}`);
}

/** The longest list of numbers a rule may hold: over half an hour of packets. */
export const MAX_LIST = 100_000;
/** The most bytes a queue or a bucket may hold: 1 GiB. */
export const MAX_BYTES = 1_073_741_824;
