import { describe, expect, it } from 'vitest';
import type { Direction, PacketClass } from '../../src/core/packet.ts';
import type { PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { createEmulator, type PathEmulator } from '../../src/path/emulator.ts';
import type { PathPacket } from '../../src/path/impairment.ts';
import { rule } from '../support/impairments.ts';

const emulate = (...rules: PathRule[]): PathEmulator => createEmulator(rules, createRng(1), 0);
const packet = (packetClass: PacketClass, over: Partial<PathPacket> = {}): PathPacket => ({
  direction: 'up',
  packetClass,
  sizeBytes: 92,
  ...over,
});
const passes = (path: PathEmulator, of: PathPacket, atMs = 0): boolean => path.offer(of, atMs).deliveries.length > 0;
const BLOCK = { kind: 'black-hole' } as const;

describe('what a rule matches', () => {
  it('may be a range of datagram sizes, both ends included', () => {
    const path = emulate(rule(BLOCK, { match: { minBytes: 100, maxBytes: 120 } }));
    const passed = [71, 72, 92, 93].map((sizeBytes) => passes(path, packet('rtp', { sizeBytes })));
    expect(passed).toEqual([true, false, false, true]);
  });

  it('may be classes and sizes at once', () => {
    const path = emulate(rule(BLOCK, { match: { classes: ['dtls-handshake'], minBytes: 1000 } }));
    expect(passes(path, packet('dtls-handshake', { sizeBytes: 1200 }))).toBe(false);
    expect(passes(path, packet('dtls-handshake'))).toBe(true);
    expect(passes(path, packet('rtp', { sizeBytes: 1200 }))).toBe(true);
  });

  it('may be the first packets of each 5-tuple and direction, whatever their class and whatever became of them', () => {
    const path = emulate(rule(BLOCK, { match: { classes: ['stun'] } }), rule(BLOCK, { match: { classes: ['rtp'], firstPackets: 3 } }));
    const sequence = (flow: string, direction: Direction): boolean[] =>
      (['stun', 'rtp', 'rtp', 'rtp', 'rtp'] as const).map((packetClass) => passes(path, packet(packetClass, { flow, direction })));
    for (const flow of ['a', 'b']) {
      for (const direction of ['up', 'down'] as const) expect(sequence(flow, direction)).toEqual([false, false, false, true, true]);
    }
  });

  it('may be every so-many-th packet, counted for each class and direction', () => {
    const path = emulate(rule(BLOCK, { match: { everyNth: 3 } }));
    const lost = Array.from({ length: 9 }, () => {
      passes(path, packet('stun'));
      passes(path, packet('rtp', { direction: 'down' }));
      return !passes(path, packet('rtp'));
    });
    expect(lost).toEqual([false, false, true, false, false, true, false, false, true]);
  });

  it.each([{ minBytes: -1 }, { minBytes: 2, maxBytes: 1 }, { firstPackets: 1.5 }, { everyNth: 0 }])(
    'is refused when its numbers say nothing: %o',
    (match) => {
      expect(() => emulate(rule(BLOCK, { match }))).toThrow(RangeError);
    },
  );
});

describe('one link for all', () => {
  it('is shared by every class in a direction, and not by the directions', () => {
    const path = emulate(rule({ kind: 'rate-limit', rateBps: 96_000, queueMs: 100 }));
    const due = (of: PathPacket): number | undefined => path.offer(of, 0).deliveries[0]?.dueMs;
    expect([due(packet('rtp')), due(packet('stun')), due(packet('rtp', { direction: 'down' })), due(packet('rtcp'))]).toEqual([
      10, 20, 10, 30,
    ]);
  });

  it('lets no class have more than what the others leave of it', () => {
    const path = emulate(rule({ kind: 'policer', rateBps: 64_000, burstBytes: 2000 }));
    let passedBytes = 0;
    const seconds = 60;
    for (let ms = 0; ms < 1000 * seconds; ms += 10) {
      for (const packetClass of ['rtp', 'rtcp', 'dtls-data'] as const) if (passes(path, packet(packetClass), ms)) passedBytes += 120;
    }
    expect(Math.abs((8 * passedBytes) / seconds / 64_000 - 1)).toBeLessThan(0.02);
  });

  it('counts the packets of `after` over all classes of the direction', () => {
    const path = emulate(rule({ kind: 'outage', periodMs: 100, lengthMs: 100 }, { after: { packets: 2 } }));
    expect([passes(path, packet('rtp')), passes(path, packet('stun')), passes(path, packet('rtcp'))]).toEqual([true, true, false]);
  });
});

describe('a sticky rule', () => {
  it('counts by 5-tuple over both directions and all classes, and harms what matches', () => {
    const path = emulate(rule(BLOCK, { after: { packets: 4 }, sticky: true, match: ['rtp', 'stun'] }));
    const flow = 'a';
    for (const direction of ['up', 'down'] as const) {
      expect(passes(path, packet('stun', { flow, direction }))).toBe(true);
      expect(passes(path, packet('rtp', { flow, direction }))).toBe(true);
    }
    expect(passes(path, packet('rtp', { flow }))).toBe(false);
    expect(passes(path, packet('stun', { flow, direction: 'down' }))).toBe(false);
    expect(passes(path, packet('rtcp', { flow }))).toBe(true);
    // A client that comes back from another port is let through anew.
    expect(passes(path, packet('rtp', { flow: 'b' }))).toBe(true);
  });

  it('without being sticky counts every class and direction by itself, whatever the 5-tuple', () => {
    const path = emulate(rule(BLOCK, { after: { packets: 1 } }));
    expect([passes(path, packet('rtp', { flow: 'a' })), passes(path, packet('rtp', { flow: 'b' }))]).toEqual([true, false]);
    expect(passes(path, packet('stun', { flow: 'b' }))).toBe(true);
  });

  it('drops the same voice packets by index as one that is not, where both are awake', () => {
    const action = { kind: 'bernoulli-loss', lossRatio: 0.4 } as const;
    const drops = (sticky: boolean): boolean[] => {
      const path = emulate(rule(action, { sticky }));
      return Array.from({ length: 300 }, (_, i) => !passes(path, packet('rtp', { flow: 'a' }), 20 * i));
    };
    expect(drops(true)).toEqual(drops(false));
  });
});

describe('a freeze', () => {
  it('holds the whole 5-tuple once a packet that matches woke it: here data after a handshake', () => {
    const path = emulate(rule({ kind: 'freeze' }, { match: ['dtls-data'], after: { bytes: 300 } }));
    const flow = 'a';
    const outcomes = (
      ['stun', 'dtls-handshake', 'dtls-data', 'rtp', 'dtls-data', 'dtls-data', 'rtp', 'dtls-data', 'rtp', 'stun'] as const
    ).map((packetClass) => passes(path, packet(packetClass, { flow })));
    // 120 bytes a packet: the third reaches 300, the fourth wakes it.
    expect(outcomes).toEqual([true, true, true, true, true, true, true, false, false, false]);
    expect(passes(path, packet('rtp', { flow, direction: 'down' }))).toBe(false);
    expect(passes(path, packet('rtp', { flow: 'b' }))).toBe(true);
  });

  it('in one direction lets the other pass', () => {
    const path = emulate(rule({ kind: 'freeze' }, { direction: 'down', after: { packets: 2 } }));
    const down = Array.from({ length: 4 }, () => passes(path, packet('rtp', { direction: 'down' })));
    expect(down).toEqual([true, true, false, false]);
    expect(passes(path, packet('rtp'))).toBe(true);
  });

  it('thaws when `for` is over', () => {
    const path = emulate(rule({ kind: 'freeze' }, { after: { ms: 100 }, for: { ms: 1000 } }));
    expect([0, 100, 1099, 1100].map((ms) => passes(path, packet('rtp'), ms))).toEqual([true, false, false, true]);
  });
});

describe('what leaves a path', () => {
  it('is a copy too where a rule doubles, which later rules treat as a packet of its own, and which is not doubled again', () => {
    const double = rule({ kind: 'duplicate', duplicateRatio: 1 });
    expect(emulate(double, double, double).offer(packet('rtp'), 5).deliveries).toHaveLength(4);
    const lossy = emulate(double, rule({ kind: 'trace-loss', trace: [1, 0, 0, 1, 1, 1], repeat: true }));
    expect([0, 1, 2].map((ms) => lossy.offer(packet('rtp'), ms))).toEqual([
      { deliveries: [{ dueMs: 0 }], droppedByRule: null },
      { deliveries: [{ dueMs: 1 }], droppedByRule: null },
      { deliveries: [], droppedByRule: 1 },
    ]);
  });

  it('is changed where a rule corrupts, once for each such rule, in the copies made after it too', () => {
    const corrupt = rule({ kind: 'corrupt', corruptRatio: 1 });
    const [first, copy] = emulate(corrupt, rule({ kind: 'duplicate', duplicateRatio: 1 }), corrupt).offer(packet('rtp'), 0).deliveries;
    expect([first?.flippedBits?.length, copy?.flippedBits?.length]).toEqual([2, 2]);
    expect(copy?.flippedBits?.[0]).toBe(first?.flippedBits?.[0]);
  });
});
