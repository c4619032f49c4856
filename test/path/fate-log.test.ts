import { describe, expect, it } from 'vitest';
import { createFateLog, type FateEntry } from '../../src/path/fate-log.ts';

const packet = (arrivedMs: number, over: object = {}) =>
  ({ direction: 'up', packetClass: 'rtcp', sizeBytes: 60, rtp: null, arrivedMs, ...over }) as const;

describe('the log of fates', () => {
  it('tells what became of each packet, in order of arrival, relative to the origin', () => {
    const log = createFateLog(1000);
    const [first] = log.accepted(packet(1010, { packetClass: 'rtp', rtp: { sequenceNumber: 7, timestamp: 960 } }), [{ dueMs: 1030 }]);
    log.dropped(packet(1020), 2);
    log.accepted(packet(1025), [{ dueMs: 1045 }]);
    log.sent(first as FateEntry, 1031);
    const shared = { direction: 'up', sizeBytes: 60 };
    expect(log.fates()).toEqual([
      {
        ...shared,
        packetClass: 'rtp',
        index: 0,
        sequenceNumber: 7,
        rtpTimestamp: 960,
        arrivedMs: 10,
        fate: 'delivered',
        droppedByRule: null,
        dueMs: 30,
        sentMs: 31,
      },
      {
        ...shared,
        packetClass: 'rtcp',
        index: 0,
        sequenceNumber: null,
        rtpTimestamp: null,
        arrivedMs: 20,
        fate: 'dropped',
        droppedByRule: 2,
        dueMs: null,
        sentMs: null,
      },
      {
        ...shared,
        packetClass: 'rtcp',
        index: 1,
        sequenceNumber: null,
        rtpTimestamp: null,
        arrivedMs: 25,
        fate: 'undelivered',
        droppedByRule: null,
        dueMs: 45,
        sentMs: null,
      },
    ]);
  });

  it('tells every time from its origin on', () => {
    const log = createFateLog(400);
    log.accepted(packet(500), [{ dueMs: 520 }]);
    expect(log.fates()).toMatchObject([{ arrivedMs: 100, dueMs: 120, sentMs: null }]);
  });

  it('counts packets of each direction and class by themselves', () => {
    const log = createFateLog(0);
    for (const direction of ['up', 'down', 'up'] as const) log.dropped(packet(0, { direction }), 0);
    expect(log.fates().map(({ index }) => index)).toEqual([0, 0, 1]);
  });

  it('stops writing when full, counts on, and bears what is told of packets it did not write', () => {
    const log = createFateLog(0, 2);
    for (let i = 0; i < 5; i++) log.sent(log.accepted(packet(i), [{ dueMs: i }])[0] as FateEntry, i);
    log.dropped(packet(5), 0);
    expect(log.fates()).toHaveLength(2);
    expect(log.unrecorded).toBe(4);
  });

  it('takes back a sending the machine refused', () => {
    const log = createFateLog(0);
    const entry = log.accepted(packet(0), [{ dueMs: 0 }])[0] as FateEntry;
    log.sent(entry, 0);
    log.failed(entry);
    expect(log.fates()).toMatchObject([{ fate: 'undelivered', dueMs: 0, sentMs: null }]);
  });

  it('writes a doubled packet down once, each copy with its own times, and which bits were changed', () => {
    const log = createFateLog(1000);
    const deliveries = [{ dueMs: 1020, flippedBits: [7] }, { dueMs: 1025 }, { dueMs: 1030, flippedBits: [7, 9] }];
    const entries = log.accepted(packet(1010), deliveries);
    log.sent(entries[1] as FateEntry, 1026);
    expect(log.fates()).toMatchObject([
      {
        arrivedMs: 10,
        fate: 'undelivered',
        dueMs: 20,
        sentMs: null,
        flippedBits: [7],
        copies: [
          { dueMs: 25, sentMs: 26 },
          { dueMs: 30, sentMs: null, flippedBits: [7, 9] },
        ],
      },
    ]);
  });
});
