import type { Basis, Impairment, PathRule, Provenance } from '../../core/path-profile.ts';
import { nearestName } from '../nearest-name.ts';
import { numericFieldsOf, requested } from '../provenance.ts';
import { fileError, type Place, quote } from './complaint.ts';
import { type JsonNode, JsonSyntaxError, readJson } from './json-document.ts';
import { MAX_RULES } from './limits.ts';
import { type BareRule, normaliseRule } from './normalise.ts';
import {
  ACTION_FIELDS,
  ACTION_KINDS,
  AFTER_FIELDS,
  actionFault,
  type Field,
  type Fields,
  FOR_FIELDS,
  MATCH_FIELDS,
  type NumberRange,
  PACKET_CLASSES,
} from './rule-fields.ts';

/** What a rule file says; only the rules must be there. */
export interface RuleFile {
  readonly name: string | null;
  readonly summary: string | null;
  readonly expectedEffect: string | null;
  readonly rules: readonly PathRule[];
}

/** Members of the whole file besides `rules`; `$schema` is for editors, `basis` and `text` follow from the rules and are not taken from the file. */
const TEXT_MEMBERS: Readonly<Record<string, number>> = {
  $schema: 500,
  name: 60,
  summary: 1_000,
  expectedEffect: 1_000,
  basis: 20,
  text: 100_000,
};
const RULE_MEMBERS = ['match', 'direction', 'after', 'for', 'sticky', 'action', 'provenance'] as const;
const BASES: readonly Basis[] = ['documented', 'assumed', 'requested'];
const MAX_SOURCE_LENGTH = 2_000;

/**
 * Reads a rule file: what `callprobe paths show NAME --json` prints and schema/path.schema.json describes. Numbers without provenance are the user's.
 * @param file what to call it in errors
 * @throws UserError `bad-path-file` with line, column and key of the first fault
 */
export function readRuleFile(text: string, file: string): RuleFile {
  const checker = new FileChecker(file);
  try {
    return checker.file(readJson(text));
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw fileError(file, error.place, `this is not JSON: ${error.message}`, 'mend the JSON here');
    throw error;
  }
}

type ObjectNode = Extract<JsonNode, { kind: 'object' }>;

