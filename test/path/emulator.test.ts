import { describe, expect, it } from 'vitest';
import type { PacketClass } from '../../src/core/packet.ts';
import type { Impairment, PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { createEmulator, type PathDecision, type PathEmulator } from '../../src/path/emulator.ts';
import { gilbertElliottFor } from '../../src/path/impairments/gilbert-elliott-loss.ts';

const rule = (action: Impairment, over: Partial<PathRule> = {}): PathRule => ({
  match: 'any',
  direction: 'both',
  action,
  provenance: {},
  ...over,
});
const emulate = (seed: number, ...rules: PathRule[]): PathEmulator => createEmulator(rules, createRng(seed), 0);
const rtp = { direction: 'up', packetClass: 'rtp', sizeBytes: 100 } as const;
const isDropped = (decision: PathDecision): boolean => decision.droppedByRule !== null;
const passes = (...dueMs: number[]): PathDecision => ({ deliveries: dueMs.map((ms) => ({ dueMs: ms })), droppedByRule: null });

describe('a path without rules', () => {
  it('lets everything through at once', () => {
    expect(emulate(1).offer(rtp, 12.5)).toEqual(passes(12.5));
  });
});

describe('a chain of rules', () => {
  it('adds delays up, and names the rule that drops', () => {
    const path = emulate(
      1,
      rule({ kind: 'delay', delayMs: 10 }),
      rule({ kind: 'delay', delayMs: 5 }),
      rule({ kind: 'black-hole' }, { direction: 'down' }),
    );
    expect(path.offer(rtp, 100)).toEqual(passes(115));
    expect(path.offer({ ...rtp, direction: 'down' }, 100)).toEqual({ deliveries: [], droppedByRule: 2 });
  });

  it('shows a later rule the time the earlier ones let the packet go', () => {
    const blackout = rule({ kind: 'black-hole' }, { after: { ms: 100 } });
    const delay = rule({ kind: 'delay', delayMs: 50 });
    expect(isDropped(emulate(1, delay, blackout).offer(rtp, 60))).toBe(true);
    expect(isDropped(emulate(1, blackout, delay).offer(rtp, 60))).toBe(false);
  });

  it('shows a later rule only what the earlier ones let through', () => {
    const first = rule({ kind: 'black-hole' }, { for: { packets: 3 } });
    const second = rule({ kind: 'black-hole' }, { after: { packets: 2 } });
    const path = emulate(1, first, second);
    const fates = Array.from({ length: 7 }, (_, i) => path.offer(rtp, i)).map((d) => d.droppedByRule);
    expect(fates).toEqual([0, 0, 0, null, null, 1, 1]);
  });

  it('matches by class and by direction', () => {
    const path = emulate(1, rule({ kind: 'black-hole' }, { match: ['stun', 'rtcp'], direction: 'up' }));
    const dropped = (['stun', 'dtls-handshake', 'dtls-data', 'rtp', 'rtcp', 'turn-channel', 'other', 'text'] as const).filter(
      (packetClass) => isDropped(path.offer({ ...rtp, packetClass }, 0)),
    );
    expect(dropped).toEqual(['stun', 'rtcp']);
    expect(isDropped(path.offer({ direction: 'down', packetClass: 'stun', sizeBytes: 20 }, 0))).toBe(false);
  });

  it('waits for the events it is told of, the first of each kind alone', () => {
    const path = emulate(1, rule({ kind: 'black-hole' }, { after: { event: 'connected', ms: 10 } }));
    expect(isDropped(path.offer(rtp, 1000))).toBe(false);
    path.notice('connected', 1000);
    path.notice('connected', 5000);
    expect(isDropped(path.offer(rtp, 1009))).toBe(false);
    expect(isDropped(path.offer(rtp, 1010))).toBe(true);
  });

  it('refuses a number out of range before any packet comes', () => {
    expect(() => emulate(1, rule({ kind: 'bernoulli-loss', lossRatio: 2 }))).toThrow(RangeError);
  });
});

describe('which packets a path drops', () => {
  const rules = [
    rule({ kind: 'jitter', distribution: 'pareto', jitterMs: 30, reorder: true }),
    rule(gilbertElliottFor(0.3, 3), { after: { packets: 5 } }),
    rule({ kind: 'bernoulli-loss', lossRatio: 0.1 }),
  ];
  /** Indices of the caller's RTP packets that are dropped, with a share of other packets between them. */
  function dropsAmong(seed: number, othersPerPacket: number, jitterOfArrivalMs: number): number[] {
    const path = emulate(seed, ...rules);
    const noise = createRng(99);
    const dropped: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const atMs = 20 * i + jitterOfArrivalMs * noise.next();
      for (let other = noise.next() * othersPerPacket; other >= 1; other--) {
        const packetClass = (['stun', 'rtcp', 'dtls-data', 'text'] satisfies PacketClass[])[Math.floor(noise.next() * 4)] as PacketClass;
        path.offer({ direction: noise.next() < 0.5 ? 'up' : 'down', packetClass, sizeBytes: 50 }, atMs);
      }
      path.offer({ ...rtp, direction: 'down' }, atMs);
      if (isDropped(path.offer(rtp, atMs))) dropped.push(i);
    }
    return dropped;
  }

  it('is the same for one seed, however other packets and arrival times interleave', () => {
    const quiet = dropsAmong(1, 0, 0);
    expect(quiet.length).toBeGreaterThan(250);
    expect(dropsAmong(1, 5, 0)).toEqual(quiet);
    expect(dropsAmong(1, 3, 15)).toEqual(quiet);
  });

  it('differs between seeds and between directions', () => {
    expect(dropsAmong(2, 0, 0)).not.toEqual(dropsAmong(1, 0, 0));
    const path = emulate(1, ...rules);
    const drops = (direction: 'up' | 'down'): boolean[] =>
      Array.from({ length: 200 }, (_, i) => isDropped(path.offer({ ...rtp, direction }, 20 * i)));
    expect(drops('up')).not.toEqual(drops('down'));
  });

  it('never has a packet due before it came', () => {
    const path = emulate(3, ...rules, rule({ kind: 'rate-limit', rateBps: 60_000, queueMs: 300 }));
    for (let i = 0; i < 5000; i++) {
      for (const { dueMs } of path.offer(rtp, 7 * i).deliveries) {
        if (!(dueMs >= 7 * i)) throw new Error(`packet ${i} is due at ${dueMs}`);
      }
    }
  });
});
