import { join } from 'node:path';
import { writeWav } from '../audio/wav.ts';
import { checkConcealment } from '../config/codec-settings.ts';
import { DEFAULT_THRESHOLDS } from '../config/defaults.ts';
import { changePlayout } from '../config/receiver-settings.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { callRecordToFiles } from '../record/call-files.ts';
import { MAX_REPORT_CHARACTERS, parseReport } from '../report/parse.ts';
import type { Analyser } from './analyser.ts';
import { createRunFolder, readInput } from './files.ts';
import { hearCall, withOwnReceiver } from './hear-call.ts';
import type { Host } from './host.ts';
import { reportCall } from './report-call.ts';
import { listArtifacts, REPORT_FILE, saveCall, saveReport } from './run-folder.ts';
import { readSavedCall } from './saved-call.ts';

/**
 * Plays a saved call out again and scores it anew, without a network. With the plan's own receiver settings the recordings come out
 * the same bit for bit. Where a real engine listened, what it played is scored anew, unless settings are changed.
 * @param changes receiver settings to use instead of those of the call
 * @param output a new folder for the recordings and the report; null leaves nothing behind
 */
export async function replayCall(
  directory: string,
  changes: Partial<PlayoutSettings>,
  output: string | null,
  host: Host,
  analyser: Analyser,
  signal: AbortSignal,
): Promise<{ readonly report: Report; readonly directory: string | null }> {
  const { record: whole, reference } = await readSavedCall(directory);
  // What a real engine played cannot be played in another way: with other settings, our own receiver plays the packets it got.
  const saved = Object.keys(changes).length === 0 ? whole : withOwnReceiver(whole);
  const old = await readOldReport(directory);
  const playout = changePlayout(saved.plan.playout, changes);
  checkConcealment(playout, saved.plan.codec);
  const record = { ...saved, plan: { ...saved.plan, playout } };
  const folder = output === null ? null : await createRunFolder(output, saved.startedAt, undefined);
  const analyses = await hearCall(record, reference, analyser, signal, playout);
  const aborted = signal.aborted ? 'interrupted' : saved.aborted;
  const report = reportCall({ ...record, aborted }, analyses, {
    tool: host.tool,
    labels: old.labels,
    runType: old.runType,
    requested: { replayed: directory, ...changes },
    thresholds: DEFAULT_THRESHOLDS,
    warnings: old.warnings,
    artifacts: folder === null ? {} : listArtifacts(analyses, record),
  });
  if (folder !== null) {
    await saveCall(folder, Object.entries(callRecordToFiles(record)), writeWav(reference));
    await saveReport(folder, analyses, report);
  }
  return { report, directory: folder };
}

/** The labels and warnings of the run. A replay needs neither: it goes on without where the report is missing or damaged. */
async function readOldReport(directory: string): Promise<Pick<Report, 'labels' | 'runType' | 'warnings'>> {
  try {
    return parseReport(new TextDecoder().decode(await readInput(join(directory, REPORT_FILE), MAX_REPORT_CHARACTERS)), REPORT_FILE);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const message = `the run's own report could not be used: ${error.message}`;
    return {
      labels: {},
      runType: 'manual',
      warnings: [{ code: 'report-missing', message, hint: 'labels and warnings of the run are left out' }],
    };
  }
}
