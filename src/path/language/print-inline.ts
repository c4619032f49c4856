import type { Impairment, PathProfile, PathRule } from '../../core/path-profile.ts';
import { gilbertElliottFor } from '../impairments/gilbert-elliott-loss.ts';
import { printClasses } from './match-words.ts';
import { type BareRule, matchParts, normaliseRule } from './normalise.ts';
import { printQuantity } from './quantity.ts';

const share = (ratio: number): string => printQuantity(ratio, 'share');
const time = (ms: number): string => printQuantity(ms, 'time');
const size = (bytes: number): string => printQuantity(bytes, 'size');
const rate = (bps: number): string => printQuantity(bps, 'rate');

/** A path in the words of the command line. */
export function pathText({ rules }: Pick<PathProfile, 'rules'>): string {
  return printInlinePath(rules);
}

/** Rules in the words of the command line, one form for each: reading them again gives the same rules, in their normal form. */
export function printInlinePath(rules: readonly BareRule[]): string {
  return rules.map(printRule).join('; ');
}

function printRule(rule: BareRule): string {
  const { match, direction, action, ...window } = normaliseRule(rule);
  const before = [printAfter(window.after), printFor(window.for), window.sticky === true ? 'sticky' : ''].filter(Boolean).join(' ');
  const what = [direction === 'both' ? '' : direction, printMatch(match), printAction(action)].filter(Boolean).join(' ');
  return before === '' ? what : `${before}: ${what}`;
}

function printAfter(after: PathRule['after']): string {
  if (after === undefined) return '';
  const { packets, bytes, ms, event } = after;
  const parts = [
    ...(packets === undefined ? [] : [`${packets} packets`]),
    ...(bytes === undefined ? [] : [size(bytes)]),
    ...(ms === undefined ? (event === undefined ? [] : [event]) : [`${time(ms)}${event === undefined ? '' : ` from ${event}`}`]),
  ];
  return `after ${parts.join(' and ')}`;
}

function printFor(lasting: PathRule['for']): string {
  if (lasting === undefined) return '';
  const { packets, ms } = lasting;
  return `for ${[...(packets === undefined ? [] : [`${packets} packets`]), ...(ms === undefined ? [] : [time(ms)])].join(' or ')}`;
}

function printMatch(match: PathRule['match']): string {
  const { classes, minBytes, maxBytes, firstPackets, everyNth } = matchParts(match);
  return [
    classes === undefined ? '' : printClasses(classes),
    printSizes(minBytes, maxBytes),
    firstPackets === undefined ? '' : `first ${firstPackets}`,
    everyNth === undefined ? '' : `every ${ordinal(everyNth)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function printSizes(minBytes: number | undefined, maxBytes: number | undefined): string {
  if (minBytes === undefined) return maxBytes === undefined ? '' : `size <=${size(maxBytes)}`;
  return maxBytes === undefined ? `size >=${size(minBytes)}` : `size ${size(minBytes)}-${size(maxBytes)}`;
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14;
  return `${n}${(teen ? undefined : ['th', 'st', 'nd', 'rd'][n % 10]) ?? 'th'}`;
}

/** One action in the words of the command line. */
function printAction(action: Impairment): string {
  switch (action.kind) {
    case 'bernoulli-loss':
      return `loss ${share(action.lossRatio)}`;
    case 'gilbert-elliott-loss':
      return printGilbert(action);
    case 'four-state-loss':
      return `loss state ${[action.p13, action.p31, action.p32, action.p23, action.p14].map(share).join(' ')}`;
    case 'block-loss':
      return `loss ${share(action.lossRatio)} block ${action.blockPackets}`;
    case 'trace-loss':
      return `loss trace ${action.trace.join('')}${action.repeat ? '' : ' once'}`;
    case 'delay':
      return `delay ${time(action.delayMs)}`;
    case 'jitter':
      return printJitter(action);
    case 'reorder':
      return `reorder ${share(action.reorderRatio)} gap ${action.gapPackets} delay ${time(action.delayMs)}`;
    case 'duplicate':
      return `duplicate ${share(action.duplicateRatio)}`;
    case 'corrupt':
      return `corrupt ${share(action.corruptRatio)}`;
    case 'rate-limit':
      return printRate(action);
    case 'policer':
      return `police ${rate(action.rateBps)} burst ${size(action.burstBytes)}`;
    case 'black-hole':
      return 'blackhole';
    case 'freeze':
      return 'freeze';
    case 'outage':
    case 'stall':
      return `${action.kind} every ${time(action.periodMs)} for ${time(action.lengthMs)}`;
    case 'mtu':
      return `mtu ${action.mtuBytes}`;
  }
}

type Of<Kind extends Impairment['kind']> = Extract<Impairment, { kind: Kind }>;

/** As loss and mean burst when those make exactly these numbers, else as netem's four. */
function printGilbert(action: Of<'gilbert-elliott-loss'>): string {
  const burst = nearby(1 / action.leaveBadRatio);
  const odds = action.enterBadRatio / action.leaveBadRatio;
  const loss = nearby(odds / (1 + odds));
  if (burst >= 1 && Number.isFinite(burst) && loss < 1) {
    const simple = trySimpleGilbert(loss, burst);
    if (
      simple?.enterBadRatio === action.enterBadRatio &&
      simple.leaveBadRatio === action.leaveBadRatio &&
      simple.lossInBadRatio === action.lossInBadRatio &&
      simple.lossInGoodRatio === action.lossInGoodRatio
    )
      return `loss ${share(loss)} burst ${printQuantity(burst, 'count')}`;
  }
  const { enterBadRatio, leaveBadRatio, lossInBadRatio, lossInGoodRatio } = action;
  return `loss gemodel ${[enterBadRatio, leaveBadRatio, lossInBadRatio, lossInGoodRatio].map(share).join(' ')}`;
}

function trySimpleGilbert(loss: number, burst: number): Of<'gilbert-elliott-loss'> | null {
  try {
    return gilbertElliottFor(loss, burst);
  } catch {
    return null;
  }
}

/** Without the last digits, which the arithmetic made. */
function nearby(value: number): number {
  return Number(value.toPrecision(10));
}

function printJitter(action: Of<'jitter'>): string {
  const reorder = action.reorder ? ' reorder' : '';
  if (action.distribution === 'empirical') {
    const { samplesMs, quantilesMs } = action;
    return `jitter ${samplesMs === undefined ? 'quantiles' : 'samples'} ${(samplesMs ?? quantilesMs ?? []).join(',')}ms${reorder}`;
  }
  const { delayMs, jitterMs, distribution } = action;
  return `${delayMs === undefined ? '' : `delay ${time(delayMs)} `}jitter ${time(jitterMs)} ${distribution}${reorder}`;
}

function printRate({ rateBps, queueMs, queueBytes, discipline, targetMs, intervalMs }: Of<'rate-limit'>): string {
  const queue = queueMs === undefined ? size(queueBytes ?? 0) : time(queueMs);
  return [
    `rate ${rate(rateBps)} queue ${queue}`,
    discipline ?? '',
    targetMs === undefined ? '' : `target ${time(targetMs)}`,
    intervalMs === undefined ? '' : `interval ${time(intervalMs)}`,
  ]
    .filter(Boolean)
    .join(' ');
}
