import type { PathEvent, PathRule } from '../core/path-profile.ts';

/** When the events of a call happened, for the rules that wait for them. */
export type EventTimes = ReadonlyMap<PathEvent, number>;

/** Says of each matching packet of one direction and class, in order of arrival at the rule, whether the rule is awake for it. */
export type RuleWindow = (atMs: number) => boolean;

/**
 * Makes the window of `after` and `for`. The rule wakes when the named number of matching packets has gone by untouched and the named
 * time has passed since the event (or the start); `for` counts from that moment, and what it names first puts the rule to sleep for good.
 */
export function createRuleWindow(rule: Pick<PathRule, 'after' | 'for'>, events: EventTimes, startMs: number): RuleWindow {
  const spared = rule.after?.packets ?? 0;
  const waitMs = rule.after?.ms ?? 0;
  const event = rule.after?.event;
  const lastsPackets = rule.for?.packets ?? Number.POSITIVE_INFINITY;
  const lastsMs = rule.for?.ms ?? Number.POSITIVE_INFINITY;
  let seen = 0;
  let touched = 0;
  let sparedUntilMs = startMs;
  return (atMs) => {
    if (seen++ < spared) {
      sparedUntilMs = atMs;
      return false;
    }
    const eventMs = event === undefined ? startMs : events.get(event);
    if (eventMs === undefined) return false;
    const wokeMs = Math.max(sparedUntilMs, eventMs + waitMs);
    if (atMs < wokeMs || atMs - wokeMs >= lastsMs || touched >= lastsPackets) return false;
    touched++;
    return true;
  };
}
