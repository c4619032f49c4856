import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DATA } from './support-data.ts';

/** Rows of a comma-separated file of the data, by column name; none, saying so, where it is absent. Fields may be quoted. */
export function readCsv(path: string): Record<string, string>[] {
  const file = resolve(DATA, path);
  if (!existsSync(file)) {
    console.log(`skipped: ${path} is absent from ../shared/data`);
    return [];
  }
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/).map(fields);
  return lines.map((line) => Object.fromEntries((head ?? []).map((name, i) => [name, line[i] ?? ''])));
}

function fields(line: string): string[] {
  return [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)]
    .slice(0, line.endsWith(',') ? undefined : -1)
    .map((m) => (m[1] ?? '').replace(/^"|"$/g, ''));
}
