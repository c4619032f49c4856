import { UserError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { RENDERERS } from '../report/registry.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface ShowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Prints a report. `exitCode` is what the process will end with, where that is not what the outcome says. */
export type Show = (report: Report, runFolder: string | null, exitCode?: number) => void;

/** How a report will be printed; the flags are checked now, before anything is measured. */
export function showReport(flags: ShowFlags, output: Output): Show {
  if (flags.json === true && flags.quiet === true) {
    throw new UserError(
      'contradictory-flags',
      '--json prints the report and --quiet prints nothing',
      'give one of them; a run saves its report in its folder either way',
    );
  }
  return (report, runFolder, exitCode = exitCodeOf(report.verdict.outcome)) => {
    const format = flags.json === true ? 'json' : flags.quiet === true ? 'line' : 'terminal';
    if (format === 'line' && exitCode === EXIT.ok) return;
    output.out.write(RENDERERS[format](report, { columns: output.columns, colourLevel: output.colourLevel, runFolder }));
  };
}
