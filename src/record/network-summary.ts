import type { DirectionRecord } from '../core/call-record.ts';
import { type Measurement, measured, notApplicable } from '../core/measurement.ts';
import { findOutages } from '../core/media-outage.ts';
import type { Direction, PacketClass, PacketFate } from '../core/packet.ts';
import type { ClassCounts, NetworkSummary } from '../core/report.ts';

const NOTHING_SENT: Measurement = notApplicable('nothing was sent');
const NOTHING_DECIDED: Measurement = notApplicable('every packet was still on its way when the call ended');
const NOTHING_RECEIVED: Measurement = notApplicable('nothing was received');

/**
 * What the network did to one direction, from what was sent, what arrived and what the relay wrote down.
 * @param jitterSeconds the receiver's RFC 3550 estimate, null when it heard fewer than two packets
 * @param mediaGapMs the plan's; gaps longer than this are listed as outages
 * Loss is counted by sequence number over what was sent: a duplicate makes no loss good. A packet that the relay still had when the receiver stopped
 * listening is neither lost nor received: the network had not done with it. Delays are send to arrival on one clock.
 */
export function summariseNetwork(
  direction: Direction,
  record: DirectionRecord,
  fates: readonly PacketFate[],
  jitterSeconds: number | null,
  mediaGapMs: number,
): NetworkSummary {
  const firstArrival = new Map<number, number>();
  for (const arrival of record.arrivals) {
    if (!firstArrival.has(arrival.sequenceNumber)) firstArrival.set(arrival.sequenceNumber, arrival.arrivalMs);
  }
  const underWay = stillUnderWay(direction, record, fates);
  const decided = record.sent
    .map(({ sequenceNumber }) => sequenceNumber)
    .filter((number) => firstArrival.has(number) || !underWay.has(number));
  const bursts = lossBursts(decided.map((number) => firstArrival.has(number)));
  const lost = bursts.reduce((sum, length) => sum + length, 0);
  const delays = record.sent
    .flatMap((packet) => {
      const arrivalMs = firstArrival.get(packet.sequenceNumber);
      return arrivalMs === undefined ? [] : [Math.max(0, arrivalMs - packet.sentMs) / 1000];
    })
    .sort((a, b) => a - b);
  const sent = record.sent.length;
  const noLoss = sent === 0 ? NOTHING_SENT : NOTHING_DECIDED;
  return {
    packetsSent: measured(sent, 'count'),
    packetsReceived: measured(record.arrivals.length, 'count'),
    lossRatio: decided.length === 0 ? noLoss : measured(lost / decided.length, 'ratio'),
    meanLossBurst: bursts.length === 0 ? notApplicable('no packet was lost') : measured(lost / bursts.length, 'count'),
    longestLossBurst: decided.length === 0 ? noLoss : measured(Math.max(0, ...bursts), 'count'),
    jitterSeconds: jitterSeconds === null ? notApplicable('fewer than two packets arrived') : measured(jitterSeconds, 's'),
    oneWayDelayP50Seconds: quantile(delays, 0.5),
    oneWayDelayP95Seconds: quantile(delays, 0.95),
    roundTripSeconds: record.roundTripSeconds === null ? notApplicable('no RTCP report came back') : measured(record.roundTripSeconds, 's'),
    relay: relayCounts(direction, fates),
    outages: findOutages(record, mediaGapMs),
  };
}

/** From the relay to the receiver: a packet that left so shortly before the receiver stopped listening may not have been heard any more. */
const LAST_HOP_MS = 50;

/** Sequence numbers of the voice packets that the relay let go too late to be heard, or was still to let go. */
function stillUnderWay(direction: Direction, { mediaEndMs }: DirectionRecord, fates: readonly PacketFate[]): ReadonlySet<number> {
  const heardUntilMs = (mediaEndMs ?? Number.POSITIVE_INFINITY) - LAST_HOP_MS;
  return new Set(
    fates.flatMap((packet) => {
      if (packet.direction !== direction || packet.sequenceNumber === null || packet.fate === 'dropped') return [];
      const leftMs = packet.fate === 'delivered' ? packet.sentMs : packet.dueMs;
      return leftMs !== null && leftMs > heardUntilMs ? [packet.sequenceNumber] : [];
    }),
  );
}

/** Lengths of the runs of `false`. */
function lossBursts(received: readonly boolean[]): number[] {
  const bursts: number[] = [];
  let length = 0;
  for (const here of [...received, true]) {
    if (here && length > 0) bursts.push(length);
    length = here ? 0 : length + 1;
  }
  return bursts;
}

function quantile(sorted: readonly number[], share: number): Measurement {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? NOTHING_RECEIVED : measured(value, 's');
}

function relayCounts(direction: Direction, fates: readonly PacketFate[]): Partial<Record<PacketClass, ClassCounts>> {
  const counts: Partial<Record<PacketClass, { -readonly [Name in keyof ClassCounts]: ClassCounts[Name] }>> = {};
  for (const fate of fates) {
    if (fate.direction !== direction) continue;
    const count = counts[fate.packetClass] ?? { arrived: 0, delivered: 0, dropped: 0, undelivered: 0 };
    counts[fate.packetClass] = count;
    count.arrived++;
    count[fate.fate]++;
    const copies = (fate.copies ?? []).filter(({ sentMs }) => sentMs !== null);
    if (copies.length > 0) count.copies = (count.copies ?? 0) + copies.length;
    const corrupted = [fate, ...copies].filter(({ sentMs, flippedBits }) => sentMs !== null && flippedBits !== undefined);
    if (corrupted.length > 0) count.corrupted = (count.corrupted ?? 0) + corrupted.length;
  }
  return counts;
}
