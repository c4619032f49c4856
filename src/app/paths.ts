import { basename } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { PathProfile } from '../core/path-profile.ts';
import { MAX_PATH_FILE_BYTES } from '../path/language/limits.ts';
import { pathFromFile, pathFromInline } from '../path/language/own-path.ts';
import { parseTrace } from '../path/language/parse-action.ts';
import { traceFilesIn } from '../path/language/parse-inline.ts';
import { findProfile } from '../path/profiles.ts';
import { readInput } from './files.ts';

export { type BuiltInPath, type ExpectedEffect, PATH_GROUPS, type PathGroup } from '../path/built-in-path.ts';
export { pathText } from '../path/language/print-inline.ts';
export { findProfile, listBuiltInPaths } from '../path/profiles.ts';

/**
 * The path that `--path` names in any of its three ways: a rule file (ends in .json, or holds a slash and no space), rules in words (holds a space
 * or a sign no name has, or is `blackhole`), else the name of a built-in path.
 * @throws UserError for a name there is not, a file that cannot be read, and rules that cannot be meant
 */
export async function resolvePath(spec: string): Promise<PathProfile> {
  switch (pathKind(spec)) {
    case 'file':
      return pathFromFile(decode(await readInput(spec, MAX_PATH_FILE_BYTES), spec), basename(spec));
    case 'inline':
      return pathFromInline(spec, await readTraces(spec));
    case 'name':
      return findProfile(spec);
  }
}

/** An action that is one word and no path's name; `freeze` alone is the path of that name. */
const LONE_ACTION = 'blackhole';

/** Which of the three ways a text for `--path` is. */
export function pathKind(spec: string): 'file' | 'inline' | 'name' {
  if (/\.json$/i.test(spec) && !/[;\n]/.test(spec) && !/\bloss\s+trace\b/i.test(spec)) return 'file';
  if (/[\s;:]/.test(spec.trim())) return /^\S*[/\\]/.test(spec) && !spec.includes(';') ? 'file' : 'inline';
  if (/[/\\]/.test(spec)) return 'file';
  return spec.toLowerCase() === LONE_ACTION ? 'inline' : 'name';
}

async function readTraces(spec: string): Promise<ReadonlyMap<string, readonly (0 | 1)[]>> {
  const traces = new Map<string, readonly (0 | 1)[]>();
  for (const file of traceFilesIn(spec)) {
    const trace = parseTrace(decode(await readInput(file, MAX_PATH_FILE_BYTES), file));
    if (trace === null)
      throw new UserError(
        'bad-trace',
        `${file} is not a trace of packets`,
        'a trace is a line for each packet, 0 for received, 1 for lost',
      );
    traces.set(file, trace);
  }
  return traces;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError('not-text', `${file} is not UTF-8 text`, 'give a JSON file of rules, as callprobe paths show NAME --json prints');
  }
}
