import type { PathEvent, PathRule } from '../core/path-profile.ts';

/** When the events of a call happened, for the rules that wait for them. */
export type EventTimes = ReadonlyMap<PathEvent, number>;

/** Whether a rule is awake, for packets in order of arrival at it. Both return when it woke, or null while it sleeps. */
export interface RuleWindow {
  /** Counts a packet that matches. */
  meet(atMs: number, bytes: number): number | null;
  /** Asks for a packet that does not match: it counts towards `for` alone, and never wakes the rule. */
  accompany(atMs: number): number | null;
}

/**
 * Makes the window of `after` and `for`. The rule wakes when the named number of matching packets and bytes has gone by untouched and the named
 * time has passed since the event (or the start); `for` counts from that moment, and what it names first puts the rule to sleep for good.
 */
export function createRuleWindow(rule: Pick<PathRule, 'after' | 'for'>, events: EventTimes, startMs: number): RuleWindow {
  const sparedPackets = rule.after?.packets ?? 0;
  const sparedBytes = rule.after?.bytes ?? 0;
  const waitMs = rule.after?.ms ?? 0;
  const event = rule.after?.event;
  const lastsPackets = rule.for?.packets ?? Number.POSITIVE_INFINITY;
  const lastsMs = rule.for?.ms ?? Number.POSITIVE_INFINITY;
  let seenPackets = 0;
  let seenBytes = 0;
  let touched = 0;
  let hasWoken = false;
  let sparedUntilMs = startMs;

  const touch = (atMs: number): number | null => {
    const eventMs = event === undefined ? startMs : events.get(event);
    if (eventMs === undefined) return null;
    const wokeMs = Math.max(sparedUntilMs, eventMs + waitMs);
    if (atMs < wokeMs || atMs - wokeMs >= lastsMs || touched >= lastsPackets) return null;
    touched++;
    return wokeMs;
  };
  return {
    meet(atMs, bytes) {
      const isSpared = seenPackets < sparedPackets || seenBytes < sparedBytes;
      seenPackets++;
      seenBytes += bytes;
      if (isSpared) {
        sparedUntilMs = atMs;
        return null;
      }
      const wokeMs = touch(atMs);
      hasWoken ||= wokeMs !== null;
      return wokeMs;
    },
    accompany: (atMs) => (hasWoken ? touch(atMs) : null),
  };
}

/** Throws a RangeError for a number of `after` or `for` that is none, or negative, or a count of packets or bytes that is not whole. */
export function checkRuleWindow(rule: Pick<PathRule, 'after' | 'for'>): void {
  const counts = { 'after.packets': rule.after?.packets, 'after.bytes': rule.after?.bytes, 'for.packets': rule.for?.packets };
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
      throw new RangeError(`${name} must be a whole number, and is ${count}`);
  }
  for (const [name, ms] of Object.entries({ 'after.ms': rule.after?.ms, 'for.ms': rule.for?.ms })) {
    if (ms !== undefined && !(ms >= 0 && ms < Number.POSITIVE_INFINITY)) throw new RangeError(`${name} must be a time, and is ${ms}`);
  }
}
