import type { Direction, PacketClass } from '../core/packet.ts';
import type { Impairment } from '../core/path-profile.ts';
import type { AddedDelay, MeasuredHarm, RequestedHarm, RuleMeasurement } from '../core/rule-measurement.ts';
import type { Verdict } from './impairment.ts';

/** Delays kept for the quantiles; what comes after so many counts in the mean and the maximum alone. */
const MAX_DELAYS = 200_000;

/** Watches what one rule does to the packets of one direction and class. */
export interface RuleMeter {
  /** A packet matched while the rule slept. */
  slept(): void;
  /** The rule was asked about a packet of so many bytes that came to it at `atMs`; `copied` tells that it made a copy of it. */
  acted(atMs: number, bytes: number, verdict: Verdict, copied: boolean): void;
  measurement(): RuleMeasurement;
}

/** Makes a meter that has seen nothing. */
export function createRuleMeter(
  rule: number,
  kind: Impairment['kind'],
  direction: Direction,
  packetClass: PacketClass | 'all',
  requested: RequestedHarm,
): RuleMeter {
  let slept = 0;
  let awake = 0;
  let dropped = 0;
  let duplicated = 0;
  let corrupted = 0;
  let overtaking = 0;
  let bursts = 0;
  let burst = 0;
  let longestBurst = 0;
  const delaysMs: number[] = [];
  let totalDelayMs = 0;
  let longestDelayMs = 0;
  let latest = { atMs: Number.NEGATIVE_INFINITY, dueMs: Number.NEGATIVE_INFINITY };
  let firstDueMs: number | null = null;
  let bitsAfterFirst = 0;

  const passed = (atMs: number, bytes: number, dueMs: number): void => {
    const delayMs = dueMs - atMs;
    if (delaysMs.length < MAX_DELAYS) delaysMs.push(delayMs);
    totalDelayMs += delayMs;
    longestDelayMs = Math.max(longestDelayMs, delayMs);
    if (firstDueMs === null) firstDueMs = dueMs;
    else bitsAfterFirst += 8 * bytes;
    if (dueMs >= latest.dueMs) latest = { atMs, dueMs };
    else if (atMs >= latest.atMs) overtaking++;
  };

  const measure = (): MeasuredHarm => {
    const spanMs = firstDueMs === null ? 0 : latest.dueMs - firstDueMs;
    return {
      matched: slept + awake,
      awake,
      dropped,
      duplicated,
      corrupted,
      overtaking,
      lossRatio: awake === 0 ? null : dropped / awake,
      meanLossBurst: bursts === 0 ? null : dropped / bursts,
      longestLossBurst: bursts === 0 ? null : longestBurst,
      addedDelayMs: awake === dropped ? null : addedDelay(delaysMs, totalDelayMs / (awake - dropped), longestDelayMs),
      passedBps: spanMs > 0 ? (1000 * bitsAfterFirst) / spanMs : null,
    };
  };

  return {
    slept() {
      slept++;
    },
    acted(atMs, bytes, verdict, copied) {
      awake++;
      if (verdict === 'dropped') {
        dropped++;
        if (burst === 0) bursts++;
        burst++;
        longestBurst = Math.max(longestBurst, burst);
        return;
      }
      burst = 0;
      if (copied) duplicated++;
      if (verdict.flippedBit !== undefined) corrupted++;
      passed(atMs, bytes, verdict.dueMs);
    },
    measurement: () => ({ rule, kind, direction, packetClass, requested, measured: measure() }),
  };
}

/** Nearest-rank quantiles. */
function addedDelay(delaysMs: readonly number[], mean: number, max: number): AddedDelay {
  const sorted = Float64Array.from(delaysMs).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { mean, p50: at(0.5), p95: at(0.95), p99: at(0.99), max };
}
