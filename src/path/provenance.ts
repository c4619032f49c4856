import type { PathRule, Provenance } from '../core/path-profile.ts';

/** A number we chose; the source says why. */
export function assumed(source: string): Provenance {
  return { basis: 'assumed', source };
}

/** The names, as `provenance` must use them, of every number in a rule: those of `action` bare, the others as `after.packets`, `for.ms` and so on. */
export function numericFieldsOf(rule: Pick<PathRule, 'action' | 'after' | 'for'>): string[] {
  const numbersOf = (prefix: string, part: object): string[] =>
    Object.entries(part).flatMap(([name, value]) => (typeof value === 'number' ? [prefix + name] : []));
  return [...numbersOf('', rule.action), ...numbersOf('after.', rule.after ?? {}), ...numbersOf('for.', rule.for ?? {})];
}
