import { describe, expect, it } from 'vitest';
import { createReceiver } from '../../src/call/receiver.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

const rtp = (sequenceNumber: number) => ({
  sequenceNumber,
  timestamp: 960,
  marker: false,
  payloadType: 111,
  ssrc: 1,
  payload: new Uint8Array(3),
});

describe('a receiver', () => {
  it('writes down every packet as it comes, duplicates and inversions too, in whole milliseconds of the record', () => {
    const clock = new VirtualClock();
    let told = 0;
    const receiver = createReceiver(clock, 1000, () => told++);
    for (const [atMs, sequenceNumber] of [
      [1010.4, 8],
      [1010.6, 7],
      [1030, 7],
    ] as const) {
      clock.advanceTo(atMs);
      receiver.accept(rtp(sequenceNumber));
    }
    expect(receiver.arrivals.map(({ sequenceNumber, arrivalMs }) => [sequenceNumber, arrivalMs])).toEqual([
      [8, 10],
      [7, 11],
      [7, 30],
    ]);
    expect(told).toBe(3);
  });

  it('hears nothing once it has stopped', () => {
    const receiver = createReceiver(new VirtualClock(), 0, () => undefined);
    receiver.stop();
    receiver.accept(rtp(1));
    expect(receiver.arrivals).toEqual([]);
  });
});
