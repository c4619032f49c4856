import type { Impairment } from '../../core/path-profile.ts';
import { MAX_LIST } from '../impairment.ts';
import { gilbertElliottFor } from '../impairments/gilbert-elliott-loss.ts';
import { quote } from './complaint.ts';
import { parseQuantity } from './quantity.ts';
import { actionFault, rangeOf } from './rule-fields.ts';
import type { Words } from './words.ts';

/** The bits of a file that `loss trace FILE` names, by the name as written; read before the path is, since nothing here touches files. */
export type Traces = ReadonlyMap<string, readonly (0 | 1)[]>;

type Of<Kind extends Impairment['kind']> = Extract<Impairment, { kind: Kind }>;
type PlainJitter = Exclude<Of<'jitter'>, { distribution: 'empirical' }>;

const DISTRIBUTIONS = ['uniform', 'normal', 'pareto'] as const;
/** Longest mean burst: beyond, a burst is an outage. */
const MAX_BURST = 100_000;

/** The first words of the actions. */
export const ACTION_WORDS = [
  'loss',
  'delay',
  'jitter',
  'reorder',
  'duplicate',
  'corrupt',
  'rate',
  'police',
  'freeze',
  'outage',
  'stall',
  'mtu',
  'blackhole',
] as const;

/** Reads one action, from its first word to its last. Throws UserError for what is none. */
export function parseAction(words: Words, traces: Traces): Impairment {
  const action = readAction(words, traces);
  const fault = actionFault(action);
  if (fault !== null) throw words.error(`this ${action.kind} ${fault.what}`.replace('this jitter ', ''), fault.hint, 'last');
  return action;
}

function readAction(words: Words, traces: Traces): Impairment {
  const word = words.takeOneOf(ACTION_WORDS, 'something a path does');
  switch (word) {
    case 'loss':
      return readLoss(words, traces);
    case 'delay':
      return readDelay(words);
    case 'jitter':
      return readJitter(words);
    case 'reorder':
      return readReorder(words);
    case 'duplicate':
      return { kind: 'duplicate', duplicateRatio: take(words, 'duplicate', 'duplicateRatio', 'the share duplicated') };
    case 'corrupt':
      return { kind: 'corrupt', corruptRatio: take(words, 'corrupt', 'corruptRatio', 'the share corrupted') };
    case 'rate':
      return readRate(words);
    case 'police': {
      const rateBps = take(words, 'policer', 'rateBps', 'the rate');
      need(words, 'burst', 'police 24kbps burst 2000B');
      return { kind: 'policer', rateBps, burstBytes: take(words, 'policer', 'burstBytes', 'the burst') };
    }
    case 'outage':
    case 'stall': {
      need(words, 'every', `${word} every 10s for 500ms`);
      const periodMs = take(words, word, 'periodMs', 'the period');
      need(words, 'for', `${word} every 10s for 500ms`);
      return { kind: word, periodMs, lengthMs: take(words, word, 'lengthMs', `the length of the ${word}`) };
    }
    case 'mtu': {
      const { min, max } = rangeOf('mtu', 'mtuBytes');
      const quantity = words.peek().endsWith('b') ? 'size' : 'count';
      return { kind: 'mtu', mtuBytes: words.takeQuantity(quantity, 'the largest datagram in bytes', { min, max, whole: true }) };
    }
    case 'freeze':
      return { kind: 'freeze' };
    case 'blackhole':
      return { kind: 'black-hole' };
  }
}

/** A number of an action, in the unit and range its field has. */
function take(words: Words, kind: Impairment['kind'], field: string, name: string): number {
  const range = rangeOf(kind, field);
  return words.takeQuantity(range.quantity, name, range);
}

function need(words: Words, word: string, example: string): void {
  if (!words.take(word)) words.takeOneOf([word], `"${word}", as in "${example}"`);
}

function readLoss(words: Words, traces: Traces): Impairment {
  if (words.take('gemodel')) return readGemodel(words);
  if (words.take('state')) return readStates(words);
  if (words.take('trace')) return readTrace(words, traces);
  words.take('random');
  const lossRatio = take(words, 'bernoulli-loss', 'lossRatio', 'the share lost');
  if (words.take('block')) return { kind: 'block-loss', lossRatio, blockPackets: take(words, 'block-loss', 'blockPackets', 'the block') };
  if (!words.take('burst')) return { kind: 'bernoulli-loss', lossRatio };
  const meanBurst = words.takeQuantity('count', 'the mean burst in packets', { min: 1, max: MAX_BURST });
  try {
    return gilbertElliottFor(lossRatio, meanBurst);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const longest = `at most ${Math.floor((1000 * meanBurst) / (meanBurst + 1)) / 10}%`;
    throw words.error(
      `bursts of ${meanBurst} packets on average cannot make so high a loss`,
      `lose ${longest}, or make the bursts longer`,
      'last',
    );
  }
}

/** netem's `loss gemodel P [R [1-H [1-K]]]`, with its defaults. */
function readGemodel(words: Words): Impairment {
  const enterBadRatio = take(words, 'gilbert-elliott-loss', 'enterBadRatio', 'P, the share of steps into the bad state');
  const leaveBadRatio = words.tryShare() ?? 1 - enterBadRatio;
  const lossInBadRatio = words.tryShare() ?? 1;
  const lossInGoodRatio = words.tryShare() ?? 0;
  return { kind: 'gilbert-elliott-loss', enterBadRatio, leaveBadRatio, lossInBadRatio, lossInGoodRatio };
}

