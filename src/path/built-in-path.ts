import type { Direction } from '../core/packet.ts';
import type { PathProfile, PathRule, Provenance } from '../core/path-profile.ts';
import type { Diagnosis } from '../core/verdict.ts';
import { parseInlinePath } from './language/parse-inline.ts';
import { basisOf, numericFieldsOf } from './provenance.ts';

/** `everyday` networks hurt nobody on purpose, `restriction`s were described as somebody's doing, `control`s are what both are to be told from. */
export type PathGroup = 'everyday' | 'restriction' | 'control';
export const PATH_GROUPS: readonly PathGroup[] = ['everyday', 'restriction', 'control'];

/** Least and most. */
export type Range = readonly [least: number, most: number];

/**
 * What a call of the bundled stimulus (12 s of voice each way, 20 ms a packet, 32 kbit/s) should measure on a path, whatever the seed: 49 calls of 50
 * lie within. docs/paths.md prints it, and a benchmark places the calls.
 */
export interface ExpectedEffect {
  /** `mostly`: at least 19 calls of 20. */
  readonly connects: 'always' | 'mostly' | 'never';
  /** Voice packets lost, of those sent, 0–1; null where none is ever sent. */
  readonly lossRatio: Readonly<Record<Direction, Range>> | null;
  /** Median one-way delay of the voice that arrives, milliseconds; null where too little does. */
  readonly delayMs: Readonly<Record<Direction, Range>> | null;
  /** Every diagnosis a verdict may come to. */
  readonly diagnoses: readonly Diagnosis[];
}

/** A path that comes with the program. */
export interface BuiltInPath extends PathProfile {
  readonly group: PathGroup;
  readonly expected: ExpectedEffect;
}

/** Makes a built-in path; its basis follows from its rules. */
export function builtInPath(path: Omit<BuiltInPath, 'basis'>): BuiltInPath {
  return { ...path, basis: basisOf(path.rules) };
}

/**
 * One rule in the words of `--path`, with the source of its numbers.
 * @param provenance of every number alike, or of each by its field's name; a field not named takes that of ``'*'``
 */
export function sourcedRule(text: string, provenance: Provenance | Readonly<Record<string, Provenance>> = {}): PathRule {
  const [bare, ...more] = parseInlinePath(text);
  if (bare === undefined || more.length > 0) throw new Error(`"${text}" is not one rule`);
  const fields = numericFieldsOf(bare).map((name): [string, Provenance] => {
    const source = isProvenance(provenance) ? provenance : (provenance[name] ?? provenance['*']);
    if (source === undefined) throw new Error(`${name} of "${text}" has no source`);
    return [name, source];
  });
  return { ...bare, provenance: Object.fromEntries(fields) };
}

function isProvenance(value: Provenance | Readonly<Record<string, Provenance>>): value is Provenance {
  return typeof value['basis'] === 'string';
}
