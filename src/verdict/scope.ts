import { measuredValue } from '../core/measurement.ts';
import type { FlowSummary, NetworkSummary, Report } from '../core/report.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Finding } from './diagnosis.ts';

/** Voice loss from which its absence in the text flow would be noticed. */
const MIN_LOSS_RATIO = 0.1;
/** How unlikely the texts' undisturbed round trips must be, had text lost packets as voice did. */
const MAX_CHANCE = 0.01;
/**
 * A text is late when it took so much longer than voice packets take there and back. A lost TCP segment costs at least one retransmission
 * timeout, 200 ms on Linux (RFC 6298 asks for a second).
 */
const LATE_SECONDS = 0.15;
/** Of the texts, this share may be late where the 95th percentile is not. */
const LATE_SHARE_UNDER_P95 = 0.05;
/** Delay of the text flow, as a share of voice's, under which (over which) voice alone (everything) is held up. */
const DELAY_SHARES = { voiceOnly: 0.5, allTraffic: 0.7 };

/**
 * Whether voice alone suffers, told from the text flow beside the call.
 *
 * TCP hides loss by sending again: that a text *arrives* proves nothing about loss, only its round-trip time does. So for damage by loss:
 * - `all-traffic` when texts went missing, or when the slowest twentieth came back late by a retransmission;
 * - `voice-only` when at least 10 % of voice was lost and texts were so punctual that this had a chance below 1 % with the same loss on them
 *   (binomial, texts being independent: they are half a second apart, bursts of loss tens of milliseconds);
 * - `not-tested` otherwise: too few texts, or too little loss to be missed.
 * A call that was blocked or cut off while every text came back is `voice-only`; a delay is compared by the medians.
 * Noise, distortion and muffling come from no network that carries digital packets: `not-tested`, as for a clear call.
 */
export function judgeScope(finding: Finding, directions: Report['directions'], flows: Report['flows']): Verdict['scope'] {
  if (finding.diagnosis === 'network-down') return 'all-traffic';
  const text = flows?.text;
  if (finding.doubt !== null || text === undefined || text.status === 'not-tested' || text.sent === 0) return 'not-tested';
  const up = directions.up?.network ?? null;
  const down = directions.down?.network ?? null;
  switch (finding.diagnosis) {
    case 'call-blocked':
    case 'call-dropped':
      return isWhole(text) ? 'voice-only' : 'all-traffic';
    case 'one-way':
      if (finding.affected.some((direction) => (directions[direction] ?? null) !== null)) return judgeLoss(text, up, down);
      return isWhole(text) ? 'voice-only' : 'all-traffic';
    case 'metallic':
    case 'choppy':
      return judgeLoss(text, up, down);
    case 'delayed':
      return judgeDelay(text, up, down);
    default:
      return 'not-tested';
  }
}

/** Every text came back, or all but one that may have been under way when the call ended. */
function isWhole(text: FlowSummary): boolean {
  return text.status === 'ok' || (text.failureCode === null && text.echoed > 0 && text.echoed >= text.sent - 1);
}

function judgeLoss(text: FlowSummary, up: NetworkSummary | null, down: NetworkSummary | null): Verdict['scope'] {
  if (!isWhole(text)) return 'all-traffic';
  const slowest = measuredValue(text.roundTripP95Seconds);
  const voice = roundTrip(up, down, 'oneWayDelayP95Seconds');
  if (slowest === null || voice === null) return 'not-tested';
  if (slowest > voice + LATE_SECONDS) return 'all-traffic';
  const loss = [up, down].map((network) => (network === null ? 0 : (measuredValue(network.lossRatio) ?? 0)));
  if (Math.max(...loss) < MIN_LOSS_RATIO) return 'not-tested';
  const lateIfAlike = 1 - loss.reduce((intact, ratio) => intact * (1 - ratio), 1);
  const chance = binomialAtMost(Math.floor(text.echoed * LATE_SHARE_UNDER_P95), text.echoed, lateIfAlike);
  return chance < MAX_CHANCE ? 'voice-only' : 'not-tested';
}

function judgeDelay(text: FlowSummary, up: NetworkSummary | null, down: NetworkSummary | null): Verdict['scope'] {
  if (!isWhole(text)) return 'all-traffic';
  const median = measuredValue(text.roundTripP50Seconds);
  const voice = roundTrip(up, down, 'oneWayDelayP50Seconds');
  if (median === null || voice === null || voice === 0) return 'not-tested';
  if (median >= DELAY_SHARES.allTraffic * voice) return 'all-traffic';
  return median <= DELAY_SHARES.voiceOnly * voice ? 'voice-only' : 'not-tested';
}

function roundTrip(
  up: NetworkSummary | null,
  down: NetworkSummary | null,
  delay: 'oneWayDelayP50Seconds' | 'oneWayDelayP95Seconds',
): number | null {
  const there = up === null ? null : measuredValue(up[delay]);
  const back = down === null ? null : measuredValue(down[delay]);
  return there === null || back === null ? null : there + back;
}

/** P(X <= k) of a binomial distribution of n trials with chance p; 1 for p = 0 or n = 0. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (p <= 0 || k >= n) return 1;
  if (p >= 1) return 0;
  let term = (1 - p) ** n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p));
    sum += term;
  }
  return Math.min(1, sum);
}
