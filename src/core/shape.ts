/**
 * Checks that a value read from outside has a shape. A checker throws `ShapeError` with the place and what was expected there; members a checker
 * does not name are let through, as newer versions may add some.
 */

export type Checker = (value: unknown, at: string) => void;

export class ShapeError extends Error {
  /** @param at where, as in `directions.up.scores` */
  constructor(at: string, expected: string) {
    super(`${at === '' ? 'the document' : at} is not ${expected}`);
    this.name = 'ShapeError';
  }
}

export const text: Checker = (value, at) => demand(typeof value === 'string', at, 'a text');
export const flag: Checker = (value, at) => demand(typeof value === 'boolean', at, 'true or false');
/** JSON has no NaN or infinity, so finite is meant. */
export const number: Checker = (value, at) => demand(typeof value === 'number' && Number.isFinite(value), at, 'a number');
export const anything: Checker = () => undefined;

export function exactly(expected: string): Checker {
  return (value, at) => demand(value === expected, at, `"${expected}"`);
}

export function oneOf(words: readonly string[]): Checker {
  return (value, at) => demand(typeof value === 'string' && words.includes(value), at, `one of ${words.join(', ')}`);
}

export function nullOr(checker: Checker): Checker {
  return (value, at) => (value === null ? undefined : checker(value, at));
}

export function listOf(checker: Checker): Checker {
  return (value, at) => {
    if (!Array.isArray(value)) throw new ShapeError(at, 'a list');
    value.forEach((item, index) => {
      checker(item, `${at}[${index}]`);
    });
  };
}

/** An object whose named members are checked; those in `optional` may be missing. */
export function objectOf(members: Readonly<Record<string, Checker>>, optional: readonly string[] = []): Checker {
  return (value, at) => {
    const object = asObject(value, at);
    for (const [name, checker] of Object.entries(members)) {
      const place = at === '' ? name : `${at}.${name}`;
      if (Object.hasOwn(object, name)) checker(object[name], place);
      else if (!optional.includes(name)) throw new ShapeError(place, 'there');
    }
  };
}

/** An object whose members all pass one checker, whatever their names. */
export function recordOf(checker: Checker): Checker {
  return (value, at) => {
    for (const [name, member] of Object.entries(asObject(value, at))) checker(member, `${at}.${name}`);
  };
}

/** Chooses the checker by the text of one member. */
export function byMember(member: string, checkers: Readonly<Record<string, Checker>>): Checker {
  return (value, at) => {
    const kind = asObject(value, at)[member];
    const checker = typeof kind === 'string' && Object.hasOwn(checkers, kind) ? checkers[kind] : undefined;
    if (checker === undefined) throw new ShapeError(`${at}.${member}`, `one of ${Object.keys(checkers).join(', ')}`);
    checker(value, at);
  };
}

function asObject(value: unknown, at: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new ShapeError(at, 'an object');
  return value as Record<string, unknown>;
}

function demand(holds: boolean, at: string, expected: string): void {
  if (!holds) throw new ShapeError(at, expected);
}
