import { describe, expect, it } from 'vitest';
import { tapVoice } from '../../src/call/voice-tap.ts';
import type { ArrivedPacket, FateEntry } from '../../src/path/fate-log.ts';
import { createFateLog } from '../../src/path/fate-log.ts';

const rtp: ArrivedPacket = {
  direction: 'down',
  packetClass: 'rtp',
  sizeBytes: 80,
  rtp: { sequenceNumber: 1, timestamp: 960 },
  arrivedMs: 5,
};

function tapped(): { readonly told: string[]; readonly log: ReturnType<typeof tapVoice> } {
  const told: string[] = [];
  const log = tapVoice(createFateLog(0), {
    came: (direction, atMs) => told.push(`${direction} came at ${atMs}`),
    left: (direction) => told.push(`${direction} left`),
  });
  return { told, log };
}

describe('the tap on the voice at the relay', () => {
  it('tells what comes, dropped or not, and what leaves', () => {
    const { log, told } = tapped();
    log.dropped(rtp, 0);
    const [entry] = log.accepted(rtp, [{ dueMs: 10 }]);
    log.sent(entry as FateEntry, 10);
    expect(told).toEqual(['down came at 5', 'down came at 5', 'down left']);
    expect(log.fates().map(({ fate }) => fate)).toEqual(['dropped', 'delivered']);
  });

  it('tells a packet and its copies once, and the damaged not at all', () => {
    const { log, told } = tapped();
    for (const entry of log.accepted(rtp, [{ dueMs: 10, flippedBits: [3] }, { dueMs: 11 }, { dueMs: 12 }])) log.sent(entry, 12);
    for (const entry of log.accepted(rtp, [{ dueMs: 10, flippedBits: [3] }])) log.sent(entry, 12);
    expect(told.filter((line) => line === 'down left')).toHaveLength(1);
  });

  it('tells nothing of other classes', () => {
    const { log, told } = tapped();
    const [entry] = log.accepted({ ...rtp, packetClass: 'stun', rtp: null }, [{ dueMs: 10 }]);
    log.sent(entry as FateEntry, 10);
    expect(told).toEqual([]);
  });
});
