import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readWav } from '../audio/wav.ts';
import { MAX_CALL_FILE_BYTES, MAX_CALL_REFERENCE_SECONDS } from '../config/defaults.ts';
import type { CallRecord } from '../core/call-record.ts';
import { UserError } from '../core/errors.ts';
import { durationSeconds, type Signal } from '../core/signal.ts';
import { CALL_FILES, callRecordFromFiles, ENGINE_FILES } from '../record/call-files.ts';
import { readInput } from './files.ts';
import { REFERENCE_FILE } from './run-folder.ts';

/** A reference that was cut short would be scored against speech that is not in it. */
const MAX_LENGTH_DIFFERENCE_SECONDS = 0.01;

/** A call read back from its run folder: the record, and what both peers spoke. */
export interface SavedCall {
  readonly record: CallRecord;
  readonly reference: Signal;
}

/** Reads a run folder. Throws UserError when a file is missing, too large or damaged. */
export async function readSavedCall(directory: string): Promise<SavedCall> {
  const files = new Map<string, Uint8Array>();
  const engineFiles = Object.values(ENGINE_FILES).filter((name) => existsSync(join(directory, name)));
  for (const name of [...Object.values(CALL_FILES), ...engineFiles])
    files.set(name, await readInput(join(directory, name), MAX_CALL_FILE_BYTES));
  const record = callRecordFromFiles((name) => files.get(name) ?? fileMissing(join(directory, name)));
  const reference = readWav(await readInput(join(directory, REFERENCE_FILE), MAX_CALL_FILE_BYTES), REFERENCE_FILE, {
    maxSeconds: MAX_CALL_REFERENCE_SECONDS + 1,
  });
  const lacksSeconds = Math.abs(durationSeconds(reference) - record.plan.stimuli.up.seconds);
  if (lacksSeconds > MAX_LENGTH_DIFFERENCE_SECONDS) {
    throw new UserError(
      'call-record-damaged',
      `${REFERENCE_FILE} is not as long as what was spoken in the call (${durationSeconds(reference).toFixed(1)} s)`,
      'the run folder must be as callprobe run left it',
    );
  }
  return { record, reference };
}

function fileMissing(file: string): never {
  throw new UserError('file-missing', `there is no file ${file}`, 'the run folder must be as callprobe run left it');
}
