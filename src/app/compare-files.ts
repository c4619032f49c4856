import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareReports } from '../compare/compare.ts';
import { MAX_REPORT_BYTES } from '../config/defaults.ts';
import type { Comparison } from '../core/comparison.ts';
import type { Report } from '../core/report.ts';
import { parseReport } from '../report/parse.ts';
import { readInput } from './files.ts';
import { REPORT_FILE } from './run-folder.ts';

/**
 * Compares saved reports, grouped by a label.
 * @param places run folders, or report files
 * @param by the label that groups, such as `network`
 */
export async function compareFiles(places: readonly string[], by: string): Promise<Comparison> {
  const entries: { name: string; report: Report }[] = [];
  for (const place of places) {
    const isFolder = await stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const file = isFolder ? join(place, REPORT_FILE) : place;
    entries.push({ name: place, report: parseReport(new TextDecoder().decode(await readInput(file, MAX_REPORT_BYTES)), file) });
  }
  return compareReports(entries, by);
}
