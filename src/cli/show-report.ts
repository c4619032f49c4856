import { UserError } from '../core/errors.ts';
import type { Report } from '../core/report.ts';
import { renderJson } from '../report/json.ts';
import { renderLine } from '../report/line.ts';
import { renderTerminal } from '../report/terminal.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface ShowFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** How a report will be printed; checked before anything is measured. */
export function showReport(flags: ShowFlags, output: Output): (report: Report, directory: string | null) => void {
  if (flags.json === true && flags.quiet === true) {
    throw new UserError(
      'contradictory-flags',
      '--json prints the report and --quiet prints nothing',
      'give one of them; the report is saved in the run folder either way',
    );
  }
  return (report, directory) => {
    if (flags.json === true) output.out.write(renderJson(report));
    else if (flags.quiet !== true)
      output.out.write(renderTerminal(report, { columns: output.columns, colourLevel: output.colourLevel, directory }));
    else if (exitCodeOf(report.verdict.outcome) !== 0) output.out.write(`${renderLine(report, directory)}\n`);
  };
}
