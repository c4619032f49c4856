import { writeWav } from '../audio/wav.ts';
import type { CallRecord } from '../core/call-record.ts';
import { DIRECTIONS, type Direction } from '../core/packet.ts';
import type { Report } from '../core/report.ts';
import { CALL_FILES, ENGINE_FILES } from '../record/call-files.ts';
import { renderJson } from '../report/json.ts';
import type { DirectionAnalysis } from './analyse-direction.ts';
import { writeOutput } from './files.ts';

export const REPORT_FILE = 'report.json';
/** What both peers spoke. */
export const REFERENCE_FILE = 'reference.wav';
/** What each direction's listener heard. */
export const RECORDING_FILES: Readonly<Record<Direction, string>> = { up: 'up.wav', down: 'down.wav' };

export type Analyses = Readonly<Record<Direction, DirectionAnalysis | null>>;

/** What the folder of a call with these analyses holds, by what it is. */
export function listArtifacts(analyses: Analyses, { directions }: CallRecord): Report['artifacts'] {
  return {
    report: REPORT_FILE,
    reference: REFERENCE_FILE,
    call: CALL_FILES.call,
    packets: CALL_FILES.packets,
    upPackets: CALL_FILES.up,
    downPackets: CALL_FILES.down,
    ...(analyses.up === null ? {} : { up: RECORDING_FILES.up }),
    ...(analyses.down === null ? {} : { down: RECORDING_FILES.down }),
    ...(directions.up.engine?.heard ? { upEngine: ENGINE_FILES.up } : {}),
    ...(directions.down.engine?.heard ? { downEngine: ENGINE_FILES.down } : {}),
  };
}

/** The call's own files. They are written before anything is judged: whatever fails later, a replay can take it from there. */
export async function saveCall(
  folder: string,
  callFiles: Iterable<readonly [name: string, bytes: Uint8Array]>,
  reference: Uint8Array,
): Promise<void> {
  await writeOutput(folder, REFERENCE_FILE, reference);
  for (const [name, bytes] of callFiles) await writeOutput(folder, name, bytes);
}

/** What was heard and what is said of it. The report comes last: where it is, everything it names is there too. */
export async function saveReport(folder: string, analyses: Analyses, report: Report): Promise<void> {
  for (const direction of DIRECTIONS) {
    const recording = analyses[direction]?.recording;
    if (recording !== undefined) await writeOutput(folder, RECORDING_FILES[direction], writeWav(recording));
  }
  await writeOutput(folder, REPORT_FILE, renderJson(report));
}
