import { describe, expect, it } from 'vitest';
import { measuredValue } from '../../src/core/measurement.ts';
import type { PacketFate } from '../../src/core/packet.ts';
import type { NetworkSummary } from '../../src/core/report.ts';
import { summariseNetwork } from '../../src/record/network-summary.ts';
import { arrivalsOf, callRecord, directionRecord, sentPackets } from '../support/call-records.ts';

const SENT = 200;
const GAP_MS = 3000;
const silent = directionRecord({ arrivals: [], sentCount: 0 });
const directions = { up: silent, down: silent };
function summary(keep: (index: number) => boolean, delayMs = 40): NetworkSummary {
  return summariseNetwork(
    'up',
    directionRecord({ arrivals: arrivalsOf(sentPackets(SENT), keep, delayMs), sentCount: SENT }),
    [],
    0.001,
    GAP_MS,
  );
}

describe('the network summary of a direction', () => {
  it('finds no loss where every packet arrived, across the wrap of sequence numbers', () => {
    const { lossRatio, longestLossBurst, meanLossBurst } = summary(() => true);
    expect(measuredValue(lossRatio)).toBe(0);
    expect(measuredValue(longestLossBurst)).toBe(0);
    expect(meanLossBurst.status).toBe('not-applicable');
  });

  it('counts losses over what was sent, at the very start and end too', () => {
    const { lossRatio, longestLossBurst, meanLossBurst } = summary((index) => index >= 5 && index < SENT - 3 && index !== 100);
    expect(measuredValue(lossRatio)).toBeCloseTo(9 / SENT, 12);
    expect(measuredValue(longestLossBurst)).toBe(5);
    expect(measuredValue(meanLossBurst)).toBe(3);
  });

  it('takes a direction that was wholly lost as a loss of all', () => {
    const all = summary(() => false);
    expect(measuredValue(all.lossRatio)).toBe(1);
    expect(measuredValue(all.longestLossBurst)).toBe(SENT);
    expect(all.oneWayDelayP50Seconds.status).toBe('not-applicable');
  });

  it('makes no loss good by a duplicate', () => {
    const sent = sentPackets(10);
    const arrivals = arrivalsOf(sent, (index) => index !== 4, 40);
    const doubled = directionRecord({ arrivals: [...arrivals, ...arrivals.slice(0, 1)], sentCount: 10 });
    expect(measuredValue(summariseNetwork('up', doubled, [], null, GAP_MS).lossRatio)).toBeCloseTo(0.1, 12);
  });

  it('measures delay from sending to arrival', () => {
    expect(measuredValue(summary(() => true, 73).oneWayDelayP50Seconds)).toBeCloseTo(0.073, 3);
  });

  it('has no ratio of nothing', () => {
    expect(summariseNetwork('up', directionRecord({ arrivals: [], sentCount: 0 }), [], null, GAP_MS).lossRatio.status).toBe(
      'not-applicable',
    );
  });

  describe('with the last packets still on their way when the receiver stopped listening', () => {
    const sent = sentPackets(SENT);
    /** The last 16 never arrived; the one before them was dropped. `mediaEndMs` of the record is 5,000. */
    const record = directionRecord({ arrivals: arrivalsOf(sent, (index) => index < SENT - 17, 40), sentCount: SENT });
    const fate = (index: number, of: Partial<PacketFate>): PacketFate => ({
      direction: 'up',
      packetClass: 'rtp',
      index,
      sizeBytes: 100,
      sequenceNumber: sent[index]?.sequenceNumber ?? 0,
      rtpTimestamp: 0,
      arrivedMs: 0,
      fate: 'delivered',
      droppedByRule: null,
      dueMs: 5600,
      sentMs: 5600,
      ...of,
    });
    const last = (of: Partial<PacketFate>): PacketFate[] => [
      fate(SENT - 17, { fate: 'dropped', droppedByRule: 0, dueMs: null, sentMs: null }),
      ...Array.from({ length: 16 }, (_, n) => fate(SENT - 16 + n, of)),
    ];
    const lost = (fates: PacketFate[]): number => {
      const { lossRatio, longestLossBurst } = summariseNetwork('up', record, fates, null, GAP_MS);
      expect(measuredValue(lossRatio)).toBeCloseTo((measuredValue(longestLossBurst) ?? 0) / (fates.length === 0 ? SENT : SENT - 16), 12);
      return measuredValue(longestLossBurst) ?? 0;
    };

    it('takes them for lost only where nobody knows better', () => {
      expect(lost([])).toBe(17);
      expect(lost(last({ sentMs: 5600 }))).toBe(1);
      expect(lost(last({ fate: 'undelivered', sentMs: null }))).toBe(1);
    });

    it('still counts what the relay let go in time, and what is of the other direction', () => {
      const counted = (of: Partial<PacketFate>): number =>
        measuredValue(summariseNetwork('up', record, last(of), null, GAP_MS).longestLossBurst) ?? 0;
      expect(counted({ sentMs: 4500, dueMs: 4500 })).toBe(17);
      expect(counted({ direction: 'down' })).toBe(17);
    });
  });

  it('lists where nothing arrived for longer than the gap', () => {
    expect(summary((index) => index < 20 || index >= 190).outages).toEqual([{ at: 0.42, seconds: 3.42, recovered: true }]);
    expect(summary(() => true).outages).toEqual([]);
  });

  it('counts at the relay what was doubled and corrupted, where there was any, and not what never left', () => {
    const fate = { ...callRecord(directions).fates[0], direction: 'up', packetClass: 'rtp' } as PacketFate;
    const fates: PacketFate[] = [
      fate,
      { ...fate, flippedBits: [1], copies: [{ dueMs: 5, sentMs: 5, flippedBits: [1] }] },
      { ...fate, fate: 'undelivered', sentMs: null, flippedBits: [1], copies: [{ dueMs: 5, sentMs: null }] },
      { ...fate, packetClass: 'stun' },
    ];
    const { relay } = summariseNetwork('up', directions.up, fates, null, GAP_MS);
    expect(relay.rtp).toEqual({ arrived: 3, delivered: 2, dropped: 0, undelivered: 1, copies: 1, corrupted: 2 });
    expect(relay.stun).toEqual({ arrived: 1, delivered: 1, dropped: 0, undelivered: 0 });
  });
});
