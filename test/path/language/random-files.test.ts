import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.ts';
import type { Direction, PacketClass } from '../../../src/core/packet.ts';
import type { PathRule } from '../../../src/core/path-profile.ts';
import { createRng, type Rng } from '../../../src/core/rng.ts';
import { VirtualClock } from '../../../src/core/virtual-clock.ts';
import { createDueQueue } from '../../../src/path/due-queue.ts';
import { createEmulator } from '../../../src/path/emulator.ts';
import { readRuleFile } from '../../../src/path/language/check-file.ts';
import { damage, randomRules } from '../../support/random-paths.ts';

const FILES = 10_000;
/** What crosses each path: every class, both ways, a burst and a pause among them. */
const PACKETS = 60;
const CLASSES: readonly PacketClass[] = ['stun', 'dtls-handshake', 'dtls-data', 'rtp', 'rtcp', 'turn-channel', 'other', 'text'];

/** The text of a file: two in five sound, two in five with one thing wrong, one in five cut short or scrambled. */
function randomFile(rng: Rng): string {
  const sound = { name: 'random', rules: randomRules(rng) };
  const roll = rng.next();
  if (roll < 0.4) return JSON.stringify(sound, null, 1);
  if (roll < 0.8) return JSON.stringify(damage(rng, sound)) ?? 'undefined';
  const text = JSON.stringify(sound);
  const at = Math.floor(text.length * rng.next());
  return roll < 0.9
    ? text.slice(0, at)
    : `${text.slice(0, at)}${String.fromCharCode(32 + Math.floor(95 * rng.next()))}${text.slice(at + 1)}`;
}

interface Run {
  readonly delivered: number;
  readonly dropped: number;
}

/** Sends packets over the path on a virtual clock until the last has left it. Throws when one leaves before it came, twice as often as said, or never. */
function runPath(rules: readonly PathRule[], rng: Rng): Run {
  const startMs = 1000;
  const clock = new VirtualClock();
  clock.advanceTo(startMs);
  const emulator = createEmulator(rules, rng.fork('path'), startMs);
  let expected = 0;
  let delivered = 0;
  let dropped = 0;
  let lastDueMs = startMs;
  const queue = createDueQueue<{ readonly cameMs: number }>(clock, ({ cameMs }) => {
    if (!(clock.now() >= cameMs - 0.5)) throw new Error(`left at ${clock.now()}, came at ${cameMs}`);
    delivered++;
  });
  for (let i = 0; i < PACKETS; i++) {
    clock.advanceTo(clock.now() + (i % 7 === 0 ? 0 : i % 20 === 0 ? 2000 : 10 * rng.next()));
    if (i === 10) emulator.notice('connected', clock.now());
    if (i === 15) emulator.notice('first-media', clock.now());
    const direction: Direction = rng.next() < 0.5 ? 'up' : 'down';
    const packetClass = CLASSES[Math.floor(CLASSES.length * rng.next())] as PacketClass;
    const packet = { direction, packetClass, sizeBytes: Math.floor(1400 * rng.next()), flow: `flow ${i % 3}` };
    const { deliveries, droppedByRule } = emulator.offer(packet, clock.now());
    if ((deliveries.length === 0) !== (droppedByRule !== null)) throw new Error('neither delivered nor dropped');
    if (droppedByRule !== null) dropped++;
    for (const { dueMs } of deliveries) {
      if (!(dueMs >= clock.now() && dueMs < Number.POSITIVE_INFINITY)) throw new Error(`due at ${dueMs}, came at ${clock.now()}`);
      lastDueMs = Math.max(lastDueMs, dueMs);
      expected++;
      queue.add(dueMs, { cameMs: clock.now() });
    }
  }
  clock.advanceTo(lastDueMs + 1);
  if (delivered !== expected) throw new Error(`${expected - delivered} packets never left`);
  emulator.measurements();
  return { delivered, dropped };
}

describe('ten thousand random rule files', () => {
  it('are each refused with a reason, or run in simulated time without a crash, a hang or a packet that leaves before it came', () => {
    const rng = createRng(2_026_0801);
    const counts = { refused: 0, ran: 0, delivered: 0, dropped: 0 };
    for (let i = 0; i < FILES; i++) {
      const text = randomFile(rng.fork(`file ${i}`));
      let rules: readonly PathRule[];
      try {
        rules = readRuleFile(text, 'random.json').rules;
      } catch (error) {
        if (!(error instanceof UserError)) throw new Error(`file ${i} broke the reader: ${error}\n${text}`);
        expect(error.message).toMatch(/^random\.json, line \d+, column \d+: ./);
        expect(error.hint.length).toBeGreaterThan(3);
        counts.refused++;
        continue;
      }
      try {
        const { delivered, dropped } = runPath(rules, rng.fork(`run ${i}`));
        counts.delivered += delivered;
        counts.dropped += dropped;
      } catch (error) {
        throw new Error(`file ${i} broke the path: ${error}\n${text}`);
      }
      counts.ran++;
    }
    expect(counts.refused).toBeGreaterThan(FILES / 4);
    expect(counts.ran).toBeGreaterThan(FILES / 4);
    expect(counts.delivered).toBeGreaterThan(0);
    expect(counts.dropped).toBeGreaterThan(0);
  });
});
