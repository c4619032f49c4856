import type { DirectionRecord } from '../core/call-record.ts';
import { type Measurement, measured, notApplicable } from '../core/measurement.ts';
import type { Direction, PacketClass, PacketFate } from '../core/packet.ts';
import type { ClassCounts, NetworkSummary } from '../core/report.ts';

const NOTHING_SENT: Measurement = notApplicable('nothing was sent');
const NOTHING_RECEIVED: Measurement = notApplicable('nothing was received');

/**
 * What the network did to one direction, from what was sent, what arrived and what the relay wrote down.
 * @param jitterSeconds the receiver's RFC 3550 estimate, null when it heard fewer than two packets
 * Loss is counted by sequence number over what was sent: a duplicate makes no loss good. Delays are send to arrival on one clock.
 */
export function summariseNetwork(
  direction: Direction,
  record: DirectionRecord,
  fates: readonly PacketFate[],
  jitterSeconds: number | null,
): NetworkSummary {
  const firstArrival = new Map<number, number>();
  for (const arrival of record.arrivals) {
    if (!firstArrival.has(arrival.sequenceNumber)) firstArrival.set(arrival.sequenceNumber, arrival.arrivalMs);
  }
  const bursts = lossBursts(record.sent.map((packet) => firstArrival.has(packet.sequenceNumber)));
  const lost = bursts.reduce((sum, length) => sum + length, 0);
  const delays = record.sent
    .flatMap((packet) => {
      const arrivalMs = firstArrival.get(packet.sequenceNumber);
      return arrivalMs === undefined ? [] : [Math.max(0, arrivalMs - packet.sentMs) / 1000];
    })
    .sort((a, b) => a - b);
  const sent = record.sent.length;
  return {
    packetsSent: measured(sent, 'count'),
    packetsReceived: measured(record.arrivals.length, 'count'),
    lossRatio: sent === 0 ? NOTHING_SENT : measured(lost / sent, 'ratio'),
    meanLossBurst: bursts.length === 0 ? notApplicable('no packet was lost') : measured(lost / bursts.length, 'count'),
    longestLossBurst: sent === 0 ? NOTHING_SENT : measured(Math.max(0, ...bursts), 'count'),
    jitterSeconds: jitterSeconds === null ? notApplicable('fewer than two packets arrived') : measured(jitterSeconds, 's'),
    oneWayDelayP50Seconds: quantile(delays, 0.5),
    oneWayDelayP95Seconds: quantile(delays, 0.95),
    roundTripSeconds: record.roundTripSeconds === null ? notApplicable('no RTCP report came back') : measured(record.roundTripSeconds, 's'),
    relay: relayCounts(direction, fates),
  };
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
