import type { Direction, PacketClass } from '../core/packet.ts';
import type { PacketMatch, PathRule } from '../core/path-profile.ts';
import { checkCount } from './impairment.ts';

/** The most any number of a match may be. */
const MAX_NUMBER = 1_000_000_000;

/** The match of a rule, the short ways to say it written out. */
export function packetMatchOf(rule: Pick<PathRule, 'match'>): PacketMatch {
  if (rule.match === 'any') return {};
  return 'length' in rule.match ? { classes: rule.match } : rule.match;
}

/** Whether a rule may see packets of a direction at all. */
export function coversDirection(rule: Pick<PathRule, 'direction'>, direction: Direction): boolean {
  return rule.direction === 'both' || rule.direction === direction;
}

/** Whether a rule may see packets of a class at all. */
export function coversClass(match: PacketMatch, packetClass: PacketClass): boolean {
  return match.classes === undefined || match.classes.includes(packetClass);
}

/**
 * Says of each packet of one direction and class, in order of arrival at the rule, whether it matches.
 * @param bytes the size of its datagram
 * @param flowIndex its place among the packets of its 5-tuple and direction, from 0
 */
export type Matcher = (bytes: number, flowIndex: number) => boolean;

/** Makes the matcher of a rule for one direction and class that it covers. */
export function createMatcher(match: PacketMatch): Matcher {
  const { minBytes = 0, maxBytes = Number.POSITIVE_INFINITY, firstPackets = Number.POSITIVE_INFINITY, everyNth = 1 } = match;
  let counted = 0;
  return (bytes, flowIndex) => {
    if (bytes < minBytes || bytes > maxBytes || flowIndex >= firstPackets) return false;
    counted++;
    return counted % everyNth === 0;
  };
}

/** Throws a RangeError for a number that is not whole or out of range, or a size range with nothing in it. */
export function checkPacketMatch(match: PacketMatch): void {
  for (const name of ['minBytes', 'maxBytes', 'firstPackets', 'everyNth'] as const) {
    const value = match[name];
    if (value !== undefined) checkCount(`match.${name}`, value, name === 'everyNth' ? 1 : 0, MAX_NUMBER);
  }
  if ((match.minBytes ?? 0) > (match.maxBytes ?? MAX_NUMBER)) throw new RangeError('match.minBytes is over match.maxBytes');
}
