import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { packetPlaces, sameShare, withPayloads } from '../../src/record/resent.ts';
import { arrivalsOf, directionRecord } from '../support/call-records.ts';

const COUNT = 300;
const rng = createRng(4);
const lost = Array.from({ length: COUNT }, () => rng.next() < 0.2);
const record = directionRecord({ arrivals: [], sentCount: COUNT });
const arrivals = arrivalsOf(record.sent, (index) => !lost[index], 40);
const places = packetPlaces(record, 20);
/** Each payload names its place. */
const packets = Array.from({ length: COUNT }, (_, n) => Uint8Array.of(1, n >> 8, n & 0xff));
const placeOf = ([, high = 0, low = 0]: Uint8Array): number => high * 256 + low;

describe('the place of a packet', () => {
  it('is counted in packet times from the start of the media, across the wrap of sequence numbers', () => {
    expect([...places.values()]).toEqual(Array.from({ length: COUNT }, (_, n) => n));
  });

  it('leaves room where the sender was silent', () => {
    const sent = record.sent.filter((_, n) => n < 10 || n >= 40);
    expect([...packetPlaces({ ...record, sent }, 20).values()].slice(9, 11)).toEqual([9, 40]);
  });
});

describe('a call encoded anew', () => {
  it('loses the same packets, and the others come at the same times with the payload of their place', () => {
    const heard = withPayloads(arrivals, places, packets);
    expect(heard.map(({ payload: _, ...rest }) => rest)).toEqual(arrivals.map(({ payload: _, ...rest }) => rest));
    expect(heard.map(({ payload }) => placeOf(payload))).toEqual(arrivals.map(({ sequenceNumber }) => places.get(sequenceNumber)));
    expect(sameShare(heard, places, packets)).toBe(1);
    expect(sameShare(arrivals, places, packets)).toBe(0);
    expect(sameShare([], places, packets)).toBe(0);
  });

  it('has no packet where its sender would have been silent', () => {
    expect(
      withPayloads(
        arrivals,
        places,
        packets.map(() => null),
      ),
    ).toEqual([]);
  });
});
