import { UserError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { RENDERERS } from '../report/registry.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface ShowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** How a report will be printed; the flags are checked now, before anything is measured. */
export function showReport(flags: ShowFlags, output: Output): (report: Report, runFolder: string | null) => void {
  if (flags.json === true && flags.quiet === true) {
    throw new UserError(
      'contradictory-flags',
      '--json prints the report and --quiet prints nothing',
      'give one of them; a run saves its report in its folder either way',
    );
  }
  return (report, runFolder) => {
    const format = flags.json === true ? 'json' : flags.quiet === true ? 'line' : 'terminal';
    if (format === 'line' && exitCodeOf(report.verdict.outcome) === 0) return;
    output.out.write(RENDERERS[format](report, { columns: output.columns, colourLevel: output.colourLevel, runFolder }));
  };
}
