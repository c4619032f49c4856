import { Chalk, type ChalkInstance } from 'chalk';
import { type BuiltInPath, type ExpectedEffect, PATH_GROUPS, type PathGroup, pathText } from '../app/paths.ts';
import { joinWords } from '../core/format.ts';
import type { Basis, PathProfile } from '../core/path-profile.ts';
import { escapeText, wrapText } from '../report/terminal-text.ts';
import type { Output } from './output.ts';
import { describeRule } from './rule-text.ts';

const NAME_COLUMNS = 18;
const GROUP_WORDS: Readonly<Record<PathGroup, string>> = {
  control: 'Controls: what the others are to be told from',
  everyday: 'Everyday networks: nobody means harm',
  restriction: 'Restrictions, as they were described or measured',
};
const BASIS_WORDS: Readonly<Record<Basis, string>> = {
  documented: 'Every number is documented.',
  assumed: 'Some numbers are assumed.',
  requested: 'The numbers are your own.',
};
const CONNECTS_WORDS: Readonly<Record<ExpectedEffect['connects'], string>> = {
  always: 'connects',
  mostly: 'connects nearly always',
  never: 'never connects',
};

type Layout = Pick<Output, 'columns' | 'colourLevel'>;

/** The built-in paths by group: name, what it is, what a call over it should measure. */
export function listPaths(paths: readonly BuiltInPath[], layout: Layout): string {
  const chalk = new Chalk({ level: layout.colourLevel });
  const lines = PATH_GROUPS.flatMap((group) => [
    chalk.bold(GROUP_WORDS[group]),
    ...paths.filter((path) => path.group === group).flatMap((path) => listPath(path, layout.columns, chalk)),
    '',
  ]);
  const more = [
    'callprobe paths show NAME tells every rule and where its numbers come from.',
    'A path of your own: --path FILE.json, or in words, such as',
    '--path "up loss 10% burst 3; delay 80ms jitter 20ms"; see callprobe paths check.',
  ];
  return `${[...lines, ...more].join('\n')}\n`;
}

function listPath(path: BuiltInPath, columns: number, chalk: ChalkInstance): string[] {
  const width = columns - NAME_COLUMNS;
  const lines = [
    ...wrapText(path.summary, width),
    ...wrapText(`Expect: ${describeExpected(path.expected)}. ${BASIS_WORDS[path.basis]}`, width).map((line) => chalk.dim(line)),
  ];
  return lines.map((line, index) => (index === 0 ? chalk.cyan(path.name.padEnd(NAME_COLUMNS)) : ' '.repeat(NAME_COLUMNS)) + line);
}

/** What a call over a built-in path should measure, in one line: loss and delay of the voice as ranges, and what a verdict may say. */
function describeExpected({ connects, lossRatio, delayMs, diagnoses }: ExpectedEffect): string {
  const percent = (ratio: number): string => `${Number((100 * ratio).toFixed(1))}`;
  const ranges = (name: string, values: ExpectedEffect['lossRatio'], show: (value: number) => string, unit: string): string[] => {
    if (values === null) return [];
    const words = ([least, most]: readonly [number, number]): string =>
      `${least === most ? show(least) : `${show(least)}–${show(most)}`} ${unit}`;
    const [up, down] = [words(values.up), words(values.down)];
    return [`${name} ${up === down ? `${up} both ways` : `${up} up, ${down} down`}`];
  };
  return [
    CONNECTS_WORDS[connects],
    ...ranges('voice loss', lossRatio, percent, '%'),
    ...ranges('delay', delayMs, String, 'ms'),
    diagnoses.length < 2 ? diagnoses.join('') : `${diagnoses.slice(0, -1).join(', ')} or ${diagnoses.at(-1)}`,
  ].join('; ');
}

/** One path in full: each rule in words, each number with its provenance, and the whole as `--path` takes it. */
export function describePath(profile: PathProfile, layout: Layout, expected: ExpectedEffect | null = null): string {
  const chalk = new Chalk({ level: layout.colourLevel });
  const { columns } = layout;
  const lines = [
    ...wrap(profile.name, columns, '').map((line) => chalk.bold(line)),
    ...wrap(profile.summary, columns, ''),
    ...wrap(`Expect: ${profile.expectedEffect}`, columns, ''),
    ...(expected === null ? [] : wrap(`In figures: ${describeExpected(expected)}.`, columns, '')),
    '',
  ];
  if (profile.rules.length === 0) lines.push('No rules: every packet passes untouched.');
  for (const [index, rule] of profile.rules.entries()) {
    lines.push(...wrap(`${index + 1}. ${describeRule(rule)}`, columns, '   '));
    for (const [fields, text] of groupProvenance(rule.provenance)) {
      lines.push(...wrap(`${joinWords(fields)}: ${text}`, columns - 3, '  ').map((line) => chalk.dim(`   ${line}`)));
    }
  }
  const words = pathText(profile);
  if (words !== '') lines.push('', ...wrap(`--path "${words}"`, columns, '  ').map((line) => chalk.dim(line)));
  return `${lines.join('\n')}\n`;
}

/** Fields that share a source are told once. */
function groupProvenance(provenance: PathProfile['rules'][number]['provenance']): [string[], string][] {
  const groups = new Map<string, string[]>();
  for (const [field, { basis, source }] of Object.entries(provenance)) {
    const text = `${basis}, ${source}`;
    groups.set(text, [...(groups.get(text) ?? []), field]);
  }
  return [...groups].map(([text, fields]) => [fields, text]);
}

/** Wrapped text whose lines after the first begin with `indent`. What a rule file says is made safe for a terminal. */
function wrap(text: string, columns: number, indent: string): string[] {
  return wrapText(escapeText(text), columns - indent.length).map((line, index) => (index === 0 ? line : `${indent}${line}`));
}
