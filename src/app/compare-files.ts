import { join } from 'node:path';
import { compareReports } from '../compare/compare.ts';
import type { Comparison } from '../core/comparison.ts';
import { UserError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { MAX_REPORT_CHARACTERS, parseReport } from '../report/parse.ts';
import { isFolder, readInput } from './files.ts';
import { REPORT_FILE } from './run-folder.ts';

/**
 * Compares saved reports, grouped by a label. A folder without a report (a run that was killed) is left out with a warning.
 * @param places run folders, or report files
 * @param by the label that groups, such as `network`
 * Throws UserError when a named file cannot be read, and when no report is left.
 */
export async function compareFiles(places: readonly string[], by: string): Promise<Comparison> {
  const entries: { name: string; report: Report }[] = [];
  const empty: string[] = [];
  for (const place of places) {
    const inFolder = await isFolder(place);
    const file = inFolder ? join(place, REPORT_FILE) : place;
    const bytes = await readInput(file, MAX_REPORT_CHARACTERS).catch((error: unknown) => {
      if (inFolder && error instanceof UserError && error.code === 'file-missing') return null;
      throw error;
    });
    if (bytes === null) empty.push(place);
    else entries.push({ name: place, report: parseReport(new TextDecoder().decode(bytes), file) });
  }
  if (entries.length === 0) {
    throw new UserError('no-reports', `there is no report in ${places.join(', ')}`, 'give folders that callprobe run has written');
  }
  const comparison = compareReports(entries, by);
  if (empty.length === 0) return comparison;
  const message = `left out, for there is no report in it: ${empty.join(', ')}`;
  return { ...comparison, warnings: [...comparison.warnings, { code: 'no-report', message }] };
}