/** Walks a file; `at` is the path of the key a node stands under. */
class FileChecker {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  file(node: JsonNode): RuleFile {
    const root = this.#object(node, '');
    this.#onlyMembers(root, [...Object.keys(TEXT_MEMBERS), 'rules'], '');
    const texts = Object.fromEntries(Object.entries(TEXT_MEMBERS).map(([name, length]) => [name, this.#optionalText(root, name, length)]));
    const list = this.#required(root, 'rules', '');
    const rules = this.#list(list, 'rules', 0, MAX_RULES).map((item, index) => this.#rule(item, `rules[${index}]`));
    if (texts['name'] === '') this.#fail(root.members.get('name')?.node.at ?? root.at, 'name is empty', 'give the path a name, or none');
    return { name: texts['name'] ?? null, summary: texts['summary'] ?? null, expectedEffect: texts['expectedEffect'] ?? null, rules };
  }

  #rule(node: JsonNode, at: string): PathRule {
    const rule = this.#object(node, at);
    this.#onlyMembers(rule, RULE_MEMBERS, at);
    const direction = rule.members.has('direction')
      ? (this.#choice(this.#required(rule, 'direction', at), `${at}.direction`, ['up', 'down', 'both']) as PathRule['direction'])
      : 'both';
    const match = rule.members.get('match')?.node;
    const sticky = rule.members.get('sticky')?.node;
    const after = this.#optionalObject(rule, 'after', at, AFTER_FIELDS);
    const lasting = this.#optionalObject(rule, 'for', at, FOR_FIELDS);
    const bare = normaliseRule({
      match: match === undefined ? 'any' : this.#match(match, `${at}.match`),
      direction,
      ...(after === undefined ? {} : { after: after as NonNullable<PathRule['after']> }),
      ...(lasting === undefined ? {} : { for: lasting as NonNullable<PathRule['for']> }),
      ...(sticky === undefined ? {} : { sticky: this.#flag(sticky, `${at}.sticky`) }),
      action: this.#action(this.#required(rule, 'action', at), `${at}.action`),
    });
    return { ...bare, provenance: this.#provenance(rule.members.get('provenance')?.node, `${at}.provenance`, bare) };
  }

  #match(node: JsonNode, at: string): PathRule['match'] {
    if (node.kind === 'value') {
      if (node.value === 'any') return 'any';
      return this.#fail(node.at, `${at} is neither "any", a list of packet classes nor an object`, `write "any" or ["rtp"]`);
    }
    if (node.kind === 'array') return this.#classes(node, at);
    this.#onlyMembers(node, ['classes', ...Object.keys(MATCH_FIELDS)], at);
    const classes = node.members.get('classes')?.node;
    const numbers = this.#fields(node, MATCH_FIELDS, at) as { minBytes?: number; maxBytes?: number };
    if (numbers.minBytes !== undefined && numbers.maxBytes !== undefined && numbers.minBytes > numbers.maxBytes)
      this.#fail(node.members.get('minBytes')?.at ?? node.at, `${at}.minBytes is above maxBytes`, 'swap the two');
    return { ...(classes === undefined ? {} : { classes: this.#classes(classes, `${at}.classes`) }), ...numbers };
  }

  #classes(node: JsonNode, at: string): (typeof PACKET_CLASSES)[number][] {
    const names = this.#list(node, at, 1, PACKET_CLASSES.length).map((item, index) =>
      this.#choice(item, `${at}[${index}]`, PACKET_CLASSES),
    );
    if (new Set(names).size < names.length) this.#fail(node.at, `${at} names a class twice`, 'name each once');
    return names as (typeof PACKET_CLASSES)[number][];
  }

  #action(node: JsonNode, at: string): Impairment {
    const object = this.#object(node, at);
    const kind = this.#choice(this.#required(object, 'kind', at), `${at}.kind`, ACTION_KINDS) as Impairment['kind'];
    this.#onlyMembers(object, ['kind', ...Object.keys(ACTION_FIELDS[kind])], at);
    const action = { kind, ...this.#fields(object, ACTION_FIELDS[kind], at) } as Impairment;
    const fault = actionFault(action);
    if (fault !== null) {
      const member = object.members.get(fault.field);
      this.#fail(member?.at ?? object.at, `${at}${member === undefined ? '' : `.${fault.field}`} ${fault.what}`, fault.hint);
    }
    return action;
  }

  #provenance(node: JsonNode | undefined, at: string, rule: BareRule): Readonly<Record<string, Provenance>> {
    const numbers = numericFieldsOf(rule);
    const given = node === undefined ? null : this.#object(node, at);
    if (given !== null) this.#onlyMembers(given, numbers, at);
    const entries = numbers.map((name): [string, Provenance] => {
      const member = given?.members.get(name)?.node;
      if (member === undefined) return [name, requested(`given in ${this.#file}`)];
      const place = `${at}.${name}`;
      const object = this.#object(member, place);
      this.#onlyMembers(object, ['basis', 'source'], place);
      const basis = this.#choice(this.#required(object, 'basis', place), `${place}.basis`, BASES) as Basis;
      return [name, { basis, source: this.#text(this.#required(object, 'source', place), `${place}.source`, MAX_SOURCE_LENGTH) }];
    });
    return Object.fromEntries(entries);
  }

  #optionalObject(rule: ObjectNode, name: string, at: string, fields: Fields): Readonly<Record<string, unknown>> | undefined {
    const node = rule.members.get(name)?.node;
    if (node === undefined) return undefined;
    const object = this.#object(node, `${at}.${name}`);
    this.#onlyMembers(object, Object.keys(fields), `${at}.${name}`);
    return this.#fields(object, fields, `${at}.${name}`);
  }

  #fields(object: ObjectNode, fields: Fields, at: string): Readonly<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(fields)) {
      if (field.optional === true && !object.members.has(name)) continue;
      values[name] = this.#field(this.#required(object, name, at), field, `${at}.${name}`);
    }
    return values;
  }

  #field(node: JsonNode, field: Field, at: string): unknown {
    switch (field.type) {
      case 'number':
        return this.#number(node, field, at);
      case 'numbers':
        return this.#list(node, at, field.minItems, field.maxItems).map((item, index) => this.#number(item, field, `${at}[${index}]`));
      case 'choice':
        return this.#choice(node, at, field.choices);
      case 'flag':
        return this.#flag(node, at);
    }
  }

  #number(node: JsonNode, { min, max, whole = false }: NumberRange, at: string): number {
    if (node.kind !== 'value' || typeof node.value !== 'number') return this.#wrongType(node, at, 'a number');
    const { value } = node;
    if (whole && !Number.isInteger(value)) this.#fail(node.at, `${at} is ${value}, and must be whole`, 'round it');
    if (!(value >= min && value <= max)) this.#fail(node.at, `${at} is ${value}, out of range`, `give a number from ${min} to ${max}`);
    return value === 0 ? 0 : value;
  }

  #choice(node: JsonNode, at: string, choices: readonly string[]): string {
    if (node.kind !== 'value' || typeof node.value !== 'string') return this.#wrongType(node, at, `one of ${choices.join(', ')}`);
    if (choices.includes(node.value)) return node.value;
    const nearest = nearestName(node.value, choices);
    return this.#fail(node.at, `${at} is ${quote(node.value)}`, `${guess(nearest)}write one of ${choices.join(', ')}`);
  }

