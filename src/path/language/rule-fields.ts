import type { PacketClass } from '../../core/packet.ts';
import type { Impairment, PacketMatch, PathRule } from '../../core/path-profile.ts';
import { MAX_BYTES, MAX_LIST, MAX_MS } from '../impairment.ts';
import * as limits from './limits.ts';
import type { Quantity } from './quantity.ts';

/**
 * Every field a rule can have, with its unit and range: the one table that rule files are checked by, the command line's numbers are checked by,
 * and schema/path.schema.json must agree with.
 */

export interface NumberRange {
  readonly quantity: Quantity;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

export type Field = { readonly optional?: true } & (
  | ({ readonly type: 'number' } & NumberRange)
  | ({ readonly type: 'numbers'; readonly maxItems: number; readonly minItems: number } & NumberRange)
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'flag' }
);

export type Fields = Readonly<Record<string, Field>>;

const share = (min = 0, max = 1): Field => ({ type: 'number', quantity: 'share', min, max });
const time = (min = 0): Field => ({ type: 'number', quantity: 'time', min, max: MAX_MS });
const count = (min: number, max = limits.MAX_PACKETS): Field => ({ type: 'number', quantity: 'count', min, max, whole: true });
const size = (min: number, max = MAX_BYTES): Field => ({ type: 'number', quantity: 'size', min, max, whole: true });
const rate = (): Field => ({ type: 'number', quantity: 'rate', min: limits.MIN_RATE_BPS, max: limits.MAX_RATE_BPS });
const flag = (): Field => ({ type: 'flag' });
const choice = (...choices: readonly string[]): Field => ({ type: 'choice', choices });
const delays = (minItems: number): Field => ({
  type: 'numbers',
  quantity: 'time',
  min: 0,
  max: MAX_MS,
  minItems,
  maxItems: MAX_LIST,
});
const optional = (field: Field): Field => ({ ...field, optional: true });

/** The fields of each action besides `kind`. */
export const ACTION_FIELDS: Readonly<Record<Impairment['kind'], Fields>> = {
  'bernoulli-loss': { lossRatio: share() },
  'gilbert-elliott-loss': { enterBadRatio: share(), leaveBadRatio: share(), lossInBadRatio: share(), lossInGoodRatio: share() },
  'four-state-loss': { p13: share(), p31: share(), p32: share(), p23: share(), p14: share() },
  'block-loss': { lossRatio: share(), blockPackets: count(1, MAX_LIST) },
  'trace-loss': {
    trace: { type: 'numbers', quantity: 'count', min: 0, max: 1, whole: true, minItems: 1, maxItems: MAX_LIST },
    repeat: flag(),
  },
  delay: { delayMs: time() },
  jitter: {
    distribution: choice('uniform', 'normal', 'pareto', 'empirical'),
    delayMs: optional(time()),
    jitterMs: optional(time()),
    samplesMs: optional(delays(1)),
    quantilesMs: optional(delays(2)),
    reorder: flag(),
  },
  reorder: { reorderRatio: share(), gapPackets: count(1, MAX_LIST), delayMs: time() },
  duplicate: { duplicateRatio: share() },
  corrupt: { corruptRatio: share() },
  'rate-limit': {
    rateBps: rate(),
    queueMs: optional(time()),
    queueBytes: optional(size(0)),
    discipline: optional(choice('drop-tail', 'codel')),
    targetMs: optional(time()),
    intervalMs: optional(time(1)),
  },
  policer: { rateBps: rate(), burstBytes: size(1) },
  'black-hole': {},
  freeze: {},
  outage: { periodMs: time(1), lengthMs: time() },
  stall: { periodMs: time(1), lengthMs: time() },
  mtu: { mtuBytes: size(1, limits.MAX_DATAGRAM_BYTES) },
};

export const ACTION_KINDS: readonly Impairment['kind'][] = Object.keys(ACTION_FIELDS) as Impairment['kind'][];

/** The fields of `match` as an object, besides `classes`. */
export const MATCH_FIELDS: Readonly<Record<Exclude<keyof PacketMatch, 'classes'>, Field>> = {
  minBytes: optional(size(0, limits.MAX_DATAGRAM_BYTES)),
  maxBytes: optional(size(1, limits.MAX_DATAGRAM_BYTES)),
  firstPackets: optional(count(1)),
  everyNth: optional(count(1)),
};

