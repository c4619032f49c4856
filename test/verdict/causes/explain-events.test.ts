import { describe, expect, it } from 'vitest';
import type { PacketFate } from '../../../src/core/packet.ts';
import type { SoundEvent } from '../../../src/core/playout-stats.ts';
import type { HeardEvent } from '../../../src/core/time-line.ts';
import { duePackets } from '../../../src/verdict/causes/due-packets.ts';
import { type CauseEvidence, explainEvents } from '../../../src/verdict/causes/explain-events.ts';
import { arrivalsOf, sentPackets } from '../../support/call-records.ts';

/** The packets of the tests are due from 1 s on; the reference begins with them, and is heard 100 ms after it was spoken. */
const START_MS = 1_000;
const heard = (kind: HeardEvent['kind'], at: number, seconds: number, part: string | null = null): HeardEvent => ({
  ...{ at, seconds, kind, part, strength: 0.9, detail: 'as it sounded' },
  ...{ spokenFrom: at - 0.1, spokenTo: at + seconds - 0.1 },
});
const gap = (at: number, seconds: number, lostPackets: number): SoundEvent => ({
  ...{ at, seconds, kind: 'concealment', cause: `${lostPackets} packets lost` },
  ...(lostPackets > 0 ? { lostPackets } : {}),
});
const droppedBy = (rule: number, indexes: readonly number[]): PacketFate[] => {
  const sent = sentPackets(500);
  return indexes.map((index) => ({
    ...{ direction: 'up', packetClass: 'rtp', index, sizeBytes: 100, rtpTimestamp: 0, arrivedMs: 0, dueMs: null, sentMs: null },
    ...{ fate: 'dropped', droppedByRule: rule, sequenceNumber: sent[index]?.sequenceNumber ?? 0 },
  }));
};
function call(lost: readonly number[], changes: Partial<CauseEvidence> = {}, rule: number | null = null): CauseEvidence {
  const sent = sentPackets(500);
  const arrivals = arrivalsOf(sent, (index) => !lost.includes(index), 40);
  const fates = rule === null ? [] : droppedBy(rule, lost);
  return {
    source: 'up',
    codec: { name: 'opus', bitrateBps: 32_000 },
    engine: null,
    receiver: [],
    packets: duePackets('up', { sent, arrivals }, fates, START_MS),
    ...changes,
  };
}
const causeOf = (event: HeardEvent, evidence: CauseEvidence): string => explainEvents([event], evidence)[0]?.cause ?? '';
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('the cause of what was heard', () => {
  it('is a burst of loss that the receiver filled in at that time, with the rule that lost it', () => {
    const evidence = call(range(155, 14), { receiver: [gap(3.2, 0.28, 14), gap(6, 0.02, 1)] }, 1);
    expect(causeOf(heard('metallic', 3.2, 0.9, 'rep'), evidence)).toBe(
      '14 frames concealed in one burst of uplink loss (rule 2 of the path)',
    );
    expect(causeOf(heard('drop', 6, 0.02), { ...evidence, source: 'down', packets: null })).toBe(
      '1 frame lost in one burst of downlink loss',
    );
  });

  it('is several bursts taken together, and none outside the event', () => {
    const receiver = [gap(1, 0.1, 5), gap(3.2, 0.06, 3), gap(3.5, 0.04, 2), gap(3.9, 0.1, 5), gap(5, 0.1, 5)];
    expect(causeOf(heard('metallic', 3.2, 0.8), call([], { receiver }))).toBe('10 frames concealed in 3 bursts of uplink loss');
  });

  it('tells frames that came too late, and waiting, from lost ones', () => {
    const late: SoundEvent = { ...gap(3.2, 0.1, 0), latePackets: 4, lateMs: 87 };
    expect(causeOf(heard('drop', 3.2, 0.1), call([], { receiver: [late] }))).toBe('4 frames came up to 87 ms after their turn');
    expect(causeOf(heard('drop', 3.2, 0.1), call([], { receiver: [gap(3.2, 0.1, 0)] }))).toBe(
      '100 ms filled in while the receiver waited for packets',
    );
  });

  it('is a change of speed only where nothing was missing', () => {
    const stretch: SoundEvent = { at: 3.3, seconds: 0.01, kind: 'stretch', cause: 'sped up by 10 ms' };
    expect(causeOf(heard('metallic', 3.2, 0.3, 'warp'), call([], { receiver: [stretch] }))).toBe(
      'the receiver changed the speed of the speech once',
    );
    expect(causeOf(heard('metallic', 3.2, 0.3, 'rep'), call([], { receiver: [stretch, gap(3.25, 0.04, 2)] }))).not.toContain('speed');
  });

  it('is said not to be seen where receiver and path did nothing, and for noise and clipping whatever they did', () => {
    const nothing = 'no cause seen in the receiver or the path: harmed before it was sent, or by the codec (Opus at 32 kbit/s)';
    expect(causeOf(heard('metallic', 3.2, 0.9), call([], { receiver: [gap(1, 0.1, 5)] }))).toBe(nothing);
    expect(causeOf(heard('noise', 3.2, 0.9), call([], { receiver: [gap(3.2, 0.3, 15)] }))).toBe(nothing);
    const capture = call([], { source: 'capture', codec: { name: 'pcmu', bitrateBps: 64_000 }, packets: null });
    expect(causeOf(heard('metallic', 3.2, 0.9), capture)).toContain(
      'the receiver or the capture: harmed before it was sent, or by the codec (G.711)',
    );
  });

  it('is read from the packets due at that time where an engine played them, and says what the engine does not tell', () => {
    const engine = { engine: 'engine 1' };
    expect(causeOf(heard('metallic', 3.2, 0.9), call([...range(155, 4), ...range(170, 3)], engine, 0))).toBe(
      '7 frames due here lost in 2 bursts of uplink loss (rule 1 of the path) (engine 1 does not tell what it did when)',
    );
    expect(causeOf(heard('metallic', 3.2, 0.9), call(range(20, 9), engine))).toMatch(
      /^no packet due here was lost or late: .*, or by what the receiver did \(engine 1 does not tell/,
    );
  });

  it('is unknown for a recording', () => {
    expect(causeOf(heard('metallic', 3.2, 0.9), { source: 'recording', codec: null, engine: null, receiver: [], packets: null })).toMatch(
      /^cause unknown/,
    );
  });
});
