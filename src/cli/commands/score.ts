import { type Command, Option } from 'commander';
import { machineHost } from '../../app/host.ts';
import { scoreFiles } from '../../app/score-files.ts';
import { parseLabels, parseWhole } from '../../config/parse.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { CommandContext } from '../program.ts';
import { progressLine } from '../progress.ts';
import { type ShowFlags, showReport } from '../show-report.ts';
import { collect } from './run.ts';

/** No recording holds more plays of a reference. */
const MOST_PLAYS = 1000;

interface ScoreFlags extends ShowFlags {
  readonly label?: readonly string[];
  readonly play?: string;
}

export function addScore(program: Command, context: CommandContext): void {
  program
    .command('score')
    .description('score a recording against its reference, without a call')
    .argument('<reference>', 'WAV file of what was spoken')
    .argument('<recording>', 'WAV file of what was heard, up to ten minutes; the reference is looked for in it')
    .option('--play <number>', 'where the reference is heard several times, which of them to score (default: the first whole one)')
    .addOption(new Option('-l, --label <name=value>', 'say where this was recorded, such as network=home').argParser(collect))
    .option('--json', 'print the report as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .action(async (referenceFile: string, recordingFile: string, flags: ScoreFlags) => {
      const show = showReport(flags, context.output);
      const play = flags.play === undefined ? {} : { play: parseWhole(flags.play, '--play', 1, MOST_PLAYS) };
      const requested = { reference: referenceFile, recording: recordingFile, ...play };
      const progress = progressLine(context.output, flags.quiet === true);
      progress.show({ stage: 'searching', share: 0 });
      const onProgress = (share: number): void => progress.show(share < 1 ? { stage: 'searching', share } : { stage: 'scoring' });
      const report = await scoreFiles(
        { referenceFile, recordingFile, ...play, labels: parseLabels(flags.label ?? []), requested, onProgress },
        machineHost(),
      ).finally(progress.clear);
      show(report, null);
      context.finish(exitCodeOf(report.verdict.outcome));
    });
}
