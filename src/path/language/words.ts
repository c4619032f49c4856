import type { UserError } from '../../core/errors.ts';
import { nearestName } from '../nearest-name.ts';
import { inlineError, quote } from './complaint.ts';
import { parseQuantity, QUANTITY_EXAMPLES, type Quantity } from './quantity.ts';

/** A piece of the user's text: a word, or one of `;` (a line break counts as one) and `:`. */
interface Word {
  readonly text: string;
  readonly offset: number;
}

const WORD = /[;\n:]|[^\s;:]+/g;

/** Reads a path as written on the command line word by word, and knows where each stands. Letter case does not matter. */
export interface Words {
  /** The next word in small letters; empty at the end of a rule (`;`, a line break) and of the text. */
  peek(): string;
  /** Whether the whole text has been read. */
  atEnd(): boolean;
  /** Steps over `;` and line breaks; false when there was none. */
  skipRuleEnds(): boolean;
  /** Steps over the next word when it is this one. */
  take(word: string): boolean;
  /** The next word, which must be one of these; `what` names them for the error. */
  takeOneOf<T extends string>(choices: readonly T[], what: string): T;
  /** The next word as a ratio, when it is a share; null, and nothing is read, when it is not. Throws for a share over 100 %. */
  tryShare(): number | null;
  /** The next word, which must be such a number within [min, max]; `name` says what it is for. */
  takeQuantity(quantity: Quantity, name: string, range: { readonly min: number; readonly max: number; readonly whole?: boolean }): number;
  /** The next word in quotes, for errors. */
  quoteNext(): string;
  /** The word just read. */
  previous(): string;
  /** Whether this rule has a `:` still to come. */
  hasColon(): boolean;
  /** The next word as the user wrote it, which must be there; `what` says what it should be. */
  takeAny(what: string, hint: string): string;
  /** The error of the next word, or of the one just read. */
  error(what: string, hint: string, which?: 'next' | 'last'): UserError;
}

/** Makes the reader, at the start of the text. */
export function createWords(text: string): Words {
  const words: Word[] = [...text.matchAll(WORD)].map((match) => ({ text: match[0], offset: match.index }));
  let at = 0;

  const isRuleEnd = (word: Word | undefined): boolean => word === undefined || word.text === ';' || word.text === '\n';
  const peek = (): string => (isRuleEnd(words[at]) ? '' : (words[at] as Word).text.toLowerCase());
  const describe = (word: Word | undefined): string => (isRuleEnd(word) ? 'the rule ends here' : quote((word as Word).text));
  const error = (what: string, hint: string, which: 'next' | 'last' = 'next'): UserError =>
    inlineError(text, words[which === 'next' ? at : at - 1]?.offset ?? text.length, what, hint);
  const notThis = (wanted: string, hint: string): UserError =>
    error(isRuleEnd(words[at]) ? `the rule ends here, where it needs ${wanted}` : `${describe(words[at])} is not ${wanted}`, hint);

  const reader: Words = {
    peek,
    quoteNext: () => describe(words[at]),
    previous: () => words[at - 1]?.text ?? '',
    atEnd: () => at >= words.length,
    skipRuleEnds() {
      const start = at;
      while (at < words.length && isRuleEnd(words[at])) at++;
      return at > start;
    },
    take(word) {
      if (peek() !== word) return false;
      at++;
      return true;
    },
    takeOneOf<T extends string>(choices: readonly T[], what: string): T {
      const found = choices.find((choice) => choice === peek());
      if (found === undefined) {
        const nearest = nearestName(peek(), choices);
        throw notThis(what, `${nearest === null ? '' : `did you mean "${nearest}"? `}write one of ${choices.join(', ')}`);
      }
      at++;
      return found;
    },
    takeQuantity(quantity, name, { min, max, whole = false }) {
      const example = QUANTITY_EXAMPLES[quantity];
      const value = parseQuantity(peek(), quantity);
      if (value === null) throw notThis(`${name}, ${example}`, unitHint(peek(), quantity));
      if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
        throw error(
          `${describe(words[at])} is out of range for ${name}`,
          `give ${whole ? 'a whole number ' : ''}from ${spell(min, quantity)} to ${spell(max, quantity)}`,
        );
      }
      at++;
      return value;
    },
    tryShare() {
      return parseQuantity(peek(), 'share') === null ? null : reader.takeQuantity('share', 'a share', { min: 0, max: 1 });
    },
    hasColon() {
      for (let i = at; !isRuleEnd(words[i]); i++) if (words[i]?.text === ':') return true;
      return false;
    },
    takeAny(what, hint) {
      if (peek() === '') throw notThis(what, hint);
      return (words[at++] as Word).text;
    },
    error,
  };
  return reader;
}

/** A bare number where a unit is needed is the commonest slip: say so. */
function unitHint(word: string, quantity: Quantity): string {
  if (quantity !== 'count' && /^[\d.]+$/.test(word)) return `numbers here have a unit: write ${QUANTITY_EXAMPLES[quantity]}`;
  return `write ${QUANTITY_EXAMPLES[quantity]}`;
}

function spell(value: number, quantity: Quantity): string {
  if (quantity === 'share') return `${value * 100}%`;
  if (quantity === 'time') return value >= 1000 ? `${value / 1000}s` : `${value}ms`;
  if (quantity === 'rate') return value >= 1000 ? `${value / 1000}kbps` : `${value}bps`;
  return quantity === 'size' ? `${value}B` : `${value}`;
}
