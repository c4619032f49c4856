import type { SoundEvent } from '../core/playout-stats.ts';
import type { DecodeRate } from './decode-rate.ts';
import { type Bounds, type Gap, type Repair, recordedGap, type SoundLog } from './sound-log.ts';
import type { StreamPacket } from './stream.ts';

export interface EventContext {
  readonly log: SoundLog;
  /** That of the log's positions and of the timestamps. */
  readonly rate: DecodeRate;
  /** The stream in order of arrival, what came too late included. */
  readonly packets: readonly StreamPacket[];
  readonly bounds: Bounds;
  /** When the recording begins, ms since the record's origin. */
  readonly startMs: number;
  readonly packetTimeMs: number;
  /** From this length on a gap is an interruption. */
  readonly interruptionSamples: number;
}

/** What is known of the packets missing in a gap. */
interface Missing {
  readonly lost: number;
  readonly late: number;
  /** By how much the latest of them missed its time. */
  readonly lateMs: number;
}

function plural(count: number): string {
  return `${count} packet${count === 1 ? '' : 's'}`;
}

function causeOf({ lost, late, lateMs }: Missing, resumed: boolean): string {
  const parts: string[] = [];
  if (lost > 0) parts.push(`${plural(lost)} lost`);
  if (late > 0) parts.push(`${plural(late)} late by ${late === 1 ? '' : 'up to '}${Math.round(lateMs)} ms`);
  if (parts.length > 0) return parts.join(', ');
  return resumed ? 'the buffer filled up again' : 'no packet came any more';
}

/** The first arrival of each timestamp, source by source, in order of timestamps. */
function byTimestamp(packets: readonly StreamPacket[]): StreamPacket[] {
  const ordered = [...packets].sort((a, b) => a.epoch - b.epoch || a.timestamp - b.timestamp || a.arrivalMs - b.arrivalMs);
  return ordered.filter((packet, i) => {
    const before = ordered[i - 1];
    return before?.epoch !== packet.epoch || before.timestamp !== packet.timestamp;
  });
}

/** The packets that should have been heard in a gap and came after their turn. */
function lateIn(
  gap: Gap,
  ordered: readonly StreamPacket[],
  dueMs: number,
  { samplesPerMs }: DecodeRate,
): { readonly late: number; readonly lateMs: number } {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const packet = ordered[middle] as StreamPacket;
    if (packet.epoch < gap.epoch || (packet.epoch === gap.epoch && packet.timestamp < gap.wanted)) low = middle + 1;
    else high = middle;
  }
  // Where playing went on with the packet wanted itself, that one was late.
  const until = gap.resumed === null ? gap.wanted : Math.max(gap.resumed, gap.wanted + 1);
  let late = 0;
  let lateMs = 0;
  for (; low < ordered.length; low++) {
    const { epoch, timestamp, arrivalMs } = ordered[low] as StreamPacket;
    if (epoch !== gap.epoch || timestamp >= until) break;
    late++;
    lateMs = Math.max(lateMs, arrivalMs - dueMs - (timestamp - gap.wanted) / samplesPerMs);
  }
  return { late, lateMs };
}

const REPAIR_KIND: Readonly<Record<Repair['kind'], SoundEvent['kind']>> = { fec: 'fec', copy: 'fec', faster: 'stretch', slower: 'stretch' };

function causeOfRepair({ kind, samples }: Repair, { samplesPerMs }: DecodeRate): string {
  if (kind === 'fec') return 'recovered from the packet after it';
  if (kind === 'copy') return 'recovered from its copy in a later packet';
  return `${kind === 'slower' ? 'slowed down' : 'sped up'} by ${Math.round(samples / samplesPerMs)} ms`;
}

function repairEvents({ log, rate, bounds: { origin, end } }: EventContext): SoundEvent[] {
  return log.repairs
    .filter(({ start }) => start >= origin && start < end)
    .map((repair) => ({
      at: (repair.start - origin) / rate.hz,
      seconds: repair.samples / rate.hz,
      kind: REPAIR_KIND[repair.kind],
      cause: causeOfRepair(repair, rate),
    }));
}

function gapEvents({ log, rate, bounds, packets, startMs, packetTimeMs, interruptionSamples }: EventContext): SoundEvent[] {
  const ordered = byTimestamp(packets);
  const packetSamples = packetTimeMs * rate.samplesPerMs;
  const events: SoundEvent[] = [];
  for (const gap of log.gaps) {
    const recorded = recordedGap(gap, bounds);
    if (recorded === null) continue;
    const { late, lateMs } = lateIn(gap, ordered, startMs + (gap.start - bounds.origin) / rate.samplesPerMs, rate);
    const missing = gap.resumed === null ? 0 : Math.round((gap.resumed - gap.wanted) / packetSamples);
    const lost = Math.max(0, missing - late);
    events.push({
      at: (recorded.start - bounds.origin) / rate.hz,
      seconds: recorded.samples / rate.hz,
      kind: recorded.samples >= interruptionSamples ? 'interruption' : 'concealment',
      cause: causeOf({ lost, late, lateMs }, gap.resumed !== null),
      ...(lost === 0 ? {} : { lostPackets: lost }),
      ...(late === 0 ? {} : { latePackets: late, lateMs: Math.round(lateMs) }),
    });
  }
  return events;
}

/**
 * What happened to the sound of a recording, in order of time. One event a gap: a `concealment`, or an `interruption` from 150 ms on; its cause
 * tells lost packets from late ones: a packet is late when it came after its turn, lost when it never came. Each repair by error correction or
 * from a copy is a `fec`, each change of speed a `stretch`.
 */
export function soundEvents(context: EventContext): SoundEvent[] {
  return [...gapEvents(context), ...repairEvents(context)].sort((a, b) => a.at - b.at);
}
