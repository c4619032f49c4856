import type { PlayoutSettings } from '../core/call-plan.ts';
import type { CallRecord } from '../core/call-record.ts';
import { measuredValue } from '../core/measurement.ts';
import { DIRECTIONS, type Direction } from '../core/packet.ts';
import type { Signal } from '../core/signal.ts';
import { summariseNetwork } from '../record/network-summary.ts';
import type { DirectionAnalysis, DirectionInput } from './analyse-direction.ts';
import type { Analyser } from './analyser.ts';
import type { Analyses } from './run-folder.ts';

/** RTP payload type of Opus in every call of ours. */
const OPUS_PAYLOAD_TYPE = 111;

/**
 * Plays out and scores both directions of a call. A direction in which nothing was sent, or that was not reached before the signal, is null.
 * @param playout receiver settings; the plan's own when left out
 */
export async function hearCall(
  record: CallRecord,
  reference: Signal,
  analyser: Analyser,
  signal: AbortSignal,
  playout: PlayoutSettings = record.plan.playout,
): Promise<Analyses> {
  const spoken = DIRECTIONS.filter((direction) => record.directions[direction].mediaStartMs !== null);
  const analyses = await analyser.analyse(
    spoken.map((direction) => directionInput(direction, record, reference, playout)),
    signal,
  );
  const found: Record<Direction, DirectionAnalysis | null> = { up: null, down: null };
  for (const [index, direction] of spoken.entries()) found[direction] = analyses[index] ?? null;
  return found;
}

function directionInput(direction: Direction, record: CallRecord, reference: Signal, playout: PlayoutSettings): DirectionInput {
  const packets = record.directions[direction];
  const { codec, leadInMs } = record.plan;
  const mediaStartMs = packets.mediaStartMs ?? 0;
  const mediaMs = packets.sent.length * codec.packetTimeMs;
  return {
    reference,
    arrivals: packets.arrivals,
    packetTimeMs: codec.packetTimeMs,
    payloadType: OPUS_PAYLOAD_TYPE,
    codecBitrateBps: codec.bitrateBps,
    networkDelaySeconds: measuredValue(summariseNetwork(direction, packets, [], null).oneWayDelayP50Seconds),
    // The receiver hears the lead-in too; the recording begins with the stimulus, or where a call was cut short before it, where that was.
    startMs: mediaStartMs + Math.min(leadInMs, mediaMs),
    // The recording ends where the last packet's sound would have, without delay: what follows is no gap, nobody was speaking any more.
    endMs: mediaStartMs + mediaMs,
    playout,
  };
}
