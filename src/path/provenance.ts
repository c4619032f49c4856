import type { Basis, PathRule, Provenance } from '../core/path-profile.ts';

/** A number we chose; the source says why. */
export function assumed(source: string): Provenance {
  return { basis: 'assumed', source };
}

/** A number somebody measured or published; the source says who, and where. */
export function documented(source: string): Provenance {
  return { basis: 'documented', source };
}

/** A number the user gave; the source says where. */
export function requested(source: string): Provenance {
  return { basis: 'requested', source };
}

/**
 * The names, as `provenance` must use them, of every number (or list of numbers) in a rule: those of `action` bare, the others as
 * `match.minBytes`, `after.packets`, `for.ms` and so on.
 */
export function numericFieldsOf({ match, after, for: lasting, action }: Pick<PathRule, 'match' | 'action' | 'after' | 'for'>): string[] {
  const numbersOf = (prefix: string, part: object): string[] =>
    Object.entries(part).flatMap(([name, value]) => (isNumeric(value) ? [prefix + name] : []));
  return [
    ...numbersOf('', action),
    ...(typeof match === 'object' && !Array.isArray(match) ? numbersOf('match.', match) : []),
    ...numbersOf('after.', after ?? {}),
    ...numbersOf('for.', lasting ?? {}),
  ];
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || (Array.isArray(value) && typeof value[0] === 'number');
}

/** The basis of a whole path: `requested` when any number is the user's own, else `assumed` when any is, else `documented` (also without numbers). */
export function basisOf(rules: readonly Pick<PathRule, 'provenance'>[]): Basis {
  const bases = new Set(rules.flatMap(({ provenance }) => Object.values(provenance).map(({ basis }) => basis)));
  return bases.has('requested') ? 'requested' : bases.has('assumed') ? 'assumed' : 'documented';
}
