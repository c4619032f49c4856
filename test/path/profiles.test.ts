import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { DIRECTIONS, type Direction, type PacketClass } from '../../src/core/packet.ts';
import type { PathProfile } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { findProfile, listBuiltInPaths, listProfiles } from '../../src/path/profiles.ts';
import { numericFieldsOf } from '../../src/path/provenance.ts';
import { simulateVoice } from '../support/simulate-path.ts';

const SEEDS = 50;
const CLASSES: readonly PacketClass[] = ['stun', 'dtls-handshake', 'dtls-data', 'rtp', 'rtcp', 'turn-channel', 'other', 'text'];

/** For each of so many packets, 20 ms apart: how long the path holds it, or null when it drops it. */
function sendOver(profile: PathProfile, direction: Direction, packetClass: PacketClass, count: number, seed: number): (number | null)[] {
  const path = createEmulator(profile.rules, createRng(seed), 0);
  return Array.from({ length: count }, (_, i) => {
    const [delivery] = path.offer({ direction, packetClass, sizeBytes: 100 }, 20 * i).deliveries;
    return delivery === undefined ? null : delivery.dueMs - 20 * i;
  });
}
const lossRatio = (held: readonly (number | null)[]): number => held.filter((ms) => ms === null).length / held.length;

describe.each(listProfiles().map((profile) => [profile.name, profile] as const))('the path %s', (_name, profile) => {
  it('has a source for every number, and none for a number it lacks', () => {
    for (const rule of profile.rules) {
      expect(Object.keys(rule.provenance).toSorted()).toEqual(numericFieldsOf(rule).toSorted());
      for (const { source } of Object.values(rule.provenance)) expect(source.length).toBeGreaterThan(20);
    }
  });

  it('calls itself documented only when every number is', () => {
    const all = profile.rules.flatMap((rule) => Object.values(rule.provenance));
    expect(profile.basis).toBe(all.every(({ basis }) => basis === 'documented') ? 'documented' : 'assumed');
  });

  it('is made of rules the emulator takes, and drops the same packets for the same seed', () => {
    for (const direction of DIRECTIONS) {
      expect(sendOver(profile, direction, 'rtp', 500, 5)).toEqual(sendOver(profile, direction, 'rtp', 500, 5));
    }
  });

  it('never reorders packets of one direction and class', () => {
    for (const packetClass of CLASSES) {
      const due = sendOver(profile, 'up', packetClass, 500, 2).flatMap((held, i) => (held === null ? [] : [held + 20 * i]));
      expect(due).toEqual(due.toSorted((a, b) => a - b));
    }
  });
});

describe.each(listBuiltInPaths().map((path) => [path.name, path] as const))('the voice of a call over %s', (_name, path) => {
  const { connects, lossRatio: expectedLoss, delayMs: expectedDelay } = path.expected;

  it('is lost and held as it says, on 49 seeds of 50', () => {
    const runs = Array.from({ length: SEEDS }, (_, seed) => simulateVoice(path, 1000 + seed));
    for (const direction of DIRECTIONS) {
      if (connects === 'never') {
        expect([expectedLoss, expectedDelay]).toEqual([null, null]);
        continue;
      }
      const [leastLoss, mostLoss] = expectedLoss?.[direction] ?? [1, 1];
      const [leastMs, mostMs] = expectedDelay?.[direction] ?? [0, 0];
      const within = runs.filter(({ [direction]: { lossRatio: loss, delayMs } }) => {
        const slow = delayMs === null || (delayMs >= leastMs && delayMs <= mostMs);
        return loss >= leastLoss && loss <= mostLoss && slow;
      });
      expect(within.length, `${direction}: ${JSON.stringify(runs.map((run) => run[direction]))}`).toBeGreaterThanOrEqual(0.98 * SEEDS);
    }
  });

  it('is expected to lie in ranges that tell something: no wider than 0.6 of loss, or twice the least delay and 10 ms', () => {
    for (const direction of DIRECTIONS) {
      const [leastLoss, mostLoss] = expectedLoss?.[direction] ?? [0, 0];
      const [leastMs, mostMs] = expectedDelay?.[direction] ?? [0, 0];
      expect(mostLoss - leastLoss).toBeGreaterThanOrEqual(0);
      expect(mostLoss - leastLoss).toBeLessThan(0.6);
      expect(mostMs).toBeGreaterThanOrEqual(leastMs);
      expect(mostMs).toBeLessThanOrEqual(2 * leastMs + 10);
    }
    expect(path.expected.diagnoses.length).toBeGreaterThan(0);
    const blocked = path.expected.diagnoses.every((name) => name === 'call-blocked' || name === 'network-down');
    expect(blocked).toBe(connects === 'never');
  });
});

