import type { DirectionRecord } from '../../core/call-record.ts';
import type { Direction, PacketFate } from '../../core/packet.ts';

/** A voice packet of a call. */
export interface DuePacket {
  /** When its sound was spoken, seconds since the reference began. */
  readonly spokenAt: number;
  /** `under-way`: the relay still had it, or let it go too late to be heard. */
  readonly fate: 'arrived' | 'lost' | 'under-way';
  /** How much later than the median packet it came, ms; null where it did not come. */
  readonly heldUpMs: number | null;
  /** Which rule of the path dropped it, counted from 0; null otherwise. */
  readonly droppedByRule: number | null;
}

/**
 * The packets of one direction in order of sending, on the time axis of what was spoken.
 * @param startMs when the reference began to be spoken, ms since the record's origin
 */
export function duePackets(
  direction: Direction,
  { sent, arrivals }: Pick<DirectionRecord, 'sent' | 'arrivals'>,
  fates: readonly PacketFate[],
  startMs: number,
): DuePacket[] {
  const arrivalMs = new Map<number, number>();
  for (const { sequenceNumber, arrivalMs: ms } of arrivals) if (!arrivalMs.has(sequenceNumber)) arrivalMs.set(sequenceNumber, ms);
  const fateOf = new Map(
    fates.flatMap((fate) => (fate.direction === direction && fate.sequenceNumber !== null ? [[fate.sequenceNumber, fate] as const] : [])),
  );
  const transits = sent
    .flatMap(({ sequenceNumber, sentMs }) => {
      const ms = arrivalMs.get(sequenceNumber);
      return ms === undefined ? [] : [ms - sentMs];
    })
    .sort((a, b) => a - b);
  const usualMs = transits[Math.floor(transits.length / 2)] ?? 0;
  return sent.map(({ dueMs, sentMs, sequenceNumber }) => {
    const cameMs = arrivalMs.get(sequenceNumber);
    const relayed = fateOf.get(sequenceNumber);
    return {
      spokenAt: (dueMs - startMs) / 1000,
      fate: cameMs !== undefined ? 'arrived' : relayed?.fate === 'undelivered' ? 'under-way' : 'lost',
      heldUpMs: cameMs === undefined ? null : cameMs - sentMs - usualMs,
      droppedByRule: relayed?.droppedByRule ?? null,
    };
  });
}