export const AFTER_FIELDS: Readonly<Record<keyof NonNullable<PathRule['after']>, Field>> = {
  packets: optional(count(0)),
  bytes: optional(size(0, limits.MAX_WINDOW_BYTES)),
  ms: optional(time()),
  event: optional(choice('connected', 'first-media')),
};

export const FOR_FIELDS: Readonly<Record<keyof NonNullable<PathRule['for']>, Field>> = {
  packets: optional(count(0)),
  ms: optional(time()),
};

export const PACKET_CLASSES: readonly PacketClass[] = [
  'stun',
  'dtls-handshake',
  'dtls-data',
  'rtp',
  'rtcp',
  'turn-channel',
  'other',
  'text',
];

/** The range of a numeric field of an action. Throws for a field there is not: a bug. */
export function rangeOf(kind: Impairment['kind'], name: string): NumberRange {
  const field = ACTION_FIELDS[kind][name];
  if (field?.type !== 'number' && field?.type !== 'numbers') throw new Error(`${kind} has no number named ${name}`);
  return field;
}

/** What no field alone can tell is wrong with an action: the field to blame, what is wrong, what to do. Null when nothing is. */
export function actionFault(action: Impairment): { readonly field: string; readonly what: string; readonly hint: string } | null {
  switch (action.kind) {
    case 'jitter': {
      if (action.distribution === 'empirical') return empiricalFault(action);
      // What a file holds is not yet known to fit the type.
      const { jitterMs, samplesMs, quantilesMs } = action as { jitterMs?: number; samplesMs?: unknown; quantilesMs?: unknown };
      if (jitterMs === undefined)
        return { field: 'distribution', what: `${action.distribution} jitter needs jitterMs`, hint: 'add jitterMs' };
      const listed = samplesMs === undefined ? (quantilesMs === undefined ? null : 'quantilesMs') : 'samplesMs';
      return listed === null ? null : { field: listed, what: 'belongs to empirical jitter alone', hint: 'set distribution to "empirical"' };
    }
    case 'rate-limit':
      return rateLimitFault(action);
    case 'four-state-loss':
      if (action.p31 + action.p32 > 1) return { field: 'p32', what: 'makes p31 and p32 more than 1 together', hint: 'lower one of them' };
      if (action.p13 + action.p14 > 1) return { field: 'p14', what: 'makes p13 and p14 more than 1 together', hint: 'lower one of them' };
      return null;
    case 'outage':
    case 'stall':
      if (action.lengthMs > action.periodMs)
        return { field: 'lengthMs', what: 'is longer than periodMs', hint: 'make it shorter than the period' };
      return null;
    default:
      return null;
  }
}

type RateLimit = Extract<Impairment, { kind: 'rate-limit' }>;
type Fault = ReturnType<typeof actionFault>;

function rateLimitFault({ queueMs, queueBytes, discipline, targetMs, intervalMs }: RateLimit): Fault {
  if ((queueMs === undefined) === (queueBytes === undefined)) {
    const what = queueMs === undefined ? 'needs a queue' : 'has two queues';
    return { field: queueMs === undefined ? 'rateBps' : 'queueBytes', what, hint: 'give one of queueMs and queueBytes' };
  }
  const codelOnly = targetMs === undefined ? (intervalMs === undefined ? null : 'intervalMs') : 'targetMs';
  if (discipline !== 'codel' && codelOnly !== null)
    return { field: codelOnly, what: 'belongs to codel alone', hint: 'set discipline to "codel"' };
  return null;
}

function empiricalFault(action: Extract<Impairment, { distribution: 'empirical' }>): Fault {
  const { samplesMs, quantilesMs } = action;
  const { delayMs, jitterMs } = action as { delayMs?: number; jitterMs?: number };
  const foreign = delayMs === undefined ? (jitterMs === undefined ? null : 'jitterMs') : 'delayMs';
  if (foreign !== null) return { field: foreign, what: 'has no meaning for empirical jitter', hint: 'leave it out' };
  if ((samplesMs === undefined) === (quantilesMs === undefined))
    return { field: 'distribution', what: 'empirical jitter needs one list of delays', hint: 'give one of samplesMs and quantilesMs' };
  const falling = quantilesMs?.findIndex((ms, i) => i > 0 && ms < (quantilesMs[i - 1] as number)) ?? -1;
  return falling < 0 ? null : { field: 'quantilesMs', what: `falls at entry ${falling + 1}`, hint: 'quantiles rise from first to last' };
}