describe.each([
  ['telegram-2025-08', ['stun'], ['up']],
  ['stun-drop', ['stun'], DIRECTIONS],
  ['dtls-drop', ['dtls-handshake'], DIRECTIONS],
  ['udp-blackhole', CLASSES.filter((name) => name !== 'text'), DIRECTIONS],
] as const)('the path %s', (name, classes, directions) => {
  it(`loses all of ${classes.join(', ')} going ${directions.join(' and ')}, and nothing else`, () => {
    for (const direction of DIRECTIONS) {
      for (const packetClass of CLASSES) {
        const blocked =
          (directions as readonly Direction[]).includes(direction) && (classes as readonly PacketClass[]).includes(packetClass);
        expect(lossRatio(sendOver(findProfile(name), direction, packetClass, 500, 1))).toBe(blocked ? 1 : 0);
      }
    }
  });
});

describe('the path clear', () => {
  it('loses nothing and holds everything between 20 and 22 ms', () => {
    for (const direction of DIRECTIONS) {
      for (const packetClass of CLASSES) {
        const held = sendOver(findProfile('clear'), direction, packetClass, 2000, 1) as number[];
        expect(held).not.toContain(null);
        expect(Math.min(...held)).toBeGreaterThanOrEqual(20);
        expect(Math.max(...held)).toBeLessThanOrEqual(22);
      }
    }
  });
});

describe('the path congested', () => {
  it('loses 8 % of everything in both directions, the connection set-up included', () => {
    const profile = findProfile('congested');
    for (const direction of DIRECTIONS) {
      // 99 % interval; bursts of 3 make neighbours correlate by 1 - 1/3 - 0.029 = 0.638, which widens it 2.13 times.
      const deviation = Math.sqrt((0.08 * 0.92) / 20_000);
      expect(Math.abs(lossRatio(sendOver(profile, direction, 'rtp', 20_000, 1)) - 0.08)).toBeLessThan(2.576 * 2.13 * deviation);
      for (const packetClass of ['stun', 'dtls-handshake', 'dtls-data', 'rtcp', 'text'] as const)
        expect(Math.abs(lossRatio(sendOver(profile, direction, packetClass, 20_000, 1)) - 0.08)).toBeLessThan(2.576 * deviation);
    }
  });
});

describe('the path whatsapp-2025-08', () => {
  const profile = findProfile('whatsapp-2025-08');

  it('spares 25 packets, then loses 40 to 60 % of the voice going up on a call of ten seconds, for 9 seeds of 10', () => {
    const ratios = Array.from({ length: 100 }, (_, seed) => {
      const held = sendOver(profile, 'up', 'rtp', 525, seed);
      expect(lossRatio(held.slice(0, 25))).toBe(0);
      return lossRatio(held.slice(25));
    });
    expect(ratios.filter((ratio) => ratio > 0.4 && ratio < 0.6).length).toBeGreaterThanOrEqual(90);
  });

  it('loses nothing else: not the other direction, not the connection, not texts', () => {
    for (const direction of DIRECTIONS) {
      for (const packetClass of CLASSES.filter((other) => direction === 'down' || other !== 'rtp')) {
        expect(lossRatio(sendOver(profile, direction, packetClass, 2000, 1))).toBe(0);
      }
    }
  });

  it('makes the voice arrive unevenly: up to 50 ms on top of the path', () => {
    const held = sendOver(profile, 'up', 'rtp', 2000, 1).flatMap((ms) => (ms === null ? [] : [ms]));
    expect(Math.max(...held)).toBeGreaterThan(70);
    expect(Math.max(...held)).toBeLessThanOrEqual(80);
  });
});

describe('the path shutdown', () => {
  it('lets nothing through', () => {
    for (const direction of DIRECTIONS) {
      for (const packetClass of CLASSES) expect(lossRatio(sendOver(findProfile('shutdown'), direction, packetClass, 200, 1))).toBe(1);
    }
  });
});

describe('finding a path', () => {
  const errorOf = (name: string): UserError => {
    try {
      findProfile(name);
    } catch (error) {
      if (error instanceof UserError) return error;
    }
    throw new Error(`${name} was found`);
  };

  it('finds each by its name', () => {
    for (const profile of listProfiles()) expect(findProfile(profile.name)).toBe(profile);
  });

  it('says what was probably meant, and which there are', () => {
    for (const [typed, meant] of [
      ['whatsap-2025-08', 'whatsapp-2025-08'],
      ['Clear', 'clear'],
      ['telegram', 'telegram-2025-08'],
    ] as const) {
      const { code, hint } = errorOf(typed);
      expect(code).toBe('unknown-path');
      expect(hint).toContain(`"${meant}"`);
      for (const { name } of listProfiles()) expect(hint).toContain(name);
    }
  });

  it('does not guess when nothing is near, and bears any name', () => {
    for (const typed of ['', 'zzzzzz', '__proto__', 'x'.repeat(100_000)]) expect(errorOf(typed).hint).not.toContain('Did you mean');
  });
});
