import type { CallRecord } from '../core/call-record.ts';
import type { Direction } from '../core/packet.ts';
import type { SoundEvent } from '../core/playout-stats.ts';
import type { DirectionReport } from '../core/report.ts';
import { duePackets } from '../verdict/causes/due-packets.ts';
import { type CauseEvidence, explainEvents } from '../verdict/causes/explain-events.ts';
import type { DirectionAnalysis } from './analyse-direction.ts';
import { recordedTime } from './hear-call.ts';

type OverTime = Required<Pick<DirectionReport, 'events' | 'timeLine'>>;

/** What happened in a direction of a call when: what the receiver did, and what was heard, matched to what the record tells of receiver and path. */
export function callOverTime(direction: Direction, record: CallRecord, analysis: DirectionAnalysis): OverTime {
  const packets = record.directions[direction];
  return overTime(analysis, {
    source: direction,
    codec: record.plan.codec,
    engine: packets.engine?.name ?? null,
    packets: duePackets(direction, packets, record.fates, recordedTime(direction, record).startMs),
  });
}

/** The same of a stream or a sound of which no call of ours tells. */
export function overTime(
  { events, scores }: Pick<DirectionAnalysis, 'events' | 'scores'>,
  known: Omit<CauseEvidence, 'receiver'>,
): OverTime {
  const heard = explainEvents(scores.overTime?.events ?? [], { ...known, receiver: events });
  return { events: inOrder([...events, ...heard]), timeLine: scores.overTime?.timeLine ?? null };
}

function inOrder(events: readonly SoundEvent[]): SoundEvent[] {
  return [...events].sort((a, b) => a.at - b.at);
}
