import type { Direction, PacketClass } from '../core/packet.ts';
import type { Impairment } from '../core/path-profile.ts';
import type { Rng } from '../core/rng.ts';

/** Bytes that IPv4 (20, RFC 791) and UDP (8, RFC 768) put before every payload. */
export const IP_UDP_HEADER_BYTES = 28;

/** A packet as the path sees it. */
export interface PathPacket {
  readonly direction: Direction;
  readonly packetClass: PacketClass;
  /** UDP payload, or TCP bytes for `text`. */
  readonly sizeBytes: number;
}

/** What one impairment does to one packet: when it lets it go on, in the milliseconds it was asked in and never earlier than asked, or that it drops it. */
export type Verdict = { readonly dueMs: number } | 'dropped';

/** One impairment with its own state, for one direction and class: asked once a packet, in order of arrival at the path. */
export type Impair = (packet: PathPacket, atMs: number) => Verdict;

/** Makes one impairment with fresh state. Throws a RangeError for a number outside its range. */
export type CreateImpair<Kind extends Impairment['kind']> = (action: Extract<Impairment, { kind: Kind }>, rng: Rng) => Impair;

/** Returns the ratio, 0–1, or throws a RangeError naming it. */
export function checkRatio(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new RangeError(`${name} must lie between 0 and 1, and is ${value}`);
}

/** The longest time any number of a rule may name: an hour. */
const MAX_MS = 3_600_000;

/** Returns the time in milliseconds, 0 to an hour, or throws a RangeError naming it. */
export function checkMs(name: string, value: number): number {
  if (value >= 0 && value <= MAX_MS) return value;
  throw new RangeError(`${name} must lie between 0 and ${MAX_MS} ms, and is ${value}`);
}
