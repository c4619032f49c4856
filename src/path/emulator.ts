import type { PathEvent, PathRule } from '../core/path-profile.ts';
import type { Rng } from '../core/rng.ts';
import type { PathPacket } from './impairment.ts';

/** What the path decides on a packet: when it is due at the far end, or the rule (index in the list) that drops it. */
export type PathDecision = { readonly dueMs: number } | { readonly droppedByRule: number };

/**
 * A network path as a pure function of packets, times and a seed. It holds no timer and sends nothing: a relay asks it what to do.
 * All times are milliseconds of one monotonic clock with any origin.
 */
export interface PathEmulator {
  /** Decides on one packet that reaches the path at `atMs`. Ask once a packet, in order of arrival. `dueMs` is never before `atMs`. */
  offer(packet: PathPacket, atMs: number): PathDecision;
  /** Tells the path of an event that rules may wait for. Only the first of its kind counts. */
  notice(event: PathEvent, atMs: number): void;
}

/**
 * Makes the path that the rules describe.
 * @param rules applied in order, each to what the rules before let through, at the time they let it through
 * @param rng the plan's seed; each rule forks its own stream per direction and class from it
 * @param startMs the relay's start, from which `after.ms` runs when no event is named
 * @throws RangeError when a number of a rule is outside its range
 */
export function createEmulator(rules: readonly PathRule[], rng: Rng, startMs: number): PathEmulator {
  void rules;
  void rng;
  void startMs;
  throw new Error('being written');
}
