import type { PacketClass } from '../../core/packet.ts';
import type { PacketMatch, PathEvent, PathRule } from '../../core/path-profile.ts';
import { nearestName } from '../nearest-name.ts';
import { inlineError, quote } from './complaint.ts';
import { MAX_INLINE_LENGTH, MAX_RULES } from './limits.ts';
import { CLASS_WORDS, classesOf } from './match-words.ts';
import { type BareRule, normaliseRule } from './normalise.ts';
import { ACTION_WORDS, parseAction, type Traces } from './parse-action.ts';
import { parseQuantity } from './quantity.ts';
import { AFTER_FIELDS, FOR_FIELDS, MATCH_FIELDS, type NumberRange } from './rule-fields.ts';
import { createWords, type Words } from './words.ts';

const DIRECTIONS = ['up', 'down', 'both'] as const;
const EVENTS: readonly PathEvent[] = ['connected', 'first-media'];
const MATCH_WORDS = ['size', 'first', 'every'] as const;

/** What may follow the first number of an action. */
const MODIFIERS = ['burst', 'block', 'jitter', 'reorder', 'codel', 'normal', 'pareto', 'uniform', 'repeat', 'target', 'interval', 'gap'];

const NO_TRACES: Traces = new Map();

/**
 * Reads a path as written on the command line: rules with `;` or line breaks between them (docs/paths.md has the grammar).
 * @param traces what the files that {@link traceFilesIn} names hold
 * @throws UserError `bad-path`, with the column of the word that is wrong and what could stand there
 */
export function parseInlinePath(text: string, traces: Traces = NO_TRACES): readonly BareRule[] {
  if (text.length > MAX_INLINE_LENGTH) {
    throw inlineError(text, MAX_INLINE_LENGTH, `a path has at most ${MAX_INLINE_LENGTH} characters`, 'write a longer one to a .json file');
  }
  const words = createWords(text);
  const rules: BareRule[] = [];
  for (words.skipRuleEnds(); !words.atEnd(); words.skipRuleEnds()) {
    if (rules.length === MAX_RULES) throw words.error(`a path has at most ${MAX_RULES} rules`, 'leave some out');
    rules.push(parseRule(words, traces));
  }
  if (rules.length === 0) throw inlineError(text, 0, 'there is no rule here', 'write for example "loss 10% burst 3; delay 80ms"');
  return rules;
}

/** The files that `loss trace FILE` names in a path, each once, in order. Words that are traces themselves are none. */
export function traceFilesIn(text: string): readonly string[] {
  const names = [...text.slice(0, MAX_INLINE_LENGTH).matchAll(/\bloss\s+trace\s+([^\s;:]+)/gi)].map((match) => match[1] as string);
  return [...new Set(names)].filter((name) => !/^[01]+$/.test(name));
}

function parseRule(words: Words, traces: Traces): BareRule {
  const window = words.hasColon() ? parseWindow(words) : {};
  const direction = DIRECTIONS.find((word) => words.take(word)) ?? 'both';
  const match = parseMatch(words);
  const action = parseAction(words, traces);
  if (words.peek() !== '') throw trailingError(words);
  return normaliseRule({ ...window, match, direction, action });
}

function trailingError(words: Words): Error {
  const word = words.peek();
  const what = `${quote(word)} does not belong here`;
  if (word === 'for' || word === 'after')
    return words.error(what, `write when a rule holds before it, with a colon: "${word} 5s: loss 10%"`);
  if ((DIRECTIONS as readonly string[]).includes(word) || classesOf(word) !== null)
    return words.error(what, 'write direction and packets before what is done to them: "up rtp loss 10%"');
  if ((ACTION_WORDS as readonly string[]).includes(word)) return words.error(what, 'put ";" between rules');
  const meant = nearestName(word, MODIFIERS);
  if (meant !== null) return words.error(what, `did you mean "${meant}"? callprobe paths check --help shows what a rule can hold`);
  return words.error(what, 'the rule is complete before it: leave it out, or put ";" between rules');
}

