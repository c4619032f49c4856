import type { Command } from 'commander';
import { openAnalyser } from '../../app/analyser.ts';
import { machineHost } from '../../app/host.ts';
import { replayCall } from '../../app/replay.ts';
import { type ReplayFlags, resolveReplayChanges } from '../../config/receiver-settings.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { watchInterrupts } from '../interrupts.ts';
import type { CommandContext } from '../program.ts';
import { progressLine } from '../progress.ts';
import { type ShowFlags, showReport } from '../show-report.ts';

const THREADS = 2;

export function addReplay(program: Command, context: CommandContext): void {
  program
    .command('replay')
    .description('play out and score a saved call again, without a network')
    .argument('<folder>', 'run folder of an earlier call')
    .option('--concealment <how>', 'what the receiver fills gaps with: neteq, opus, repeat or silence')
    .option('--buffer <how>', 'adaptive, or the constant delay of a fixed jitter buffer, such as 120ms')
    .option('--min-delay <time>', 'least delay of an adaptive jitter buffer')
    .option('--max-delay <time>', 'most delay of an adaptive jitter buffer')
    .option('--fec <on|off>', 'whether to use the in-band error correction that packets carry')
    .option('-o, --output <folder>', 'leave recordings and report in this new folder (default: nowhere)')
    .option('--json', 'print the report as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .action(async (folder: string, flags: ReplayFlags & ShowFlags & { readonly output?: string }) => {
      context.finish(await replay(folder, flags, context));
    });
}

async function replay(
  folder: string,
  flags: ReplayFlags & ShowFlags & { readonly output?: string },
  { output }: CommandContext,
): Promise<number> {
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
