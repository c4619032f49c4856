import * as defaults from '../../src/config/defaults.ts';
import type { CallPlan } from '../../src/core/call-plan.ts';
import { type CallRecord, type DirectionRecord, PHASE_IDS } from '../../src/core/call-record.ts';
import type { Arrival, PacketFate, SentPacket } from '../../src/core/packet.ts';

/** A plan with the program's defaults over an empty path. */
export function callPlan(changes: Partial<CallPlan> = {}): CallPlan {
  const stimulus = { name: 'en-female', sha256: '0'.repeat(64), sampleRateHz: 16_000, seconds: 10 };
  return {
    seed: 1,
    stimuli: { up: stimulus, down: stimulus },
    codec: defaults.DEFAULT_CODEC,
    path: { name: 'none', summary: 'nothing', expectedEffect: 'nothing', basis: 'assumed', rules: [] },
    playout: defaults.DEFAULT_PLAYOUT,
    timeouts: { ...defaults.DEFAULT_TIMEOUTS, totalMs: 60_000 },
    text: defaults.DEFAULT_TEXT,
    leadInMs: defaults.DEFAULT_LEAD_IN_MS,
    tailMs: defaults.DEFAULT_TAIL_MS,
    ...changes,
  };
}

/** One 20 ms packet after another from 1,000 ms on, sequence numbers counting up from 65,400 and wrapping. */
export function sentPackets(count: number): SentPacket[] {
  return Array.from({ length: count }, (_, index) => ({
    sequenceNumber: (65_400 + index) & 0xffff,
    timestamp: (0xffff_0000 + index * 960) >>> 0,
    payloadBytes: 80,
    dueMs: 1_000 + index * 20,
    sentMs: 1_000.25 + index * 20,
  }));
}

/** The arrivals of the packets kept, `delayMs` after they were sent. */
export function arrivalsOf(sent: readonly SentPacket[], keep: (index: number) => boolean, delayMs: number): Arrival[] {
  return sent.flatMap((packet, index) => {
    if (!keep(index)) return [];
    const { sequenceNumber, timestamp } = packet;
    return [
      {
        sequenceNumber,
        timestamp,
        marker: index === 0,
        payloadType: 111,
        ssrc: 1,
        payload: new Uint8Array(3),
        arrivalMs: Math.round(packet.dueMs + delayMs),
      },
    ];
  });
}

export function directionRecord({ arrivals, sentCount }: { arrivals: readonly Arrival[]; sentCount: number }): DirectionRecord {
  return {
    sent: sentPackets(sentCount),
    arrivals,
    mediaStartMs: sentCount === 0 ? null : 1_000,
    mediaEndMs: sentCount === 0 ? null : 1_000 + sentCount * 20,
    roundTripSeconds: null,
  };
}

/** A call that went through every phase. */
export function callRecord(directions: CallRecord['directions'], changes: Partial<CallRecord> = {}): CallRecord {
  const quiet = { sent: 0, echoed: 0, roundTripSeconds: [], failure: null };
  const fate: PacketFate = {
    direction: 'up',
    packetClass: 'stun',
    index: 0,
    sizeBytes: 100,
    sequenceNumber: null,
    rtpTimestamp: null,
    arrivedMs: 12.5,
    fate: 'delivered',
    droppedByRule: null,
    dueMs: 12.5,
    sentMs: 12.75,
  };
  return {
    startedAt: '2026-01-02T03:04:05.678Z',
    plan: callPlan(),
    phases: PHASE_IDS.map((id) => ({ id, status: 'ok', seconds: 0.1, failure: null })),
    directions,
    fates: [fate],
    dataChannel: quiet,
    text: quiet,
    health: { eventLoopDelaySeconds: null, sendLatenessSeconds: { p50: 0.0001, p99: 0.001, max: 0.002 }, relayLatenessSeconds: null },
    aborted: null,
    ...changes,
  };
}