/** `after 25 packets and 2s from connected for 8s sticky:` */
function parseWindow(words: Words): Pick<PathRule, 'after' | 'for' | 'sticky'> {
  const after = words.take('after') ? parseAfter(words) : undefined;
  const lasting = words.take('for') ? parseFor(words) : undefined;
  const sticky = words.take('sticky');
  if (!words.take(':')) {
    words.takeOneOf(
      [after === undefined && lasting === undefined ? 'after' : 'and', 'for', 'sticky', ':'],
      'part of when the rule holds, before its ":"',
    );
    throw words.error(`"${words.previous()}" stands in the wrong place`, 'the order is: after ... for ... sticky:', 'last');
  }
  return { ...(after === undefined ? {} : { after }), ...(lasting === undefined ? {} : { for: lasting }), ...(sticky ? { sticky } : {}) };
}

function parseAfter(words: Words): NonNullable<PathRule['after']> {
  const after: { packets?: number; bytes?: number; ms?: number; event?: PathEvent } = {};
  do {
    const event = EVENTS.find((name) => words.take(name));
    if (event !== undefined) {
      once(words, after.event);
      after.event = event;
    } else if (isTime(words)) {
      once(words, after.ms);
      after.ms = takeIn(words, AFTER_FIELDS.ms as NumberRange, 'the time');
      if (words.take('from')) {
        once(words, after.event);
        after.event = words.takeOneOf(EVENTS, 'an event');
      }
    } else if (parseQuantity(words.peek(), 'size') !== null) {
      once(words, after.bytes);
      after.bytes = takeIn(words, AFTER_FIELDS.bytes as NumberRange, 'the bytes');
    } else {
      once(words, after.packets);
      after.packets = takePackets(words, AFTER_FIELDS.packets as NumberRange, '5s, 25 packets, 16kB, connected or first-media');
    }
  } while (words.take('and'));
  return after;
}

function parseFor(words: Words): NonNullable<PathRule['for']> {
  const lasting: { packets?: number; ms?: number } = {};
  do {
    if (isTime(words)) {
      once(words, lasting.ms);
      lasting.ms = takeIn(words, FOR_FIELDS.ms as NumberRange, 'the time');
    } else {
      once(words, lasting.packets);
      lasting.packets = takePackets(words, FOR_FIELDS.packets as NumberRange, '8s or 50 packets');
    }
  } while (words.take('or'));
  return lasting;
}

function isTime(words: Words): boolean {
  return parseQuantity(words.peek(), 'time') !== null;
}

function once(words: Words, before: unknown): void {
  if (before !== undefined) throw words.error('the same is asked twice', 'leave one of the two out');
}

function takeIn(words: Words, range: NumberRange, name: string): number {
  return words.takeQuantity(range.quantity, name, range);
}

function takePackets(words: Words, range: NumberRange, examples: string): number {
  if (parseQuantity(words.peek(), 'count') === null) throw words.error(`${words.quoteNext()} is no time or count`, `write ${examples}`);
  const packets = takeIn(words, range, 'the packets');
  if (!words.take('packets') && !words.take('packet')) words.takeOneOf(['packets'], `"packets", as in "25 packets"`);
  return packets;
}

