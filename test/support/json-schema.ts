/**
 * A checker of JSON Schema 2020-12, as much of it as the schemas in schema/ use. A keyword it does not know is an error, so that the schema
 * cannot come to ask for more than is checked.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Schema = { readonly [keyword: string]: Json };

const ANNOTATIONS: ReadonlySet<string> = new Set(['$schema', '$id', '$defs', 'title', 'description', 'then']);

/** What is wrong with the value, each with its place; empty when nothing is. */
export function schemaErrors(value: unknown, schema: Schema, root: Schema = schema, at = ''): string[] {
  return Object.entries(schema).flatMap(([keyword, operand]) => {
    if (ANNOTATIONS.has(keyword)) return [];
    const rule = KEYWORDS[keyword];
    if (rule === undefined) throw new Error(`schema keyword ${keyword} is not known to this checker`);
    return rule({ value, operand, schema, root, at });
  });
}

interface Case {
  readonly value: unknown;
  readonly operand: Json;
  readonly schema: Schema;
  readonly root: Schema;
  readonly at: string;
}
type Rule = (check: Case) => string[];

const demand = (holds: boolean, at: string, expected: string): string[] => (holds ? [] : [`${at === '' ? '/' : at}: ${expected}`]);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const members = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
const isType: Readonly<Record<string, (value: unknown) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  string: (value) => typeof value === 'string',
  array: Array.isArray,
  object: isObject,
};
const ofNumber =
  (holds: (value: number, limit: number) => boolean, words: string): Rule =>
  ({ value, operand, at }) =>
    demand(typeof value !== 'number' || holds(value, operand as number), at, `${words} ${operand}`);

const KEYWORDS: Readonly<Record<string, Rule>> = {
  type: ({ value, operand, at }) => demand(isType[operand as string]?.(value) === true, at, `type ${operand}`),
  const: ({ value, operand, at }) => demand(same(value, operand), at, `the constant ${JSON.stringify(operand)}`),
  enum: ({ value, operand, at }) =>
    demand(
      (operand as readonly Json[]).some((choice) => same(choice, value)),
      at,
      `one of ${JSON.stringify(operand)}`,
    ),
  minimum: ofNumber((value, limit) => value >= limit, 'at least'),
  maximum: ofNumber((value, limit) => value <= limit, 'at most'),
  exclusiveMinimum: ofNumber((value, limit) => value > limit, 'more than'),
  minLength: ({ value, operand, at }) =>
    demand(typeof value !== 'string' || value.length >= (operand as number), at, `at least ${operand} characters`),
  maxLength: ({ value, operand, at }) =>
    demand(typeof value !== 'string' || value.length <= (operand as number), at, `at most ${operand} characters`),
  minItems: ({ value, operand, at }) =>
    demand(!Array.isArray(value) || value.length >= (operand as number), at, `at least ${operand} items`),
  maxItems: ({ value, operand, at }) =>
    demand(!Array.isArray(value) || value.length <= (operand as number), at, `at most ${operand} items`),
  uniqueItems: ({ value, operand, at }) =>
    demand(
      operand !== true || !Array.isArray(value) || new Set(value.map((item) => JSON.stringify(item))).size === value.length,
      at,
      'items each once',
    ),
  pattern: ({ value, operand, at }) =>
    demand(typeof value !== 'string' || new RegExp(operand as string, 'u').test(value), at, `pattern ${operand}`),
  required: ({ value, operand, at }) =>
    isObject(value) ? (operand as readonly string[]).flatMap((name) => demand(Object.hasOwn(value, name), at, `member ${name}`)) : [],
  properties: ({ value, operand, root, at }) =>
    members(value).flatMap(([name, member]) => {
      const properties = operand as Readonly<Record<string, Schema>>;
      return Object.hasOwn(properties, name) ? schemaErrors(member, properties[name] as Schema, root, `${at}/${name}`) : [];
    }),
  additionalProperties: ({ value, operand, schema, root, at }) => {
    const named = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
    return members(value)
      .filter(([name]) => !Object.hasOwn(named, name))
      .flatMap(([name, member]) => schemaErrors(member, operand as Schema, root, `${at}/${name}`));
  },
  propertyNames: ({ value, operand, root, at }) =>
    members(value).flatMap(([name]) => schemaErrors(name, operand as Schema, root, `${at}/${name}`)),
  items: ({ value, operand, root, at }) =>
    Array.isArray(value) ? value.flatMap((item, index) => schemaErrors(item, operand as Schema, root, `${at}/${index}`)) : [],
  allOf: ({ value, operand, root, at }) => (operand as readonly Schema[]).flatMap((option) => schemaErrors(value, option, root, at)),
  anyOf: ({ value, operand, root, at }) => {
    const results = (operand as readonly Schema[]).map((option) => schemaErrors(value, option, root, at));
    return results.some((errors) => errors.length === 0) ? [] : results.flat();
  },
  oneOf: ({ value, operand, root, at }) => {
    const results = (operand as readonly Schema[]).map((option) => schemaErrors(value, option, root, at));
    const fitting = results.filter((errors) => errors.length === 0).length;
    return fitting === 0 ? results.flat() : demand(fitting === 1, at, 'exactly one of the choices');
  },
  if: ({ value, operand, schema, root, at }) => {
    const consequence = schema['then'];
    const applies = consequence !== undefined && schemaErrors(value, operand as Schema, root, at).length === 0;
    return applies ? schemaErrors(value, consequence as Schema, root, at) : [];
  },
  $ref: ({ value, operand, root, at }) => {
    const name = /^#\/\$defs\/(\w+)$/.exec(operand as string)?.[1] ?? '';
    const target = (root['$defs'] as Readonly<Record<string, Schema>>)[name];
    if (target === undefined) throw new Error(`schema reference ${operand} leads nowhere`);
    return schemaErrors(value, target, root, at);
  },
};
