import type { Direction, PacketClass } from '../core/packet.ts';
import type { PathRule } from '../core/path-profile.ts';
import type { Rng } from '../core/rng.ts';
import type { RuleMeasurement } from '../core/rule-measurement.ts';
import type { Impair, PathPacket } from './impairment.ts';
import { createImpair, isOneLink } from './impairments/create-impair.ts';
import { createRuleMeter, type RuleMeter } from './measured.ts';
import { requestedHarm } from './measured-request.ts';
import { createPerFlow } from './per-flow.ts';
import { coversClass, coversDirection, createMatcher, type Matcher, packetMatchOf } from './rule-match.ts';
import { createRuleWindow, type EventTimes, type RuleWindow } from './rule-window.ts';

/**
 * A rule as the packets of one direction and class meet it. State and random stream are its own, so that what other packets do never moves it,
 * unless the rule is one link for all (then they are the direction's) or counts by 5-tuple (then the window is the 5-tuple's).
 */
export interface RuleInStream {
  /** Index in the path's list. */
  readonly index: number;
  /** Null when the class never matches, and the rule is met only because it may hold the whole 5-tuple. */
  readonly matches: Matcher | null;
  readonly holdsFlow: boolean;
  windowFor(packet: PathPacket): RuleWindow;
  readonly impair: Impair;
  /** The class's own, and the link's that sums up all classes. */
  readonly meters: readonly RuleMeter[];
}

/** A rule of a path, with all the state that packets of any kind have given it. */
export interface LiveRule {
  /** The rule as packets of a direction and class meet it, with fresh state where that is theirs alone; null when they never do. Ask once for each. */
  meet(direction: Direction, packetClass: PacketClass): RuleInStream | null;
  /** What it did, for each direction and class that met it, in the order they did. */
  measurements(): RuleMeasurement[];
}

/** Brings a rule to life. Its random streams are forks of `rng` by the rule's index, direction and (but for a link) class. */
export function createLiveRule(rule: PathRule, index: number, rng: Rng, events: EventTimes, startMs: number): LiveRule {
  const match = packetMatchOf(rule);
  const isLink = isOneLink(rule.action.kind);
  const holdsFlow = rule.action.kind === 'freeze';
  const meters: RuleMeter[] = [];
  const createMeter = (direction: Direction, packetClass: PacketClass | 'all'): RuleMeter => {
    const meter = createRuleMeter(index, rule.action.kind, direction, packetClass, requestedHarm(rule.action));
    meters.push(meter);
    return meter;
  };
  const createWindow = (): RuleWindow => createRuleWindow(rule, events, startMs);
  const windowOfFlow = rule.sticky === true || holdsFlow ? createPerFlow(createWindow) : null;

  const createState = (direction: Direction, stream: string) => {
    const window = createWindow();
    return { windowFor: windowOfFlow ?? (() => window), impair: createImpair(rule.action, rng.fork(`rule ${index}/${stream}`)), direction };
  };
  const links = new Map<Direction, ReturnType<typeof createState> & { readonly meter: RuleMeter }>();
  const linkOf = (direction: Direction) => {
    const link = links.get(direction) ?? { ...createState(direction, direction), meter: createMeter(direction, 'all') };
    links.set(direction, link);
    return link;
  };

  return {
    meet(direction, packetClass) {
      const covers = coversClass(match, packetClass);
      if (!coversDirection(rule, direction) || !(covers || holdsFlow)) return null;
      const matches = covers ? createMatcher(match) : null;
      const link = isLink ? linkOf(direction) : null;
      const { windowFor, impair } = link ?? createState(direction, `${direction}/${packetClass}`);
      const own = createMeter(direction, packetClass);
      return { index, matches, holdsFlow, windowFor, impair, meters: link === null ? [own] : [own, link.meter] };
    },
    measurements: () => meters.map((meter) => meter.measurement()),
  };
}
