import { describe, expect, it } from 'vitest';
import type { OutgoingRtp } from '../../src/call/peer.ts';
import { arrivalsAtEngine, sentByEngine } from '../../src/call/voice-at-relay.ts';
import type { Arrival, PacketFate } from '../../src/core/packet.ts';

const packet = (sequenceNumber: number): OutgoingRtp => ({
  sequenceNumber,
  timestamp: sequenceNumber * 960,
  marker: sequenceNumber === 1,
  payload: Uint8Array.of(sequenceNumber),
});
const voice = (sequenceNumber: number, change: Partial<PacketFate> = {}): PacketFate => ({
  direction: 'up',
  packetClass: 'rtp',
  index: sequenceNumber,
  sizeBytes: 52,
  sequenceNumber,
  rtpTimestamp: sequenceNumber * 960,
  arrivedMs: 20 * sequenceNumber,
  fate: 'delivered',
  droppedByRule: null,
  dueMs: 20 * sequenceNumber + 30,
  sentMs: 20 * sequenceNumber + 30.4,
  ...change,
});
const DROPPED = { fate: 'dropped', droppedByRule: 0, dueMs: null, sentMs: null } as const;
const spoken = { ssrc: 7, payloadType: 111, packets: new Map([1, 2, 3, 4].map((number) => [number, packet(number)])) };
const arrivals = (fates: readonly PacketFate[], untilMs = 1_000): string[] =>
  arrivalsAtEngine(fates, 'up', spoken, untilMs).map(({ arrivalMs, sequenceNumber }) => `${sequenceNumber} at ${arrivalMs}`);

describe('what arrives at a real engine', () => {
  it('is what the relay let through, when it did, with what the speaker put into it', () => {
    const [first] = arrivalsAtEngine([voice(1)], 'up', spoken, 1_000);
    expect(first).toEqual({ ...packet(1), ssrc: 7, payloadType: 111, arrivalMs: 50 });
    expect(arrivals([voice(1), voice(2, DROPPED), voice(3)])).toEqual(['1 at 50', '3 at 90']);
  });

  it('comes in the order it left the relay in', () => {
    expect(arrivals([voice(1, { sentMs: 200 }), voice(2), voice(3)])).toEqual(['2 at 70', '3 at 90', '1 at 200']);
  });

  it('leaves out the damaged, whose authentication fails, and what comes twice, which replay protection drops', () => {
    const copy = { dueMs: 60, sentMs: 60 };
    expect(arrivals([voice(1, { flippedBits: [9] }), voice(2, { copies: [copy] })])).toEqual(['2 at 60']);
  });

  it('takes a sound copy for a damaged packet, and none for a damaged copy', () => {
    const copies = [{ dueMs: 100, sentMs: 100 }];
    expect(arrivals([voice(1, { flippedBits: [9], copies })])).toEqual(['1 at 100']);
    expect(arrivals([voice(1, { copies: [{ dueMs: 40, sentMs: 40, flippedBits: [3] }] })])).toEqual(['1 at 50']);
  });

  it('leaves out the other direction, other classes, packets still under way, and what came after listening ended', () => {
    const others = [voice(1, { direction: 'down' }), voice(2, { packetClass: 'rtcp', sequenceNumber: null }), voice(3, { sentMs: null })];
    expect(arrivals([...others, voice(4)], 110)).toEqual([]);
  });
});

describe('what a real engine sends', () => {
  const sent = (fates: readonly PacketFate[], heard: readonly Arrival[] = []): ReturnType<typeof sentByEngine> =>
    sentByEngine(fates, 'up', heard, 48_000, { sinceMs: 0, untilMs: 1_000 });

  it('is what came to the relay, lost behind it or not, at the time it came', () => {
    expect(sent([voice(1), voice(2, DROPPED)])).toEqual([
      { sequenceNumber: 1, timestamp: 960, payloadBytes: 30, dueMs: 20, sentMs: 20 },
      { sequenceNumber: 2, timestamp: 1920, payloadBytes: 30, dueMs: 40, sentMs: 40 },
    ]);
  });

  it('was due when its timestamp says, counted from the packet that was the least late', () => {
    const late = [voice(1, { arrivedMs: 25 }), voice(2, { arrivedMs: 40.5 }), voice(3, { arrivedMs: 75 })];
    expect(sent(late).map(({ dueMs, sentMs }) => sentMs - dueMs)).toEqual([4.5, 0, 14.5]);
  });

  it('bears a timestamp that wraps', () => {
    const wrapping = [voice(1, { rtpTimestamp: 0xffff_ffff - 479 }), voice(2, { rtpTimestamp: 480 })];
    expect(sent(wrapping).map(({ dueMs }) => dueMs)).toEqual([20, 40]);
  });

  it('carries as much as the packets that were decrypted show', () => {
    const heard: Arrival = { ...packet(2), payload: new Uint8Array(22), ssrc: 1, payloadType: 111, arrivalMs: 80 };
    expect(sent([voice(1), voice(2)], [heard]).map(({ payloadBytes }) => payloadBytes)).toEqual([22, 22]);
  });

  it('leaves out what passed before anybody listened, and after the speech was over', () => {
    const span = { sinceMs: 30, untilMs: 50 };
    expect(sentByEngine([voice(1), voice(2), voice(3)], 'up', [], 48_000, span).map(({ sequenceNumber }) => sequenceNumber)).toEqual([2]);
    expect(sent([])).toEqual([]);
  });
});
