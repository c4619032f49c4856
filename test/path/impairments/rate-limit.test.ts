import { describe, expect, it } from 'vitest';
import type { Impairment } from '../../../src/core/path-profile.ts';
import { createRng } from '../../../src/core/rng.ts';
import type { PathPacket } from '../../../src/path/impairment.ts';
import { createImpair } from '../../../src/path/impairments/create-impair.ts';
import { codelReference } from '../../support/codel-reference.ts';
import { dueTimes, heldTimes, VOICE_BYTES } from '../../support/impairments.ts';
import { mean } from '../../support/statistics.ts';

type RateLimit = Extract<Impairment, { kind: 'rate-limit' }>;
const VOICE_BITS = VOICE_BYTES * 8;
const limit = (rateBps: number, over: Partial<RateLimit>): RateLimit => ({ kind: 'rate-limit', rateBps, ...over });

interface Sent {
  readonly atMs: number;
  readonly bytes: number;
  readonly dueMs: number | null;
}
/** Packets of random size at random times, the given bit/s on average, through a link. */
function sendUnevenly(action: Impairment, offeredBps: number, count: number, seed: number): Sent[] {
  const rng = createRng(seed);
  const impair = createImpair(action, rng.fork('link'));
  let atMs = 0;
  return Array.from({ length: count }, () => {
    const sizeBytes = Math.floor(20 + 1000 * rng.next());
    const bytes = sizeBytes + 28;
    atMs += (-Math.log(1 - rng.next()) * 548 * 8000) / offeredBps;
    const packet: PathPacket = { direction: 'up', packetClass: 'rtp', sizeBytes };
    const verdict = impair(packet, atMs, 0, atMs);
    return { atMs, bytes, dueMs: verdict === 'dropped' ? null : verdict.dueMs };
  });
}
const kept = (sent: readonly Sent[]): (Sent & { dueMs: number })[] =>
  sent.flatMap((packet) => (packet.dueMs === null ? [] : [{ ...packet, dueMs: packet.dueMs }]));

describe('a rate limit', () => {
  it.each([
    ['a queue in ms', { queueMs: 200 }],
    ['a queue in bytes', { queueBytes: 4000 }],
    ['CoDel', { queueMs: 500, discipline: 'codel' }],
  ] as const)('with %s passes its rate within 2 %% when more is offered, headers counted', (_name, queue) => {
    const seconds = 20;
    const rateBps = 100_000;
    const due = dueTimes(limit(rateBps, queue), seconds * 200, 5).filter((dueMs) => dueMs !== null && dueMs <= seconds * 1000);
    expect(Math.abs((due.length * VOICE_BITS) / seconds / rateBps - 1)).toBeLessThan(0.02);
  });

  it('lets no packet wait longer than its queue in ms, and uses the whole of it', () => {
    for (const seed of [1, 2, 3]) {
      const sent = kept(sendUnevenly(limit(300_000, { queueMs: 150 }), 400_000, 5000, seed));
      const waits = sent.map(({ atMs, bytes, dueMs }) => dueMs - atMs - (bytes * 8) / 300);
      expect(Math.max(...waits)).toBeLessThanOrEqual(150 + 1e-6);
      expect(Math.max(...waits)).toBeGreaterThan(140);
    }
  });

  it('never holds more bytes than its queue, by a count of its own of who is waiting', () => {
    const queueBytes = 6000;
    for (const seed of [1, 2, 3]) {
      const sent = kept(sendUnevenly(limit(300_000, { queueBytes }), 400_000, 5000, seed));
      const heldBytes = sent.map(({ atMs }, i) => {
        const waiting = sent.slice(Math.max(0, i - 1000), i + 1).filter((other) => other.dueMs - (other.bytes * 8) / 300 > atMs);
        return waiting.reduce((sum, { bytes }) => sum + bytes, 0);
      });
      expect(Math.max(...heldBytes)).toBeLessThanOrEqual(queueBytes);
      expect(Math.max(...heldBytes)).toBeGreaterThan(queueBytes - 1200);
    }
  });

  it('drops nothing below its rate, and holds each packet only while its bits go out', () => {
    for (const queue of [{ queueMs: 0 }, { queueBytes: 0 }]) {
      const held = heldTimes(limit(96_000, queue), 1000, 20);
      expect(Math.max(...held)).toBeCloseTo((VOICE_BITS / 96_000) * 1000, 6);
    }
  });

  it('keeps the order', () => {
    const due = kept(sendUnevenly(limit(300_000, { queueMs: 100 }), 500_000, 3000, 4)).map(({ dueMs }) => dueMs);
    expect(due).toEqual(due.toSorted((a, b) => a - b));
  });

  it('sends one packet at a time, none before it came, also when they come to it out of order', () => {
    const rng = createRng(6);
    const impair = createImpair(limit(400_000, { queueMs: 1000 }), rng.fork('link'));
    const lengthMs = VOICE_BITS / 400;
    const slots: [startMs: number, endMs: number][] = [];
    for (let i = 0; i < 5000; i++) {
      const offeredMs = 3 * i;
      const atMs = offeredMs + 200 * rng.next();
      const verdict = impair({ direction: 'up', packetClass: 'rtp', sizeBytes: 92 }, atMs, 0, offeredMs);
      if (verdict === 'dropped') continue;
      expect(verdict.dueMs - lengthMs).toBeGreaterThanOrEqual(atMs - 1e-6);
      slots.push([verdict.dueMs - lengthMs, verdict.dueMs]);
    }
    slots.sort(([a], [b]) => a - b);
    for (let i = 1; i < slots.length; i++) {
      expect((slots[i] as [number, number])[0]).toBeGreaterThanOrEqual((slots[i - 1] as [number, number])[1] - 1e-6);
    }
    expect(slots.length).toBeGreaterThan(4900);
  });

  it('makes nobody wait for a packet that has not come yet', () => {
    const impair = createImpair(limit(64_000, { queueMs: 10 }), createRng(1));
    const packet: PathPacket = { direction: 'up', packetClass: 'rtp', sizeBytes: 92 };
    expect(impair(packet, 500, 0, 0)).toEqual({ dueMs: 515 });
    expect(impair(packet, 20, 0, 20)).toEqual({ dueMs: 35 });
    // Between 490 and 500 there is no room for the 15 ms it takes.
    expect(impair(packet, 490, 0, 30)).toBe('dropped');
  });
});

