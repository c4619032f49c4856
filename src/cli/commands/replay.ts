import type { Command } from 'commander';
import { openAnalyser } from '../../app/analyser.ts';
import { machineHost } from '../../app/host.ts';
import { replayCall } from '../../app/replay.ts';
import { tryWhatIf } from '../../app/what-if.ts';
import { type ReplayFlags, resolveReplayChanges } from '../../config/receiver-settings.ts';
import { UserError } from '../../core/errors.ts';
import { renderWhatIfJson } from '../../report/json.ts';
import { renderWhatIf } from '../../report/terminal/what-if.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { watchInterrupts } from '../interrupts.ts';
import type { CommandContext } from '../program.ts';
import { progressLine } from '../progress.ts';
import { type ShowFlags, showReport } from '../show-report.ts';

const THREADS = 2;

const EXAMPLES = `
Examples:
  callprobe replay FOLDER                                as the call was heard
  callprobe replay FOLDER --buffer 120ms                 with a fixed buffer
  callprobe replay FOLDER --concealment repeat --fec off -o again
  callprobe replay FOLDER --what-if                      what would have helped
`;

interface Flags extends ReplayFlags, ShowFlags {
  readonly output?: string;
  readonly whatIf?: boolean;
}

export function addReplay(program: Command, context: CommandContext): void {
  program
    .command('replay')
    .description('play out and score a saved call again, without a network')
    .argument('<folder>', 'run folder of an earlier call')
    .option('--what-if', 'try other receivers and senders on the same packets, and say what would have helped')
    .option('--concealment <how>', 'what the receiver fills gaps with: neteq, opus, repeat or silence')
    .option('--buffer <how>', 'adaptive, or the constant delay of a fixed jitter buffer, such as 120ms')
    .option('--min-delay <time>', 'least delay of an adaptive jitter buffer')
    .option('--max-delay <time>', 'most delay of an adaptive jitter buffer')
    .option('--fec <on|off>', 'whether to use the in-band error correction that packets carry')
    .option('-o, --output <folder>', 'leave recordings and report in this new folder (default: nowhere)')
    .option('--json', 'print the result as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, flags: Flags) => {
      context.finish(await (flags.whatIf === true ? whatIf(folder, flags, context) : replay(folder, flags, context)));
    });
}

async function replay(folder: string, flags: Flags, { output }: CommandContext): Promise<number> {
  const show = showReport(flags, output);
  const changes = resolveReplayChanges(flags);
  const interrupts = watchInterrupts(output.err);
  const analyser = openAnalyser(THREADS);
  const progress = progressLine(output, flags.quiet === true);
  try {
    progress.show({ stage: 'scoring' });
    const { report, directory } = await replayCall(folder, changes, flags.output ?? null, machineHost(), analyser, interrupts.signal);
    progress.clear();
    show(report, directory);
    return interrupts.exitCode() ?? exitCodeOf(report.verdict.outcome);
  } finally {
    progress.clear();
    interrupts.stop();
    await analyser.close();
  }
}

/** Asks what would have helped. It judges no call, so whatever comes of it is a success. */
async function whatIf(folder: string, flags: Flags, { output }: CommandContext): Promise<number> {
  if (Object.keys(flags).some((flag) => flag !== 'whatIf' && flag !== 'json')) {
    throw new UserError(
      'contradictory-flags',
      '--what-if tries receivers of its own, and leaves only a table: no other flag but --json goes with it',
      'give the other flags to a replay without --what-if',
    );
  }
  const interrupts = watchInterrupts(output.err);
  const analyser = openAnalyser(THREADS);
  const progress = progressLine(output, false);
  try {
    const found = await tryWhatIf(folder, machineHost(), analyser, {
      signal: interrupts.signal,
      onProgress: (done, of) => progress.show({ stage: 'trying', done, of }),
    });
    progress.clear();
    if (found !== null) output.out.write(flags.json === true ? renderWhatIfJson(found) : renderWhatIf(found, output));
    return interrupts.exitCode() ?? EXIT.ok;
  } finally {
    progress.clear();
    interrupts.stop();
    await analyser.close();
  }
}