/** `rtp+rtcp size 100B-300B first 10 every 3rd`, in any order. */
function parseMatch(words: Words): PathRule['match'] {
  const match: { classes?: readonly PacketClass[]; minBytes?: number; maxBytes?: number; firstPackets?: number; everyNth?: number } = {};
  let any = false;
  for (;;) {
    const word = words.peek();
    const matchWord = MATCH_WORDS.find((name) => name === word);
    if (matchWord === undefined) {
      const classes = word === 'any' ? null : classesIn(words, word);
      if (word !== 'any' && classes === null) break;
      if (any || match.classes !== undefined) throw words.error('packets are named twice', 'join them by +, as in rtp+stun');
      words.take(word);
      if (classes === null) any = true;
      else match.classes = classes;
      continue;
    }
    words.take(matchWord);
    if (matchWord === 'size') {
      once(words, match.minBytes ?? match.maxBytes);
      Object.assign(match, parseSizes(words));
    } else if (matchWord === 'first') {
      once(words, match.firstPackets);
      match.firstPackets = takeIn(words, MATCH_FIELDS.firstPackets as NumberRange, 'the first packets');
    } else {
      once(words, match.everyNth);
      match.everyNth = parseNth(words);
    }
  }
  if (!isWordOfRule(words.peek())) {
    if ((DIRECTIONS as readonly string[]).includes(words.peek()))
      throw words.error('the direction stands too late', 'write it before the packets, once: "up rtp loss 10%"');
    words.takeOneOf(
      [...DIRECTIONS, ...CLASS_WORDS, 'any', ...MATCH_WORDS, ...ACTION_WORDS],
      'a direction, packets, or something a path does',
    );
  }
  return match satisfies PacketMatch;
}

function isWordOfRule(word: string): boolean {
  return (ACTION_WORDS as readonly string[]).includes(word);
}

/** The classes of `rtp+stun`; null when the first of them is no class at all. */
function classesIn(words: Words, word: string): readonly PacketClass[] | null {
  const named = word.split('+').map(classesOf);
  if (named[0] === null || named[0] === undefined) return null;
  const unknown = named.indexOf(null);
  if (unknown >= 0) {
    throw words.error(`${quote(word.split('+')[unknown] ?? '')} are no packets known here`, `the words are ${CLASS_WORDS.join(', ')}, any`);
  }
  const classes = named.flatMap((group) => group ?? []);
  if (new Set(classes).size < classes.length) throw words.error(`${quote(word)} names some packets twice`, 'name each once');
  return classes;
}

/** `200B-1200B`, `>=1000B`, `<=200B`. */
function parseSizes(words: Words): Pick<PacketMatch, 'minBytes' | 'maxBytes'> {
  const hint = 'write for example 200B-1200B, >=1000B or <=200B';
  const word = words.takeAny('sizes', hint).toLowerCase();
  const { max } = MATCH_FIELDS.maxBytes as NumberRange;
  const sizeOf = (text: string): number | undefined => {
    const bytes = parseQuantity(text, 'size');
    if (bytes === null || !Number.isInteger(bytes) || bytes > max) return undefined;
    return bytes;
  };
  const [from, to] = word.startsWith('>=') ? [word.slice(2), null] : word.startsWith('<=') ? [null, word.slice(2)] : word.split('-', 2);
  const minBytes = from === null ? undefined : sizeOf(from ?? '');
  const maxBytes = to === null ? undefined : sizeOf(to ?? '');
  if ((from !== null && minBytes === undefined) || (to !== null && maxBytes === undefined) || maxBytes === 0)
    throw words.error(`${quote(word)} are no sizes of packets`, hint, 'last');
  if (minBytes !== undefined && maxBytes !== undefined && minBytes > maxBytes)
    throw words.error(`${quote(word)} holds no size at all`, 'write the smaller first', 'last');
  return { ...(minBytes === undefined ? {} : { minBytes }), ...(maxBytes === undefined ? {} : { maxBytes }) };
}

/** `3rd`, `3`. */
function parseNth(words: Words): number {
  const hint = 'write for example every 3rd, or every 3';
  const word = words.takeAny('which', hint).toLowerCase();
  const everyNth = parseQuantity(word.replace(/(st|nd|rd|th)$/, ''), 'count');
  const { min, max } = MATCH_FIELDS.everyNth as NumberRange;
  if (everyNth === null || !Number.isInteger(everyNth) || everyNth < min || everyNth > max)
    throw words.error(`${quote(word)} is no place in a row`, hint, 'last');
  return everyNth;
}
