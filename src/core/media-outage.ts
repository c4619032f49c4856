import type { DirectionRecord } from './call-record.ts';

/** A time in which nothing of one direction arrived although its sender went on sending. */
export interface MediaOutage {
  /** The last arrival before it, seconds since the direction's media began. */
  readonly at: number;
  /** Until the next arrival, or until the receiver stopped listening. */
  readonly seconds: number;
  /** Whether anything arrived after it. */
  readonly recovered: boolean;
}

/**
 * A sender that pauses for longer than this has nothing to say (DTX); shorter pauses are part of its flow: in DTX, Opus sends a packet at least
 * every 400 ms (RFC 6716 section 2.1.9).
 */
export const SENDER_PAUSE_MS = 500;

/**
 * Finds the outages of one direction, in order of time: gaps between arrivals in which packets were being sent for more than `mediaGapMs`, the
 * sender's own pauses not counted. A gap that lasts until the receiver stopped listening is not recovered.
 * @returns nothing for a direction in which no packet ever arrived, or none was sent: that is no outage of a flow but the lack of one
 */
export function findOutages(
  record: Pick<DirectionRecord, 'sent' | 'arrivals' | 'mediaStartMs' | 'mediaEndMs'>,
  mediaGapMs: number,
): MediaOutage[] {
  const { sent, arrivals, mediaStartMs, mediaEndMs } = record;
  const first = arrivals[0];
  if (first === undefined || mediaStartMs === null) return [];
  const outages: MediaOutage[] = [];
  let next = 0;
  let fromMs = first.arrivalMs;
  const look = (toMs: number, recovered: boolean): void => {
    if (toMs - fromMs > mediaGapMs) {
      while ((sent[next]?.sentMs ?? toMs) < fromMs) next++;
      let unansweredMs = 0;
      for (let n = next + 1; n < sent.length && (sent[n]?.sentMs ?? toMs) < toMs; n++) {
        const stepMs = (sent[n]?.sentMs ?? 0) - (sent[n - 1]?.sentMs ?? 0);
        if (stepMs <= SENDER_PAUSE_MS) unansweredMs += stepMs;
      }
      if (unansweredMs > mediaGapMs) outages.push({ at: wholeMs(fromMs - mediaStartMs), seconds: wholeMs(toMs - fromMs), recovered });
    }
    fromMs = toMs;
  };
  for (const { arrivalMs } of arrivals) look(arrivalMs, true);
  if (mediaEndMs !== null) look(mediaEndMs, false);
  return outages;
}

/** Seconds, at the resolution arrivals are kept in. */
function wholeMs(ms: number): number {
  return Math.round(ms) / 1000;
}
