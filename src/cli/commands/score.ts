import { type Command, Option } from 'commander';
import { machineHost } from '../../app/host.ts';
import { scoreAlone } from '../../app/score-alone.ts';
import { scoreFiles } from '../../app/score-files.ts';
import { parseLabels } from '../../config/parse.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { CommandContext } from '../program.ts';
import { progressLine } from '../progress.ts';
import { type ShowFlags, showReport } from '../show-report.ts';
import { collect } from './run.ts';

export function addScore(program: Command, context: CommandContext): void {
  program
    .command('score')
    .description('score a recording, with or without its reference, without a call')
    .usage('[options] [reference] <recording>')
    .argument('<reference>', 'WAV file of what was spoken; may be left out')
    .argument('[recording]', 'WAV file of what was heard')
    .addOption(new Option('-l, --label <name=value>', 'say where this was recorded, such as network=home').argParser(collect))
    .option('--json', 'print the report as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .action(async (first: string, second: string | undefined, flags: ShowFlags & { readonly label?: readonly string[] }) => {
      const show = showReport(flags, context.output);
      const labels = parseLabels(flags.label ?? []);
      const progress = progressLine(context.output, flags.quiet === true);
      progress.show({ stage: 'scoring' });
      const scored =
        second === undefined
          ? scoreAlone({ recordingFile: first, labels, requested: { recording: first } }, machineHost())
          : scoreFiles(
              { referenceFile: first, recordingFile: second, labels, requested: { reference: first, recording: second } },
              machineHost(),
            );
      const report = await scored.finally(progress.clear);
      show(report, null);
      context.finish(exitCodeOf(report.verdict.outcome));
    });
}
