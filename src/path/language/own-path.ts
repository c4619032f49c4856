import type { PathProfile } from '../../core/path-profile.ts';
import { basisOf, numericFieldsOf, requested } from '../provenance.ts';
import { readRuleFile } from './check-file.ts';
import type { Traces } from './parse-action.ts';
import { parseInlinePath } from './parse-inline.ts';
import { printInlinePath } from './print-inline.ts';

/** Longest name a path of the user's own gets from its rules: it must stand in the one sentence of the verdict. */
const MAX_NAME_LENGTH = 60;
const NO_EXPECTATION = 'Not foretold: this path is your own.';

/**
 * The path that a text for `--path` describes, named by its own rules. Every number in it is `requested`.
 * @throws UserError `bad-path` for what is no path
 */
export function pathFromInline(text: string, traces?: Traces): PathProfile {
  const rules = parseInlinePath(text, traces);
  const canonical = printInlinePath(rules);
  return {
    name: canonical.length > MAX_NAME_LENGTH ? `${canonical.slice(0, MAX_NAME_LENGTH - 1)}…` : canonical,
    summary: 'A path of your own, as given with --path.',
    expectedEffect: NO_EXPECTATION,
    basis: 'requested',
    text: canonical,
    rules: rules.map((rule) => ({
      ...rule,
      provenance: Object.fromEntries(numericFieldsOf(rule).map((name) => [name, requested('given with --path')])),
    })),
  };
}

/**
 * The path that a rule file describes; its file's name is its own when it gives none.
 * @param file the file's name, without folders: it goes into reports
 * @throws UserError `bad-path-file` for what is no rule file
 */
export function pathFromFile(content: string, file: string): PathProfile {
  const { name, summary, expectedEffect, rules } = readRuleFile(content, file);
  return {
    name: name ?? file.replace(/\.json$/i, ''),
    summary: summary ?? `A path of your own, from ${file}.`,
    expectedEffect: expectedEffect ?? NO_EXPECTATION,
    basis: basisOf(rules),
    text: printInlinePath(rules),
    rules,
  };
}
