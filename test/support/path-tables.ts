import type { BuiltInPath, ExpectedEffect, Range } from '../../src/path/built-in-path.ts';
import { printInlinePath } from '../../src/path/language/print-inline.ts';
import { listBuiltInPaths } from '../../src/path/profiles.ts';

/** The tables of docs/paths.md, made of the paths themselves. */

const CONNECTS: Readonly<Record<ExpectedEffect['connects'], string>> = { always: 'always', mostly: 'nearly always', never: 'never' };

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function ranges(values: ExpectedEffect['lossRatio'], show: (value: number) => number, unit: string): string {
  if (values === null) return '–';
  const words = ([least, most]: Range): string => `${least === most ? show(least) : `${show(least)}–${show(most)}`} ${unit}`;
  const [up, down] = [words(values.up), words(values.down)];
  return up === down ? up : `${up} up, ${down} down`;
}

/** What a call over each path should measure. */
export function expectedTable(): string {
  const percent = (ratio: number): number => Number((100 * ratio).toFixed(2));
  return [
    row('path', 'group', 'connects', 'voice lost', 'delay', 'diagnosis'),
    row('---', '---', '---', '---', '---', '---'),
    ...listBuiltInPaths().map(({ name, group, expected }) =>
      row(
        `\`${name}\``,
        group,
        CONNECTS[expected.connects],
        ranges(expected.lossRatio, percent, '%'),
        ranges(expected.delayMs, Number, 'ms'),
        expected.diagnoses.join(', '),
      ),
    ),
  ].join('\n');
}

/** Every rule of every path, each number with its basis and source; numbers of a rule that share a source stand together. */
export function rulesTable(): string {
  return listBuiltInPaths().map(pathSection).join('\n\n');
}

function pathSection(path: BuiltInPath): string {
  const rows = path.rules.flatMap((rule) => {
    const text = `\`${printInlinePath([rule])}\``;
    const sources = new Map<string, string[]>();
    for (const [field, { basis, source }] of Object.entries(rule.provenance)) {
      const key = `${basis}\n${source}`;
      sources.set(key, [...(sources.get(key) ?? []), field]);
    }
    if (sources.size === 0) return [row(text, 'no number', '', '')];
    return [...sources].map(([key, fields], index) => {
      const [basis = '', source = ''] = key.split('\n');
      return row(index === 0 ? text : '', fields.join(', '), basis, source);
    });
  });
  return [
    `#### \`${path.name}\``,
    '',
    `${path.summary} *${path.expectedEffect}*`,
    '',
    row('rule', 'numbers', 'basis', 'source'),
    row('---', '---', '---', '---'),
    ...rows,
  ].join('\n');
}
