import { type Place, quote } from './complaint.ts';

/** A JSON value that knows where in its text it stands. */
export type JsonNode =
  | { readonly kind: 'object'; readonly at: Place; readonly members: ReadonlyMap<string, JsonMember> }
  | { readonly kind: 'array'; readonly at: Place; readonly items: readonly JsonNode[] }
  | { readonly kind: 'value'; readonly at: Place; readonly value: string | number | boolean | null };

export interface JsonMember {
  /** Where the name stands. */
  readonly at: Place;
  readonly node: JsonNode;
}

/** What is wrong with a text that is not JSON (RFC 8259), and where. */
export class JsonSyntaxError extends Error {
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.name = 'JsonSyntaxError';
    this.place = place;
  }
}

/** Deeper nesting than any rule file has; bounds the recursion. */
const MAX_DEPTH = 32;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Closed on its own line: JSON has no line breaks inside strings. */
const STRING = /"(?:[^"\\\n\r]|\\.)*"/y;
const WORD = /[A-Za-z_][\w-]*/y;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Reads JSON and keeps the place of every value and name, which `JSON.parse` does not. Stricter than it in three ways: a name may stand only once
 * in an object, numbers must be finite, and nesting ends at 32 levels.
 * @throws JsonSyntaxError with the place of the first fault
 */
export function readJson(text: string): JsonNode {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  let lineStart = at;

  const place = (): Place => ({ line, column: at - lineStart + 1 });
  const fail = (message: string, where: Place = place()): never => {
    throw new JsonSyntaxError(where, message);
  };
  const skipSpace = (): void => {
    for (; at < text.length; at++) {
      const char = text[at];
      if (char === '\n') {
        line++;
        lineStart = at + 1;
      } else if (char !== ' ' && char !== '\t' && char !== '\r') return;
    }
  };
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const found = (): string => (at >= text.length ? 'the end of the file' : quote(text.slice(at, at + 12)));
  const readString = (expected: string): string => {
    const where = place();
    const raw = match(STRING);
    if (raw === null) return fail(text[at] === '"' ? 'a text is not closed on its line' : `expected ${expected}, found ${found()}`);
    try {
      return JSON.parse(raw) as string;
    } catch {
      return fail(`${quote(raw)} holds a character or escape that JSON does not allow`, where);
    }
  };

  const readObject = (start: Place, depth: number): JsonNode => {
    const members = new Map<string, JsonMember>();
    at++;
    skipSpace();
    if (text[at] === '}') {
      at++;
      return { kind: 'object', at: start, members };
    }
    for (;;) {
      skipSpace();
      const where = place();
      const name = readString('a name in double quotes');
      if (members.has(name)) fail(`${quote(name)} stands here a second time`, where);
      skipSpace();
      if (text[at] !== ':') fail(`expected ":" after ${quote(name)}, found ${found()}`);
      at++;
      members.set(name, { at: where, node: readValue(depth + 1) });
      skipSpace();
      const next = text[at];
      if (next !== ',' && next !== '}') fail(`expected "," or "}", found ${found()}`);
      at++;
      if (next === '}') return { kind: 'object', at: start, members };
    }
  };
  const readArray = (start: Place, depth: number): JsonNode => {
    const items: JsonNode[] = [];
    at++;
    skipSpace();
    if (text[at] === ']') {
      at++;
      return { kind: 'array', at: start, items };
    }
    for (;;) {
      items.push(readValue(depth + 1));
      skipSpace();
      const next = text[at];
      if (next !== ',' && next !== ']') fail(`expected "," or "]", found ${found()}`);
      at++;
      if (next === ']') return { kind: 'array', at: start, items };
    }
  };
  const readNumber = (start: Place): JsonNode => {
    const raw = match(NUMBER);
    if (raw === null || /[\w.]/.test(text[at] ?? '')) return fail('this is not a number as JSON writes it', start);
    const value = Number(raw);
    if (!Number.isFinite(value)) fail(`${quote(raw)} is too large a number`, start);
    return { kind: 'value', at: start, value };
  };
  const readValue = (depth: number): JsonNode => {
    skipSpace();
    const start = place();
    const char = text[at] ?? '';
    if (depth > MAX_DEPTH) fail('this is nested too deeply');
    if (char === '{') return readObject(start, depth);
    if (char === '[') return readArray(start, depth);
    if (char === '"') return { kind: 'value', at: start, value: readString('a text') };
    if (char === '-' || (char >= '0' && char <= '9')) return readNumber(start);
    const word = match(WORD);
    const value = WORDS.get(word ?? '');
    if (value === undefined) return fail(`expected a value, found ${word === null ? found() : quote(word)}`, start);
    return { kind: 'value', at: start, value };
  };

  const root = readValue(0);
  skipSpace();
  if (at < text.length) fail(`expected the end of the file, found ${found()}`);
  return root;
}