/** netem's `loss state P13 [P31 [P32 [P23 [P14]]]]`, with its defaults. */
function readStates(words: Words): Impairment {
  const p13 = take(words, 'four-state-loss', 'p13', 'P13, the share of steps from gap to burst');
  const p31 = words.tryShare() ?? 1 - p13;
  const p32 = words.tryShare() ?? 0;
  const p23 = words.tryShare() ?? 1;
  const p14 = words.tryShare() ?? 0;
  return { kind: 'four-state-loss', p13, p31, p32, p23, p14 };
}

function readTrace(words: Words, traces: Traces): Impairment {
  const hint = 'write a line of 0 and 1 such as 0001100, 1 for lost, or the name of a file that holds them';
  const source = words.takeAny('a trace', hint);
  const trace = traces.get(source) ?? parseTrace(source);
  if (trace === null) throw words.error(`${quote(source)} is not a trace of 1 to ${MAX_LIST} packets`, hint, 'last');
  const once = words.take('once');
  if (!once) words.take('repeat');
  return { kind: 'trace-loss', trace, repeat: !once };
}

/** The packets of a trace: digits 0 and 1, 1 for lost, with any space between them; null for anything else. */
export function parseTrace(text: string): readonly (0 | 1)[] | null {
  const digits = text.replaceAll(/\s+/g, '');
  if (digits.length > MAX_LIST || !/^[01]+$/.test(digits)) return null;
  return [...digits].map((digit) => (digit === '1' ? 1 : 0));
}

/** `delay T`, netem's `delay T [jitter] J`, and its `delay T reorder P [gap N]`. */
function readDelay(words: Words): Impairment {
  const delayMs = take(words, 'delay', 'delayMs', 'the delay');
  if (words.take('reorder')) {
    const reorderRatio = take(words, 'reorder', 'reorderRatio', 'the share that overtakes');
    return { kind: 'reorder', reorderRatio, gapPackets: readGap(words), delayMs };
  }
  const named = words.take('jitter');
  if (!named && parseQuantity(words.peek(), 'time') === null) return { kind: 'delay', delayMs };
  const jitterMs = take(words, 'jitter', 'jitterMs', 'the jitter');
  return { kind: 'jitter', ...readDistribution(words), delayMs, jitterMs, reorder: words.take('reorder') };
}

function readJitter(words: Words): Impairment {
  for (const list of ['samples', 'quantiles'] as const) {
    if (!words.take(list)) continue;
    const delays = readDelays(words);
    const reorder = words.take('reorder');
    return {
      kind: 'jitter',
      distribution: 'empirical',
      ...(list === 'samples' ? { samplesMs: delays } : { quantilesMs: delays }),
      reorder,
    };
  }
  const jitterMs = take(words, 'jitter', 'jitterMs', 'the mean jitter');
  return { kind: 'jitter', ...readDistribution(words), jitterMs, reorder: words.take('reorder') };
}

/** netem's default is uniform. */
function readDistribution(words: Words): Pick<PlainJitter, 'distribution'> {
  if (words.take('distribution')) return { distribution: words.takeOneOf(DISTRIBUTIONS, 'a distribution') };
  return { distribution: DISTRIBUTIONS.find((name) => words.take(name)) ?? 'uniform' };
}

/** `0,2,10ms`: the unit stands once, at the end, for all. */
function readDelays(words: Words): number[] {
  const {
    min,
    max,
    minItems = 1,
    maxItems,
  } = rangeOf('jitter', 'samplesMs') as ReturnType<typeof rangeOf> & {
    minItems?: number;
    maxItems: number;
  };
  const hint = 'write them with commas and no spaces, the unit at the end: 0,2,10ms';
  const list = words.takeAny('a list of delays', hint);
  const unit = /[a-z]+$/i.exec(list)?.[0] ?? '';
  const items = list.slice(0, list.length - unit.length).split(',');
  const delays = items.map((item) => parseQuantity(`${item}${unit}`, 'time'));
  if (items.length < minItems || items.length > maxItems || delays.some((ms) => ms === null || ms < min || ms > max)) {
    throw words.error(`${quote(list)} is not a list of delays`, hint, 'last');
  }
  return delays as number[];
}

function readReorder(words: Words): Impairment {
  const reorderRatio = take(words, 'reorder', 'reorderRatio', 'the share that overtakes');
  const gapPackets = readGap(words);
  need(words, 'delay', 'reorder 25% delay 40ms');
  return { kind: 'reorder', reorderRatio, gapPackets, delayMs: take(words, 'reorder', 'delayMs', 'the delay of the others') };
}

function readGap(words: Words): number {
  return words.take('gap') ? take(words, 'reorder', 'gapPackets', 'the gap in packets') : 1;
}

function readRate(words: Words): Impairment {
  const rateBps = take(words, 'rate-limit', 'rateBps', 'the rate');
  need(words, 'queue', 'rate 64kbps queue 200ms');
  const queueMs = parseQuantity(words.peek(), 'time');
  const queue =
    queueMs === null && parseQuantity(words.peek(), 'size') !== null
      ? { queueBytes: take(words, 'rate-limit', 'queueBytes', 'the queue') }
      : { queueMs: take(words, 'rate-limit', 'queueMs', 'the queue, or a size such as 16kB') };
  if (words.take('drop-tail')) return { kind: 'rate-limit', rateBps, ...queue, discipline: 'drop-tail' };
  if (!words.take('codel')) return { kind: 'rate-limit', rateBps, ...queue };
  return {
    kind: 'rate-limit',
    rateBps,
    ...queue,
    discipline: 'codel',
    ...(words.take('target') ? { targetMs: take(words, 'rate-limit', 'targetMs', 'the target') } : {}),
    ...(words.take('interval') ? { intervalMs: take(words, 'rate-limit', 'intervalMs', 'the interval') } : {}),
  };
}
