import { describe, expect, it } from 'vitest';
import { measuredValue } from '../../../src/core/measurement.ts';
import type { Arrival } from '../../../src/core/packet.ts';
import { createRng } from '../../../src/core/rng.ts';
import { summariseStream } from '../../../src/record/captures/stream-network.ts';

const stream = (numbers: readonly number[]): Arrival[] =>
  numbers.map((number, n) => ({
    sequenceNumber: number & 0xffff,
    timestamp: (number * 960) >>> 0,
    marker: false,
    payloadType: 111,
    ssrc: 1,
    payload: Uint8Array.of(1),
    arrivalMs: n * 20,
  }));
const values = (numbers: readonly number[]) => {
  const summary = summariseStream(stream(numbers), 0.001);
  return Object.fromEntries(
    (
      ['packetsSent', 'packetsReceived', 'lossRatio', 'meanLossBurst', 'longestLossBurst', 'duplicatePackets', 'reorderedPackets'] as const
    ).map((name) => [name, measuredValue(summary[name])]),
  );
};

describe('what a captured stream tells of the network', () => {
  it('is which numbers are missing, in which runs, across the wrap', () => {
    const numbers = Array.from({ length: 100 }, (_, n) => 65_500 + n).filter((_, n) => ![10, 20, 21, 22, 50].includes(n));
    expect(values(numbers)).toEqual({
      packetsSent: 100,
      packetsReceived: 95,
      lossRatio: 0.05,
      meanLossBurst: 5 / 3,
      longestLossBurst: 3,
      duplicatePackets: 0,
      reorderedPackets: 0,
    });
  });

  it('is what came twice and what was overtaken, neither of which is lost', () => {
    expect(values([5, 6, 6, 8, 7, 9, 9, 9, 4])).toMatchObject({
      packetsSent: 6,
      packetsReceived: 9,
      lossRatio: 0,
      meanLossBurst: null,
      longestLossBurst: 0,
      duplicatePackets: 3,
      reorderedPackets: 2,
    });
  });

  it('is nothing of an empty stream, and little of one packet', () => {
    expect(values([])).toMatchObject({ packetsSent: null, packetsReceived: 0, lossRatio: null });
    expect(values([9])).toMatchObject({ packetsSent: 1, packetsReceived: 1, lossRatio: 0 });
    expect(summariseStream([], null).jitterSeconds.status).toBe('not-applicable');
  });

  it('is never when a packet was sent', () => {
    const summary = summariseStream(stream([1, 2, 3]), 0.001);
    for (const name of ['oneWayDelayP50Seconds', 'oneWayDelayP95Seconds', 'roundTripSeconds'] as const)
      expect(summary[name].status).toBe('not-applicable');
  });

  it('adds up for any numbers, in no time', () => {
    const rng = createRng(1);
    const wild = values(Array.from({ length: 50_000 }, () => Math.floor(rng.next() * 65_536)));
    expect(wild['lossRatio']).toBeGreaterThan(0);
    expect(wild['lossRatio']).toBeLessThan(1);
  });
});
