import { describe, expect, it } from 'vitest';
import type { OutgoingRtp } from '../../src/call/peer.ts';
import { type Sender, type SenderOptions, startSender } from '../../src/call/sender.ts';
import type { Clock } from '../../src/core/clock.ts';
import { createRng } from '../../src/core/rng.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

const packet = (): Uint8Array => new Uint8Array(10);

function start(clock: Clock, options: Partial<SenderOptions> = {}): { sender: Sender; out: OutgoingRtp[] } {
  const out: OutgoingRtp[] = [];
  const sender = startSender({
    clock,
    originMs: 0,
    startMs: 100,
    packetTimeMs: 20,
    clockRateHz: 48_000,
    packets: Array.from({ length: 50 }, packet),
    rng: createRng(1),
    send(rtp) {
      out.push(rtp);
      return true;
    },
    ...options,
  });
  return { sender, out };
}

describe('a sender', () => {
  it('sends one packet a packet time, numbered and stamped in step', () => {
    const clock = new VirtualClock();
    const { sender, out } = start(clock);
    clock.advanceTo(100 + 49 * 20 - 1);
    expect(out).toHaveLength(49);
    expect(sender.isDone()).toBe(false);
    clock.advanceTo(2000);
    expect(sender.isDone()).toBe(true);
    expect(sender.endMs).toBe(1100);
    const first = out[0] as OutgoingRtp;
    expect(out.map((rtp) => (rtp.sequenceNumber - first.sequenceNumber + 65_536) % 65_536)).toEqual(out.map((_, n) => n));
    expect(out.map((rtp) => (rtp.timestamp - first.timestamp + 2 ** 32) % 2 ** 32)).toEqual(out.map((_, n) => n * 960));
    expect(sender.sent.map(({ dueMs, sentMs }) => sentMs - dueMs)).toEqual(out.map(() => 0));
  });

  it('stamps by the clock of its codec', () => {
    const clock = new VirtualClock();
    const { out } = start(clock, { clockRateHz: 8_000 });
    clock.advanceTo(2000);
    const first = out[0] as OutgoingRtp;
    expect(out.map((rtp) => (rtp.timestamp - first.timestamp + 2 ** 32) % 2 ** 32)).toEqual(out.map((_, n) => n * 160));
  });

  it('does not drift when every wake-up is late: each packet is due by its number alone', () => {
    const virtual = new VirtualClock();
    const clock: Clock = { now: () => virtual.now(), schedule: (atMs, callback) => virtual.schedule(atMs + 3, callback) };
    const { sender } = start(clock);
    virtual.advanceTo(3000);
    expect(sender.sent.map(({ dueMs }) => dueMs)).toEqual(sender.sent.map((_, n) => 100 + n * 20));
    expect(sender.sent.map(({ sentMs, dueMs }) => sentMs - dueMs)).toEqual(sender.sent.map(() => 3));
  });

  it('waits again when woken early, and sends all that is due after a stall', () => {
    let now = 99.5;
    const wakeUps: (() => void)[] = [];
    const { out } = start({
      now: () => now,
      schedule(_atMs, callback) {
        wakeUps.push(callback);
        return () => undefined;
      },
    });
    wakeUps.shift()?.();
    expect(out).toHaveLength(0);
    now = 165;
    wakeUps.shift()?.();
    expect(out).toHaveLength(4);
  });

  it('keeps time but not numbers through silence, and marks the packet after it (RFC 3551)', () => {
    const clock = new VirtualClock();
    const { out } = start(clock, { packets: [packet(), packet(), null, null, packet(), packet()] });
    clock.advanceTo(1000);
    expect(out.map((rtp) => rtp.marker)).toEqual([true, false, true, false]);
    expect(out.map((rtp) => rtp.sequenceNumber - (out[0]?.sequenceNumber ?? 0))).toEqual([0, 1, 2, 3]);
    expect(out.map((rtp) => (rtp.timestamp - (out[0]?.timestamp ?? 0) + 2 ** 32) % 2 ** 32)).toEqual([0, 960, 3840, 4800]);
  });

  it('draws its first numbers from the seed, the sequence number below 2^15', () => {
    const first = (seed: number): OutgoingRtp => start(new VirtualClock(), { startMs: 0, rng: createRng(seed) }).out[0] as OutgoingRtp;
    expect(first(5)).toEqual(first(5));
    const numbers = Array.from({ length: 200 }, (_, seed) => first(seed).sequenceNumber);
    expect(new Set(numbers).size).toBeGreaterThan(190);
    expect(Math.max(...numbers)).toBeLessThan(0x8000);
  });

  it('leaves out what could not be sent, and stops when told', () => {
    const clock = new VirtualClock();
    let attempts = 0;
    const { sender } = start(clock, { send: () => attempts++ % 2 === 0 });
    clock.advanceTo(100 + 9 * 20);
    expect(attempts).toBe(10);
    expect(sender.sent.map(({ sequenceNumber }) => sequenceNumber - (sender.sent[0]?.sequenceNumber ?? 0))).toEqual([0, 2, 4, 6, 8]);
    sender.stop();
    clock.advanceTo(5000);
    expect(attempts).toBe(10);
    expect(sender.isDone()).toBe(false);
  });
});
