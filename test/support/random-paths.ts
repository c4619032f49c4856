import type { Impairment, PathRule } from '../../src/core/path-profile.ts';
import type { Rng } from '../../src/core/rng.ts';
import { gilbertElliottFor } from '../../src/path/impairments/gilbert-elliott-loss.ts';
import { type BareRule, normaliseRule } from '../../src/path/language/normalise.ts';
import {
  ACTION_FIELDS,
  ACTION_KINDS,
  AFTER_FIELDS,
  actionFault,
  type Field,
  type Fields,
  FOR_FIELDS,
  MATCH_FIELDS,
  PACKET_CLASSES,
} from '../../src/path/language/rule-fields.ts';

/** Paths drawn from all that the rules allow: every action, every field, the ends of every range and numbers with many digits. */

const pick = <T>(rng: Rng, items: readonly T[]): T => items[Math.floor(rng.next() * items.length)] as T;
const chance = (rng: Rng, share: number): boolean => rng.next() < share;

/** A number of the field's range: now and then an end, now and then round, mostly with many digits; small more often than large. */
function randomNumber(rng: Rng, { min, max, whole = false }: { min: number; max: number; whole?: boolean }): number {
  if (chance(rng, 0.1)) return min;
  if (chance(rng, 0.05)) return max;
  const low = Math.max(min, 1e-6);
  const value = chance(rng, 0.5) ? min + (max - min) * rng.next() : Math.min(max, Math.max(min, low * (max / low) ** rng.next()));
  const round = whole ? Math.round(value) : chance(rng, 0.4) ? Number(value.toPrecision(2)) : value;
  return Math.min(max, Math.max(min, round));
}

function randomField(rng: Rng, field: Field): unknown {
  switch (field.type) {
    case 'number':
      return randomNumber(rng, field);
    case 'numbers':
      return Array.from({ length: field.minItems + Math.floor(6 * rng.next()) }, () => randomNumber(rng, field));
    case 'choice':
      return pick(rng, field.choices);
    case 'flag':
      return chance(rng, 0.5);
  }
}

function randomFields(rng: Rng, fields: Fields): Record<string, unknown> {
  const present = Object.entries(fields).filter(([, field]) => field.optional !== true || chance(rng, 0.5));
  return Object.fromEntries(present.map(([name, field]) => [name, randomField(rng, field)]));
}

function randomAction(rng: Rng): Impairment {
  const kind = pick(rng, ACTION_KINDS);
  if (kind === 'gilbert-elliott-loss' && chance(rng, 0.5)) {
    const burst = 1 + Math.round(100 * rng.next()) / 10;
    return gilbertElliottFor((Math.round(990 * rng.next()) / 1000) * (burst / (burst + 1)), burst);
  }
  // What two fields say of each other is left to chance: drawn again until it holds.
  for (;;) {
    const action = { kind, ...randomFields(rng, ACTION_FIELDS[kind]) } as Impairment;
    if (action.kind === 'jitter' && action.distribution === 'empirical' && action.quantilesMs !== undefined) {
      (action.quantilesMs as number[]).sort((a, b) => a - b);
    }
    if (actionFault(action) === null) return action;
  }
}

function randomMatch(rng: Rng): PathRule['match'] {
  if (chance(rng, 0.3)) return 'any';
  const classes = PACKET_CLASSES.filter(() => chance(rng, 0.3));
  const media = chance(rng, 0.2) ? (['rtp', 'rtcp'] as const) : classes;
  if (chance(rng, 0.4)) return media.length === 0 ? 'any' : media;
  const { minBytes, maxBytes, ...others } = randomFields(rng, MATCH_FIELDS) as { minBytes?: number; maxBytes?: number };
  const sizes =
    minBytes === undefined || maxBytes === undefined
      ? { ...(minBytes === undefined ? {} : { minBytes }), ...(maxBytes === undefined ? {} : { maxBytes }) }
      : { minBytes: Math.min(minBytes, maxBytes), maxBytes: Math.max(minBytes, maxBytes) };
  return { ...(media.length === 0 ? {} : { classes: media }), ...sizes, ...others };
}

/** A rule that holds to every limit, in its normal form. */
export function randomRule(rng: Rng): BareRule {
  return normaliseRule({
    match: randomMatch(rng),
    direction: pick(rng, ['up', 'down', 'both'] as const),
    ...(chance(rng, 0.5) ? { after: randomFields(rng, AFTER_FIELDS) as NonNullable<PathRule['after']> } : {}),
    ...(chance(rng, 0.5) ? { for: randomFields(rng, FOR_FIELDS) as NonNullable<PathRule['for']> } : {}),
    sticky: chance(rng, 0.2),
    action: randomAction(rng),
  });
}

/** One to six rules. */
export function randomRules(rng: Rng): BareRule[] {
  return Array.from({ length: 1 + Math.floor(6 * rng.next()) }, () => randomRule(rng));
}

/** Any JSON value, mostly of the kinds that rule files hold, now and then of none they do. */
function randomJson(rng: Rng, depth = 0): unknown {
  const scalars = [null, true, false, 0, 1, -1, 0.5, 1e300, 3_600_001, '', 'any', 'rtp', 'loss', 'up', '__proto__'];
  const roll = rng.next();
  if (depth > 2 || roll < 0.7) return pick(rng, scalars);
  const size = Math.floor(4 * rng.next());
  if (roll < 0.85) return Array.from({ length: size }, () => randomJson(rng, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [pick(rng, ['kind', 'classes', 'ms', 'packets', 'x']), randomJson(rng, depth + 1)]),
  );
}

/** A copy of a JSON value with one thing in it changed: a value replaced, a member left out, added or misspelt, an item doubled. */
export function damage(rng: Rng, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return randomJson(rng);
  if (Array.isArray(value)) {
    if (value.length === 0 || chance(rng, 0.1)) return randomJson(rng);
    const at = Math.floor(value.length * rng.next());
    if (chance(rng, 0.1)) return [...value, value[at]];
    return value.map((item, index) => (index === at ? damage(rng, item) : item));
  }
  const members = Object.entries(value);
  const roll = rng.next();
  if (members.length === 0 || roll < 0.05) return randomJson(rng);
  const at = Math.floor(members.length * rng.next());
  if (roll < 0.15) return Object.fromEntries(members.filter((_, index) => index !== at));
  if (roll < 0.25) return Object.fromEntries([...members, ['extra', randomJson(rng)]]);
  if (roll < 0.3) return Object.fromEntries(members.map(([name, member], index) => [index === at ? `${name}s` : name, member]));
  return Object.fromEntries(members.map(([name, member], index) => [name, index === at ? damage(rng, member) : member]));
}
