import { payloadTypesOf } from '../audio/rtp-format.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { CallRecord, DirectionRecord } from '../core/call-record.ts';
import { measuredValue } from '../core/measurement.ts';
import { DIRECTIONS, type Direction } from '../core/packet.ts';
import type { Signal } from '../core/signal.ts';
import { summariseNetwork } from '../record/network-summary.ts';
import type { DirectionAnalysis, DirectionInput } from './analyse-direction.ts';
import type { Analyser } from './analyser.ts';
import type { Analyses } from './run-folder.ts';

/**
 * Plays out and scores both directions of a call; what a real engine played is taken as it is. A direction in which nothing was sent, or that was not
 * reached before the signal, is null.
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

/** What one direction's sound is judged from. */
export function directionInput(direction: Direction, record: CallRecord, reference: Signal, playout: PlayoutSettings): DirectionInput {
  const packets = record.directions[direction];
  const { codec } = record.plan;
  return {
    reference,
    arrivals: packets.arrivals,
    codec,
    ...payloadTypesOf(codec),
    networkDelaySeconds: measuredValue(
      summariseNetwork(direction, packets, [], null, record.plan.timeouts.mediaGapMs).oneWayDelayP50Seconds,
    ),
    ...recordedTime(direction, record),
    playout,
    ...(packets.engine === undefined ? {} : { engine: packets.engine }),
  };
}

/** When the recording of a direction begins and ends, ms since the record's origin. */
export function recordedTime(direction: Direction, { directions, plan }: CallRecord): { readonly startMs: number; readonly endMs: number } {
  const { mediaStartMs, mediaEndMs } = directions[direction];
  const startMs = mediaStartMs ?? 0;
  const plannedMs = plan.leadInMs + plan.stimuli[direction].seconds * 1000 + plan.tailMs;
  const mediaMs = Math.min(plannedMs, (mediaEndMs ?? startMs) - startMs);
  return {
    // The receiver hears the lead-in too; the recording begins with the stimulus, or where a call was cut short before it, where that was.
    startMs: startMs + Math.min(plan.leadInMs, mediaMs),
    // It ends where the plan says that nobody speaks any more, although the receiver listens on: what follows is no gap.
    endMs: startMs + mediaMs,
  };
}

/** The record as if our own receiver had listened where a real engine did: to the same packets, at the same times. */
export function withOwnReceiver(record: CallRecord): CallRecord {
  const { down, up } = record.directions;
  return { ...record, directions: { up: withoutEngine(up), down: withoutEngine(down) } };
}

function withoutEngine({ engine: _engine, ...direction }: DirectionRecord): DirectionRecord {
  return direction;
}
