import type { PathEvent, PathRule } from '../core/path-profile.ts';
import type { Rng } from '../core/rng.ts';
import type { Impair, PathPacket } from './impairment.ts';
import { createImpair } from './impairments/create-impair.ts';
import { createRuleWindow, type RuleWindow } from './rule-window.ts';

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
  for (const rule of rules) createImpair(rule.action, rng.fork('check'));
  const events = new Map<PathEvent, number>();
  const flows = new Map<string, readonly RuleInFlow[]>();

  const rulesOf = (packet: PathPacket): readonly RuleInFlow[] => {
    const flow = `${packet.direction}/${packet.packetClass}`;
    let inFlow = flows.get(flow);
    if (inFlow === undefined) {
      inFlow = rules.flatMap((rule, index) =>
        matches(rule, packet)
          ? [
              {
                index,
                isAwake: createRuleWindow(rule, events, startMs),
                impair: createImpair(rule.action, rng.fork(`rule ${index}/${flow}`)),
              },
            ]
          : [],
      );
      flows.set(flow, inFlow);
    }
    return inFlow;
  };

  return {
    offer(packet, atMs) {
      let dueMs = atMs;
      for (const { index, isAwake, impair } of rulesOf(packet)) {
        if (!isAwake(dueMs)) continue;
        const verdict = impair(packet, dueMs);
        if (verdict === 'dropped') return { droppedByRule: index };
        dueMs = verdict.dueMs;
      }
      return { dueMs };
    },
    notice(event, atMs) {
      if (!events.has(event)) events.set(event, atMs);
    },
  };
}

/** A rule as one direction and class meets it: state and random stream are its own, so that what other packets do never moves it. */
interface RuleInFlow {
  readonly index: number;
  readonly isAwake: RuleWindow;
  readonly impair: Impair;
}

function matches(rule: PathRule, packet: PathPacket): boolean {
  return (
    (rule.direction === 'both' || rule.direction === packet.direction) && (rule.match === 'any' || rule.match.includes(packet.packetClass))
  );
}
