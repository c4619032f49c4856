import { DIRECTIONS } from '../core/packet.ts';
import type { PathEvent, PathRule } from '../core/path-profile.ts';
import type { Rng } from '../core/rng.ts';
import type { RuleMeasurement } from '../core/rule-measurement.ts';
import { datagramBytes, type PathPacket } from './impairment.ts';
import { createImpair } from './impairments/create-impair.ts';
import { createPerFlow } from './per-flow.ts';
import { checkPacketMatch, packetMatchOf } from './rule-match.ts';
import { createLiveRule, type RuleInStream } from './rule-stream.ts';
import { checkRuleWindow } from './rule-window.ts';

/** One packet as it leaves the path. */
export interface Delivery {
  readonly dueMs: number;
  /** Places of the payload's bits that change, 0 being the highest bit of the first byte; absent when it leaves as it came. */
  readonly flippedBits?: readonly number[];
}

/**
 * What the path decides on a packet: what leaves it, the packet itself first (or, when that was dropped, a copy), then its copies;
 * nothing when a rule (index in the list) dropped it.
 */
export interface PathDecision {
  readonly deliveries: readonly Delivery[];
  readonly droppedByRule: number | null;
}

/**
 * A network path as a pure function of packets, times and a seed. It holds no timer and sends nothing: a relay asks it what to do.
 * All times are milliseconds of one monotonic clock with any origin.
 */
export interface PathEmulator {
  /** Decides on one packet that reaches the path at `atMs`. Ask once a packet, in order of arrival. `dueMs` is never before `atMs`. */
  offer(packet: PathPacket, atMs: number): PathDecision;
  /** Tells the path of an event that rules may wait for. Only the first of its kind counts. */
  notice(event: PathEvent, atMs: number): void;
  /** What each rule asked and has done so far, for each direction and class that met it, in order of the rules. */
  measurements(): RuleMeasurement[];
}

/** Throws a RangeError when a number of a rule is outside its range. */
function checkRule(rule: PathRule, rng: Rng): void {
  createImpair(rule.action, rng);
  checkPacketMatch(packetMatchOf(rule));
  checkRuleWindow(rule);
}

/**
 * Makes the path that the rules describe.
 * @param rules applied in order, each to what the rules before let through, at the time they let it through
 * @param rng the plan's seed; each rule forks its own streams from it
 * @param startMs the relay's start, from which `after.ms` runs when no event is named
 * @throws RangeError when a number of a rule is outside its range
 */
export function createEmulator(rules: readonly PathRule[], rng: Rng, startMs: number): PathEmulator {
  for (const rule of rules) checkRule(rule, rng.fork('check'));
  const events = new Map<PathEvent, number>();
  const liveRules = rules.map((rule, index) => createLiveRule(rule, index, rng, events, startMs));
  const streams = new Map<string, readonly RuleInStream[]>();
  const streamOf = ({ direction, packetClass }: PathPacket): readonly RuleInStream[] => {
    const name = `${direction}/${packetClass}`;
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = liveRules.flatMap((rule) => rule.meet(direction, packetClass) ?? []);
      streams.set(name, stream);
    }
    return stream;
  };
  const countsFlows = rules.some((rule) => packetMatchOf(rule).firstPackets !== undefined);
  const flowCounts = { up: createPerFlow(() => ({ packets: 0 })), down: createPerFlow(() => ({ packets: 0 })) };

  return {
    offer(packet, atMs) {
      const flowIndex = countsFlows ? flowCounts[packet.direction](packet).packets++ : 0;
      const offered = { packet, bytes: datagramBytes(packet), atMs, flowIndex, stream: streamOf(packet) };
      const walkers: Walker[] = [{ next: 0, atMs, bits: null, isCopy: false }];
      const deliveries: Delivery[] = [];
      let droppedByRule: number | null = null;
      // Grows while it is walked: a walker's copies come after it.
      for (const walker of walkers) {
        const end = walk(offered, walker, walkers);
        if (typeof end === 'number') droppedByRule ??= end;
        else deliveries.push(end);
      }
      return { deliveries, droppedByRule: deliveries.length === 0 ? droppedByRule : null };
    },
    notice(event, atMs) {
      if (!events.has(event)) events.set(event, atMs);
    },
    measurements: () =>
      liveRules.flatMap((rule) => rule.measurements().sort((a, b) => DIRECTIONS.indexOf(a.direction) - DIRECTIONS.indexOf(b.direction))),
  };
}

/** A packet at the mouth of the path, and the rules that await it. */
interface Offered {
  readonly packet: PathPacket;
  readonly bytes: number;
  readonly atMs: number;
  readonly flowIndex: number;
  readonly stream: readonly RuleInStream[];
}

/** The packet, or a copy of it, on its way through the rules. */
interface Walker {
  /** Place in the stream of the rule it comes to next, and when. */
  readonly next: number;
  readonly atMs: number;
  readonly bits: readonly number[] | null;
  readonly isCopy: boolean;
}

/** Takes a packet through the rules before it; adds the copies they make to `walkers`. Returns what leaves the path, or the index of the rule that dropped it. */
function walk(offered: Offered, { next, atMs, bits, isCopy }: Walker, walkers: Walker[]): Delivery | number {
  const { packet, bytes, stream } = offered;
  let dueMs = atMs;
  let flippedBits = bits;
  for (let place = next; place < stream.length; place++) {
    const rule = stream[place] as RuleInStream;
    const matches = rule.matches?.(bytes, offered.flowIndex) ?? false;
    if (!matches && !rule.holdsFlow) continue;
    const window = rule.windowFor(packet);
    const wokeMs = matches ? window.meet(dueMs, bytes) : window.accompany(dueMs);
    if (wokeMs === null) {
      if (matches) for (const meter of rule.meters) meter.slept();
      continue;
    }
    const verdict = rule.impair(packet, dueMs, wokeMs, offered.atMs);
    const copied = !isCopy && verdict !== 'dropped' && verdict.copy === true;
    for (const meter of rule.meters) meter.acted(dueMs, bytes, verdict, copied);
    if (verdict === 'dropped') return rule.index;
    dueMs = verdict.dueMs;
    if (verdict.flippedBit !== undefined) flippedBits = [...(flippedBits ?? []), verdict.flippedBit];
    if (copied) walkers.push({ next: place + 1, atMs: dueMs, bits: flippedBits, isCopy: true });
  }
  return flippedBits === null ? { dueMs } : { dueMs, flippedBits };
}
