import type { Command } from 'commander';
import { compareFiles } from '../../app/compare-files.ts';
import { renderComparisonJson } from '../../report/json.ts';
import { renderComparison } from '../../report/terminal/comparison.ts';
import type { CommandContext } from '../program.ts';

export function addCompare(program: Command, context: CommandContext): void {
  program
    .command('compare')
    .description('compare runs across networks, grouped by a label')
    .argument('<runs...>', 'run folders, or report.json files')
    .option('--by <label>', 'label that groups the runs', 'network')
    .option('--json', 'print the comparison as one JSON document')
    .action(async (runs: readonly string[], flags: { readonly by: string; readonly json?: boolean }) => {
      const { output } = context;
      const comparison = await compareFiles(runs, flags.by);
      output.out.write(
        flags.json === true
          ? renderComparisonJson(comparison)
          : renderComparison(comparison, { columns: output.columns, colourLevel: output.colourLevel }),
      );
    });
}
