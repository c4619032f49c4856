import { type Command, Option } from 'commander';
import { machineHost } from '../../app/host.ts';
import { scoreAlone } from '../../app/score-alone.ts';
import { scoreFiles } from '../../app/score-files.ts';
import { parseLabels, parseWhole } from '../../config/parse.ts';
import { UserError } from '../../core/errors.ts';
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
    .description('score a recording, with or without its reference, without a call')
    .usage('[options] [reference] <recording>')
    .argument('[reference]', 'WAV file of what was spoken; may be left out')
    .argument('[recording]', 'what was heard, up to ten minutes; the reference is looked for in it')
    .option('--play <number>', 'where the reference is heard several times, which of them to score (default: the first whole one)')
    .addOption(new Option('-l, --label <name=value>', 'say where this was recorded, such as network=home').argParser(collect))
    .option('--json', 'print the report as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .action(async (first: string | undefined, second: string | undefined, flags: ScoreFlags) => {
      if (first === undefined) {
        throw new UserError('no-recording', 'there is no recording to score', 'give one, and before it what was spoken, if you have that');
      }
      const show = showReport(flags, context.output);
      const labels = parseLabels(flags.label ?? []);
      const progress = progressLine(context.output, flags.quiet === true);
      const play = flags.play === undefined ? {} : { play: parseWhole(flags.play, '--play', 1, MOST_PLAYS) };
      if (second === undefined && flags.play !== undefined) {
        throw new UserError(
          'play-without-reference',
          '--play needs a reference to look for',
          'give the reference first, then the recording',
        );
      }
      const onProgress = (share: number): void => progress.show(share < 1 ? { stage: 'searching', share } : { stage: 'scoring' });
      progress.show(second === undefined ? { stage: 'scoring' } : { stage: 'searching', share: 0 });
      const scored =
        second === undefined
          ? scoreAlone({ recordingFile: first, labels, requested: { recording: first } }, machineHost())
          : scoreFiles(
              {
                referenceFile: first,
                recordingFile: second,
                ...play,
                labels,
                requested: { reference: first, recording: second, ...play },
                onProgress,
              },
              machineHost(),
            );
      const report = await scored.finally(progress.clear);
      show(report, null);
      context.finish(exitCodeOf(report.verdict.outcome));
    });
}
