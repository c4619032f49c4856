import { formatPercent, formatSeconds } from '../../core/format.ts';
import { type Measurement, measuredValue } from '../../core/measurement.ts';
import { type ReceiverStats, shareOf } from '../../core/playout-stats.ts';
import type { DirectionReport, NetworkSummary } from '../../core/report.ts';
import { NO_VALUE, valueWords } from '../words.ts';

/** One row of the directions table: its name and how a direction fills it. Names are at most 18 columns wide, what is told 17. */
export interface FigureRow {
  readonly name: string;
  readonly tell: (direction: DirectionReport) => string;
}

export const NETWORK_ROWS: readonly FigureRow[] = [
  { name: 'packets lost', tell: ofNetwork(lost) },
  { name: 'longest loss', tell: ofNetwork(longestLoss) },
  { name: 'delay, median', tell: ofNetwork((network) => valueWords(network.oneWayDelayP50Seconds)) },
  { name: 'delay, slowest 5 %', tell: ofNetwork((network) => valueWords(network.oneWayDelayP95Seconds)) },
  { name: 'jitter (RFC 3550)', tell: ofNetwork((network) => valueWords(network.jitterSeconds)) },
];

const MOUTH_TO_EAR = 'mouth to ear';

export const RECEIVER_ROWS: readonly FigureRow[] = [
  { name: MOUTH_TO_EAR, tell: (direction) => valueWords(direction.mouthToEarDelaySeconds) },
  { name: 'sound made up', tell: ofPlayout((playout) => share(playout.concealedSamples, playout.totalSamplesReceived)) },
  { name: 'gaps over 150 ms', tell: ofPlayout(interruptions) },
  { name: 'packets too late', tell: ofPlayout((playout) => share(playout.packetsDiscarded, playout.packetsReceived)) },
  { name: 'saved by FEC', tell: ofPlayout(savedByFec) },
  {
    name: 'sped up, slowed',
    tell: ofPlayout((playout) => {
      const of = (samples: number | null): string => share(samples, playout.totalSamplesReceived);
      return `${of(playout.removedSamplesForAcceleration)}, ${of(playout.insertedSamplesForDeceleration)}`;
    }),
  },
];

/** Of a capture: delays cannot be known; what came twice or was overtaken is told instead, and the delay the receiver adds. */
export const CAPTURE_NETWORK_ROWS: readonly FigureRow[] = [
  ...NETWORK_ROWS.filter(({ name }) => !name.startsWith('delay')),
  {
    name: 'came twice',
    tell: ofNetwork((network) => (network.duplicatePackets === undefined ? NO_VALUE : valueWords(network.duplicatePackets))),
  },
  {
    name: 'overtaken',
    tell: ofNetwork((network) => (network.reorderedPackets === undefined ? NO_VALUE : valueWords(network.reorderedPackets))),
  },
];

export const CAPTURE_RECEIVER_ROWS: readonly FigureRow[] = [
  {
    name: 'in the buffer',
    tell: ofPlayout(({ jitterBufferDelay, jitterBufferEmittedCount }) => {
      const seconds = shareOf(jitterBufferDelay, jitterBufferEmittedCount);
      return seconds === null ? NO_VALUE : formatSeconds(seconds);
    }),
  },
  ...RECEIVER_ROWS.filter(({ name }) => name !== 'mouth to ear'),
];

/** The measurements behind the rows, by the rows' names: those without a value have a reason to tell. */
export function figureMeasurements(direction: DirectionReport): readonly { readonly name: string; readonly measurement: Measurement }[] {
  const { network } = direction;
  const delay = { name: MOUTH_TO_EAR, measurement: direction.mouthToEarDelaySeconds };
  if (network === null) return [];
  return [
    { name: 'packets lost', measurement: network.lossRatio },
    { name: 'delay', measurement: network.oneWayDelayP50Seconds },
    { name: 'jitter', measurement: network.jitterSeconds },
    delay,
  ];
}

/** What a real engine that played a direction out does not tell of it: rows by their names, and, where nothing was heard over time, where to listen. */
export function untoldByEngine(direction: DirectionReport): readonly string[] {
  const { playout, receiver = 'callprobe' } = direction;
  if (playout === null || receiver === 'callprobe') return [];
  const rows = RECEIVER_ROWS.filter(({ name, tell }) => name !== MOUTH_TO_EAR && tell(direction).includes(NO_VALUE));
  return [...rows.map(({ name }) => name), ...(direction.timeLine ? [] : ['where to listen'])];
}

function ofNetwork(tell: (network: NetworkSummary) => string): FigureRow['tell'] {
  return ({ network }) => (network === null ? NO_VALUE : tell(network));
}

function ofPlayout(tell: (playout: ReceiverStats) => string): FigureRow['tell'] {
  return ({ playout }) => (playout === null ? NO_VALUE : tell(playout));
}

function lost(network: NetworkSummary): string {
  const sent = measuredValue(network.packetsSent);
  const ratio = measuredValue(network.lossRatio);
  if (ratio === null) return NO_VALUE;
  return sent === null ? formatPercent(ratio) : `${formatPercent(ratio)} of ${sent}`;
}

function longestLoss(network: NetworkSummary): string {
  const longest = measuredValue(network.longestLossBurst);
  return longest === null ? NO_VALUE : `${longest} packet${longest === 1 ? '' : 's'}`;
}

function savedByFec({ fecPacketsDiscarded, fecPacketsReceived }: ReceiverStats): string {
  return fecPacketsReceived === null || fecPacketsDiscarded === null ? NO_VALUE : `${fecPacketsReceived - fecPacketsDiscarded}`;
}

function interruptions(playout: ReceiverStats): string {
  if (playout.interruptionCount === null || playout.totalInterruptionDuration === null) return NO_VALUE;
  if (playout.interruptionCount === 0) return 'none';
  return `${playout.interruptionCount}, ${formatSeconds(playout.totalInterruptionDuration)}`;
}

function share(part: number | null, whole: number | null): string {
  const ratio = shareOf(part, whole);
  return ratio === null ? NO_VALUE : formatPercent(ratio);
}