describe('CoDel', () => {
  const RATE_BPS = 1_000_000;
  /** The RFC's queue has no limit. */
  const queue = { queueMs: 1_000_000, discipline: 'codel' } as const;

  it.each([1.1, 1.5, 2, 4])('at %d times its rate drops the packets that the RFC drops', (load) => {
    const everyMs = VOICE_BITS / RATE_BPS / load / 0.001;
    const count = Math.floor(12_000 / everyMs);
    const due = dueTimes(limit(RATE_BPS, queue), count, everyMs);
    const arrivals = Array.from({ length: count }, (_, i) => everyMs * i);
    const expected = codelReference(arrivals, VOICE_BYTES, RATE_BPS, { targetMs: 5, intervalMs: 100 });
    // The reference knows only what came before the last packet did; near the end it sees the queue run empty.
    const settled = Math.floor(0.8 * count);
    expect(due.slice(0, settled).map((dueMs) => dueMs === null)).toEqual(expected.slice(0, settled));
    expect(expected.slice(0, settled).filter(Boolean).length).toBeGreaterThan(20);
  });

  it('holds a standing queue near its target where drop-tail lets it grow to its limit', () => {
    const waits = (discipline: 'codel' | 'drop-tail'): number[] =>
      kept(sendUnevenly(limit(RATE_BPS, { queueMs: 1000, discipline }), 1.02 * RATE_BPS, 20_000, 1))
        .slice(10_000)
        .map(({ atMs, dueMs }) => dueMs - atMs);
    expect(mean(waits('codel'))).toBeLessThan(60);
    expect(mean(waits('drop-tail'))).toBeGreaterThan(500);
  });

  it('lets a burst shorter than its interval pass whole', () => {
    const impair = createImpair(limit(RATE_BPS, queue), createRng(1));
    const verdicts = Array.from({ length: 80 }, () => impair({ direction: 'up', packetClass: 'rtp', sizeBytes: 92 }, 0, 0, 0));
    expect(verdicts).not.toContain('dropped');
  });
});

describe('a policer', () => {
  const policer = { kind: 'policer', rateBps: 64_000, burstBytes: 3000 } as const;

  it('passes its rate within 2 % when more is offered', () => {
    const seconds = 100;
    const passed = dueTimes(policer, seconds * 200, 5).filter((dueMs) => dueMs !== null);
    expect(Math.abs((passed.length * VOICE_BITS) / seconds / policer.rateBps - 1)).toBeLessThan(0.02);
  });

  it('passes in any stretch of time at most its bucket and what the rate gives, and delays nothing', () => {
    const sent = kept(sendUnevenly(policer, 200_000, 5000, 2));
    for (let from = 0; from < sent.length; from += 7) {
      let bytes = 0;
      for (let to = from; to < Math.min(sent.length, from + 200); to++) {
        const packet = sent[to] as Sent;
        bytes += packet.bytes;
        expect(packet.dueMs).toBe(packet.atMs);
        expect(bytes).toBeLessThanOrEqual(policer.burstBytes + ((packet.atMs - (sent[from] as Sent).atMs) * policer.rateBps) / 8000 + 1e-6);
      }
    }
  });

  it('drops nothing below its rate, and what is larger than its bucket always', () => {
    expect(Math.max(...heldTimes({ ...policer, rateBps: 50_000 }, 5000, 20))).toBe(0);
    expect(dueTimes({ ...policer, burstBytes: VOICE_BYTES - 1 }, 50, 1000).every((dueMs) => dueMs === null)).toBe(true);
  });
});
