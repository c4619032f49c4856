import { describe, expect, it } from 'vitest';
import { decodeRate } from '../../src/playout/decode-rate.ts';
import { receptionOf } from '../../src/playout/reception.ts';
import { streamOf } from '../../src/playout/stream.ts';
import { createUnwrapper } from '../../src/playout/unwrap.ts';
import { arrivalsOf, PAYLOAD_TYPE } from '../support/packets.ts';

const RATE = decodeRate(48_000);
const payloads = Array.from({ length: 100 }, (_, i) => Uint8Array.of(0x78, i));
const received = (delayMs: (i: number) => number | null, firstSequence = 65_480) =>
  receptionOf(streamOf(arrivalsOf(payloads, { firstSequence, delayMs }), { payloadType: PAYLOAD_TYPE }), RATE);

describe('unwrapping a counter', () => {
  it('counts on over the wrap, and back over it', () => {
    const unwrap = createUnwrapper(16);
    expect([65_534, 65_535, 0, 65_535, 3, 65_530].map(unwrap)).toEqual([65_534, 65_535, 65_536, 65_535, 65_539, 65_530]);
    const timestamps = createUnwrapper(32);
    expect([2 ** 32 - 960, 0, 960].map(timestamps)).toEqual([2 ** 32 - 960, 2 ** 32, 2 ** 32 + 960]);
  });
});

describe('what a receiver counts', () => {
  it('are the packets between the first and the last that did not come', () => {
    expect(received((i) => (i % 10 === 4 ? null : 40))).toEqual({ packetsReceived: 90, packetsLost: 10, jitter: 0 });
  });

  it('is a negative loss for duplicates (RFC 3550 section 6.4.1)', () => {
    const stream = streamOf(arrivalsOf(payloads), { payloadType: PAYLOAD_TYPE });
    expect(receptionOf([...stream, ...stream.slice(-3)], RATE).packetsLost).toBe(-3);
  });

  it('is a jitter that tends to the mean change of the transit time (RFC 3550 appendix A.8)', () => {
    expect(received((i) => (i % 2) * 8).jitter).toBeCloseTo(0.008, 3);
  });

  it('is nothing for no packets', () => {
    expect(receptionOf([], RATE)).toEqual({ packetsReceived: 0, packetsLost: 0, jitter: 0 });
  });
});

describe('a stream', () => {
  it('is what has the payload type, in order of arrival', () => {
    const arrivals = arrivalsOf(payloads, { delayMs: (i) => (i === 5 ? 130 : 40) });
    const other = { ...arrivals[0], payloadType: 13 } as (typeof arrivals)[number];
    const stream = streamOf([...arrivals, other], { payloadType: PAYLOAD_TYPE });
    expect(stream.length).toBe(100);
    expect(stream.map((packet) => packet.arrivalMs)).toEqual([...stream.map((packet) => packet.arrivalMs)].sort((a, b) => a - b));
  });

  it('leaves a source for good when another takes over', () => {
    const first = arrivalsOf(payloads.slice(0, 10));
    const second = arrivalsOf(payloads.slice(0, 10), { delayMs: () => 300 }).map((arrival) => ({ ...arrival, ssrc: 8 }));
    const straggler = { ...first[0], arrivalMs: 900 } as (typeof first)[number];
    expect(streamOf([...first, ...second, straggler], { payloadType: PAYLOAD_TYPE }).map((packet) => packet.epoch)).toEqual([
      ...Array(10).fill(0),
      ...Array(10).fill(1),
    ]);
  });
});
