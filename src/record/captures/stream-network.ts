import { type Measurement, measured, notApplicable } from '../../core/measurement.ts';
import type { Arrival } from '../../core/packet.ts';
import type { NetworkSummary } from '../../core/report.ts';

const AT_RECEIVER: Measurement = notApplicable('a capture does not tell when its packets were sent');
const NO_RTCP: Measurement = notApplicable('round trips are told by RTCP, which is not read');

/** Sequence numbers in a turn. */
const TURN = 0x1_0000;

/**
 * What the network did to a captured stream, as far as its own packets tell: which numbers are missing between the first and the last that came, which
 * came twice, which were overtaken. What was lost before the first or after the last is not seen.
 * @param packets all of one source, in order of arrival
 * @param jitterSeconds the receiver's RFC 3550 estimate, null when it heard fewer than two packets
 */
export function summariseStream(packets: readonly Arrival[], jitterSeconds: number | null): NetworkSummary {
  const { come, lowest, highest, duplicates, overtaken } = count(packets);
  const inTurn = [...come].sort((a, b) => a - b);
  const bursts = inTurn.flatMap((number, i) => {
    const missing = number - (inTurn[i - 1] ?? lowest - 1) - 1;
    return missing > 0 ? [missing] : [];
  });
  const longest = bursts.reduce((most, length) => Math.max(most, length), 0);
  const expected = packets.length === 0 ? 0 : highest - lowest + 1;
  const lost = expected - come.size;
  const nothing = notApplicable('nothing was received');
  return {
    packetsSent: expected === 0 ? nothing : measured(expected, 'count'),
    packetsReceived: measured(packets.length, 'count'),
    lossRatio: expected === 0 ? nothing : measured(lost / expected, 'ratio'),
    meanLossBurst: bursts.length === 0 ? notApplicable('no packet was lost') : measured(lost / bursts.length, 'count'),
    longestLossBurst: expected === 0 ? nothing : measured(longest, 'count'),
    jitterSeconds: jitterSeconds === null ? notApplicable('fewer than two packets arrived') : measured(jitterSeconds, 's'),
    oneWayDelayP50Seconds: AT_RECEIVER,
    oneWayDelayP95Seconds: AT_RECEIVER,
    roundTripSeconds: NO_RTCP,
    relay: {},
    duplicatePackets: measured(duplicates, 'count'),
    reorderedPackets: measured(overtaken, 'count'),
  };
}

/** Numbers are unwrapped to lie near the furthest so far (RFC 3550 appendix A.1). */
function count(packets: readonly Arrival[]): {
  readonly come: ReadonlySet<number>;
  readonly lowest: number;
  readonly highest: number;
  readonly duplicates: number;
  readonly overtaken: number;
} {
  const come = new Set<number>();
  let lowest = packets[0]?.sequenceNumber ?? 0;
  let highest = lowest;
  let duplicates = 0;
  let overtaken = 0;
  for (const { sequenceNumber } of packets) {
    const ahead = (sequenceNumber - highest) & (TURN - 1);
    const number = ahead < TURN / 2 ? highest + ahead : highest + ahead - TURN;
    if (come.has(number)) duplicates++;
    else if (number < highest) overtaken++;
    come.add(number);
    lowest = Math.min(lowest, number);
    highest = Math.max(highest, number);
  }
  return { come, lowest, highest, duplicates, overtaken };
}
