import { describe, expect, it } from 'vitest';
import { findOutages } from '../../src/core/media-outage.ts';
import { arrivalsOf, sentPackets } from '../support/call-records.ts';

const GAP_MS = 3000;
/** 600 packets from 1,000 ms on, one each 20 ms; those kept arrive after the delay. */
function outages(keep: (index: number) => boolean, { delayMs = 40, speaks = (_: number): boolean => true, listenMs = 100 } = {}) {
  const all = sentPackets(600);
  const sent = all.filter((_, index) => speaks(index));
  const arrivals = arrivalsOf(all, (index) => speaks(index) && keep(index), delayMs);
  return findOutages({ sent, arrivals, mediaStartMs: 1000, mediaEndMs: 13_000 + delayMs + listenMs }, GAP_MS);
}

describe('the outages of a direction', () => {
  it('are none where packets arrive, some are lost, or the gap is bearable', () => {
    expect(outages(() => true)).toEqual([]);
    expect(outages((index) => index % 10 === 0)).toEqual([]);
    expect(outages((index) => index < 100 || index > 240)).toEqual([]);
  });

  it('are found with their beginning and length when media came back', () => {
    const [outage, ...others] = outages((index) => index < 300 || index >= 465);
    expect(others).toEqual([]);
    expect(outage?.at).toBeCloseTo(6.02, 2);
    expect(outage?.seconds).toBeCloseTo(3.32, 2);
    expect(outage?.recovered).toBe(true);
  });

  it('are not recovered when nothing came any more', () => {
    expect(outages((index) => index < 300)).toEqual([{ at: 6.02, seconds: 6.12, recovered: false }]);
  });

  it('are no matter of how long the path takes', () => {
    for (const delayMs of [0, 600, 2000]) {
      expect(outages(() => true, { delayMs, listenMs: 0 })).toEqual([]);
      expect(outages((index) => index < 300 || index >= 465, { delayMs })).toHaveLength(1);
    }
  });

  it('are not the pauses of a sender with nothing to say, even where the packet before the pause was lost', () => {
    const speaks = (index: number): boolean => index < 200 || index >= 400;
    expect(outages((index) => index !== 199, { speaks })).toEqual([]);
    const comfort = (index: number): boolean => speaks(index) || index % 20 === 0;
    expect(outages(() => true, { speaks: comfort })).toEqual([]);
    expect(outages(speaks, { speaks: comfort })).toHaveLength(1);
  });

  it('are none where nothing was ever heard or said', () => {
    expect(outages(() => false)).toEqual([]);
    expect(findOutages({ sent: [], arrivals: [], mediaStartMs: null, mediaEndMs: null }, GAP_MS)).toEqual([]);
  });
});