  #flag(node: JsonNode, at: string): boolean {
    if (node.kind === 'value' && typeof node.value === 'boolean') return node.value;
    return this.#wrongType(node, at, 'true or false');
  }

  #text(node: JsonNode, at: string, maxLength: number): string {
    if (node.kind !== 'value' || typeof node.value !== 'string') return this.#wrongType(node, at, 'a text');
    if (node.value.length > maxLength) this.#fail(node.at, `${at} is longer than ${maxLength} characters`, 'shorten it');
    return node.value;
  }

  #optionalText(object: ObjectNode, name: string, maxLength: number): string | undefined {
    const node = object.members.get(name)?.node;
    return node === undefined ? undefined : this.#text(node, name, maxLength);
  }

  #list(node: JsonNode, at: string, minItems: number, maxItems: number): readonly JsonNode[] {
    if (node.kind !== 'array') return this.#wrongType(node, at, 'a list');
    const { length } = node.items;
    if (length < minItems || length > maxItems)
      this.#fail(node.at, `${at} has ${length} entries`, `give it ${minItems === maxItems ? minItems : `${minItems} to ${maxItems}`}`);
    return node.items;
  }

  #object(node: JsonNode, at: string): ObjectNode {
    return node.kind === 'object' ? node : this.#wrongType(node, at === '' ? 'the file' : at, 'an object');
  }

  #required(object: ObjectNode, name: string, at: string): JsonNode {
    const member = object.members.get(name);
    if (member !== undefined) return member.node;
    return this.#fail(object.at, `${at === '' ? 'the file' : at} has no "${name}"`, `add "${name}"`);
  }

  #onlyMembers(object: ObjectNode, known: readonly string[], at: string): void {
    for (const [name, member] of object.members) {
      if (known.includes(name)) continue;
      const nearest = nearestName(name, known);
      const list = known.length === 0 ? 'nothing may stand here' : `known here: ${known.join(', ')}`;
      this.#fail(member.at, `${at === '' ? '' : `${at} has `}an unknown key ${quote(name)}`, `${guess(nearest)}${list}`);
    }
  }

  #wrongType(node: JsonNode, at: string, wanted: string): never {
    const what =
      node.kind === 'value' ? (node.value === null ? 'null' : `a ${typeof node.value}`) : node.kind === 'array' ? 'a list' : 'an object';
    return this.#fail(
      node.at,
      `${at} is ${what.replace('a string', 'a text').replace('a boolean', 'true or false')}, not ${wanted}`,
      `write ${wanted}`,
    );
  }

  #fail(place: Place, what: string, hint: string): never {
    throw fileError(this.#file, place, what, hint);
  }
}

function guess(nearest: string | null): string {
  return nearest === null ? '' : `did you mean "${nearest}"? `;
}
