import { describe, expect, it } from 'vitest';
import type { PathEvent, PathRule } from '../../src/core/path-profile.ts';
import { checkRuleWindow, createRuleWindow } from '../../src/path/rule-window.ts';

type Window = Pick<PathRule, 'after' | 'for'>;
const START_MS = 1000;
const BYTES = 120;

/** Which of 100 packets, 20 ms apart from the start, a window is open for; an event happens at the given time. */
function openFor(rule: Window, event?: { name: PathEvent; atMs: number }): number[] {
  const events = new Map<PathEvent, number>();
  const window = createRuleWindow(rule, events, START_MS);
  return Array.from({ length: 100 }, (_, i) => i).filter((i) => {
    const atMs = START_MS + 20 * i;
    if (event !== undefined && atMs >= event.atMs) events.set(event.name, event.atMs);
    return window.meet(atMs, BYTES) !== null;
  });
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('the window of a rule', () => {
  it('is always open when nothing is named', () => {
    expect(openFor({})).toEqual(range(0, 100));
  });

  it('spares so many packets and no more', () => {
    expect(openFor({ after: { packets: 25 } })).toEqual(range(25, 100));
    expect(openFor({ after: { packets: 0 } })).toEqual(range(0, 100));
  });

  it('spares packets until so many bytes have gone by, and the one that reaches them', () => {
    expect(openFor({ after: { bytes: 3 * BYTES } })).toEqual(range(3, 100));
    expect(openFor({ after: { bytes: 3 * BYTES + 1 } })).toEqual(range(4, 100));
    expect(openFor({ after: { bytes: BYTES, packets: 10 } })).toEqual(range(10, 100));
  });

  it('counts milliseconds from the start when no event is named', () => {
    expect(openFor({ after: { ms: 200 } })).toEqual(range(10, 100));
  });

  it('waits for the event, and counts milliseconds from it', () => {
    expect(openFor({ after: { event: 'connected' } })).toEqual([]);
    const event = { name: 'connected', atMs: START_MS + 400 } as const;
    expect(openFor({ after: { event: 'connected' } }, event)).toEqual(range(20, 100));
    expect(openFor({ after: { event: 'connected', ms: 100 } }, event)).toEqual(range(25, 100));
    expect(openFor({ after: { event: 'first-media' } }, event)).toEqual([]);
  });

  it('waits for all that is named, whichever comes last', () => {
    expect(openFor({ after: { packets: 5, ms: 200 } })).toEqual(range(10, 100));
    expect(openFor({ after: { packets: 30, ms: 200 } })).toEqual(range(30, 100));
  });

  it('closes for good after so many packets or so long from its opening, whichever comes first', () => {
    expect(openFor({ for: { packets: 3 } })).toEqual(range(0, 3));
    expect(openFor({ after: { packets: 10 }, for: { packets: 3 } })).toEqual(range(10, 13));
    expect(openFor({ after: { ms: 200 }, for: { ms: 100 } })).toEqual(range(10, 15));
    expect(openFor({ after: { ms: 200 }, for: { ms: 100, packets: 2 } })).toEqual(range(10, 12));
    expect(openFor({ after: { ms: 200 }, for: { ms: 40, packets: 20 } })).toEqual(range(10, 12));
  });

  it('counts the time of `for` from the last packet that `after` spared', () => {
    expect(openFor({ after: { packets: 10 }, for: { ms: 100 } })).toEqual(range(10, 14));
  });

  it('tells when it woke, which is the end of the wait and not the packet that finds it so', () => {
    const window = createRuleWindow({ after: { ms: 200 } }, new Map(), START_MS);
    expect(window.meet(START_MS + 500, BYTES)).toBe(START_MS + 200);
  });

  it('is not woken by what does not match, and then counts it towards its end', () => {
    const window = createRuleWindow({ after: { packets: 1 }, for: { packets: 3 } }, new Map(), START_MS);
    expect(window.accompany(START_MS)).toBeNull();
    expect(window.meet(START_MS, BYTES)).toBeNull();
    expect(window.accompany(START_MS)).toBeNull();
    const acts = [window.meet(START_MS, BYTES), window.accompany(START_MS), window.accompany(START_MS), window.accompany(START_MS)];
    expect(acts.map((wokeMs) => wokeMs !== null)).toEqual([true, true, true, false]);
  });
});

describe('the numbers of a window', () => {
  it.each([
    { after: { packets: -1 } },
    { after: { packets: 1.5 } },
    { after: { bytes: Number.NaN } },
    { after: { ms: -1 } },
    { for: { ms: Number.POSITIVE_INFINITY } },
    { for: { packets: 0.1 } },
  ] satisfies Window[])('are refused when they count nothing: %o', (rule) => {
    expect(() => checkRuleWindow(rule)).toThrow(RangeError);
    expect(() => checkRuleWindow({ after: { packets: 0, bytes: 0, ms: 0 }, for: { packets: 0, ms: 0 } })).not.toThrow();
  });
});
