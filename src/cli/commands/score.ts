import { type Command, Option } from 'commander';
import { machineHost } from '../../app/host.ts';
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
    .description('score a recording against its reference, without a call')
    .argument('<reference>', 'WAV file of what was spoken')
    .argument('<recording>', 'WAV file of what was heard')
    .addOption(new Option('-l, --label <name=value>', 'say where this was recorded, such as network=home').argParser(collect))
    .option('--json', 'print the report as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .action(async (referenceFile: string, recordingFile: string, flags: ShowFlags & { readonly label?: readonly string[] }) => {
      const show = showReport(flags, context.output);
      const requested = { reference: referenceFile, recording: recordingFile };
      const progress = progressLine(context.output, flags.quiet === true);
      progress.show({ stage: 'scoring' });
      const report = await scoreFiles(
        { referenceFile, recordingFile, labels: parseLabels(flags.label ?? []), requested },
        machineHost(),
      ).finally(progress.clear);
      show(report, null);
      context.finish(exitCodeOf(report.verdict.outcome));
    });
}
