import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRuleFile } from '../../src/path/language/check-file.ts';
import { ACTION_WORDS } from '../../src/path/language/parse-action.ts';
import { parseInlinePath } from '../../src/path/language/parse-inline.ts';
import { ACTION_FIELDS } from '../../src/path/language/rule-fields.ts';
import { expectedTable, rulesTable } from '../support/path-tables.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../docs/paths.md'), 'utf8');
/** Texts set off by four spaces. */
const EXAMPLES = [...DOCS.matchAll(/(?:^ {4}.*\n)+/gm)].map((match) => match[0].replaceAll(/^ {4}/gm, ''));

describe('docs/paths.md', () => {
  it('tells what to expect of every path as the paths themselves do', () => {
    expect(DOCS).toContain(expectedTable());
  });

  it('tells every rule, number, basis and source', () => {
    expect(DOCS).toContain(rulesTable());
  });

  it('names every action in words, and every action and field of a rule file', () => {
    for (const word of ACTION_WORDS) expect(DOCS).toMatch(new RegExp(`^\\| \`${word}\\b`, 'm'));
    for (const [kind, fields] of Object.entries(ACTION_FIELDS)) {
      expect(DOCS).toContain(`\`${kind}\``);
      for (const field of Object.keys(fields)) expect(DOCS, `${kind}.${field}`).toContain(`\`${field}\``);
    }
  });

  it('gives examples that are paths', () => {
    const inWords = EXAMPLES.filter((text) => /^(loss|delay)/.test(text));
    const files = EXAMPLES.filter((text) => text.startsWith('{'));
    expect([inWords.length, files.length]).toEqual([1, 1]);
    expect(parseInlinePath(inWords[0] as string).length).toBeGreaterThan(5);
    expect(readRuleFile(files[0] as string, 'cafe.json').rules).toHaveLength(2);
  });
});
