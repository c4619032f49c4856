import type { Command } from 'commander';
import { type Analyser, openAnalyser } from '../../app/analyser.ts';
import { isFolder } from '../../app/files.ts';
import { machineHost } from '../../app/host.ts';
import { replayCall } from '../../app/replay.ts';
import { replayCapture } from '../../app/replay-capture.ts';
import { tryWhatIf } from '../../app/what-if.ts';
import { type CaptureFlags, resolveCaptureSettings } from '../../config/capture-settings.ts';
import { type ReplayFlags, resolveReplayChanges } from '../../config/receiver-settings.ts';
import { UserError } from '../../core/errors.ts';
import { renderWhatIfJson } from '../../report/json.ts';
import { renderWhatIf } from '../../report/terminal/what-if.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { type Interrupts, watchInterrupts } from '../interrupts.ts';
import type { CommandContext } from '../program.ts';
import { type ProgressLine, progressLine } from '../progress.ts';
import { type ShowFlags, showReport } from '../show-report.ts';

const THREADS = 2;

const EXAMPLES = `
Examples:
  callprobe replay FOLDER                                as the call was heard
  callprobe replay FOLDER --buffer 120ms                 with a fixed buffer
  callprobe replay FOLDER --concealment repeat --fec off -o again
  callprobe replay FOLDER --what-if                      what would have helped
  callprobe replay call.pcap                             a call made elsewhere
  callprobe replay call.pcap --ssrc 0x1234abcd --reference spoken.wav -o heard
`;

interface Flags extends ReplayFlags, CaptureFlags, ShowFlags {
  readonly output?: string;
  readonly whatIf?: boolean;
}

/** Flags that are about a capture, by the name the user knows. */
const CAPTURE_FLAGS: Readonly<Record<keyof CaptureFlags, string>> = {
  reference: '--reference',
  ssrc: '--ssrc',
  codec: '--codec',
  payloadType: '--payload-type',
};

export function addReplay(program: Command, context: CommandContext): void {
  program
    .command('replay')
    .description('play out and score a saved call again, or one captured elsewhere, without a network')
    .argument('<call>', 'run folder of an earlier call, or a capture of plain RTP: rtpdump, pcap or pcapng')
    .option('--what-if', 'try other receivers and senders on the same packets, and say what would have helped')
    .option('--concealment <how>', 'what the receiver fills gaps with: neteq, opus, repeat or silence')
    .option('--buffer <how>', 'adaptive, or the constant delay of a fixed jitter buffer, such as 120ms')
    .option('--min-delay <time>', 'least delay of an adaptive jitter buffer')
    .option('--max-delay <time>', 'most delay of an adaptive jitter buffer')
    .option('--fec <on|off>', 'whether to use the in-band error correction that packets carry')
    .option('--reference <file>', 'of a capture: WAV file of what was spoken; without it nothing is scored')
    .option('--ssrc <number>', 'of a capture: which stream, such as 0x1234abcd (default: the longest that can be played)')
    .option('--codec <name>', 'of a capture: opus, pcmu or pcma (default: what the packets show)')
    .option('--payload-type <n>', 'of a capture: which packets are speech (default: the most common type)')
    .option('-o, --output <folder>', 'leave recordings and report in this new folder (default: nowhere)')
    .option('--json', 'print the result as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .addHelpText('after', EXAMPLES)
    .action(async (call: string, flags: Flags) => context.finish(await replay(call, flags, context)));
}

/** What every kind of replay needs. */
interface Tools {
  readonly analyser: Analyser;
  readonly interrupts: Interrupts;
  readonly progress: ProgressLine;
  readonly output: CommandContext['output'];
}

async function replay(call: string, flags: Flags, { output }: CommandContext): Promise<number> {
  const folder = await isFolder(call);
  const how = flags.whatIf === true ? whatIf : folder ? replayFolder : replayFile;
  const begin = how(call, flags, output);
  if (flags.whatIf === true && !folder) {
    throw new UserError(
      'not-a-folder',
      `--what-if needs the folder of a run, and ${call} is a file`,
      'leave --what-if out to play a capture',
    );
  }
  const interrupts = watchInterrupts(output.err);
  const analyser = openAnalyser(THREADS);
  const progress = progressLine(output, flags.quiet === true);
  try {
    return await begin({ analyser, interrupts, progress, output });
  } finally {
    progress.clear();
    interrupts.stop();
    await analyser.close();
  }
}

/** Each kind of replay checks its flags first, before anything is opened. */
type Begin = (tools: Tools) => Promise<number>;

function replayFolder(folder: string, flags: Flags, output: CommandContext['output']): Begin {
  const [wrong] = Object.entries(CAPTURE_FLAGS).filter(([flag]) => flags[flag as keyof CaptureFlags] !== undefined);
  if (wrong !== undefined) {
    throw new UserError('contradictory-flags', `${wrong[1]} is for captures, and ${folder} is a folder`, 'leave it out, or give a capture');
  }
  const show = showReport(flags, output);
  const changes = resolveReplayChanges(flags);
  return async ({ analyser, interrupts, progress }) => {
    progress.show({ stage: 'scoring' });
    const { report, directory } = await replayCall(folder, changes, flags.output ?? null, machineHost(), analyser, interrupts.signal);
    progress.clear();
    show(report, directory);
    return interrupts.exitCode() ?? exitCodeOf(report.verdict.outcome);
  };
}

function replayFile(file: string, flags: Flags, output: CommandContext['output']): Begin {
  const show = showReport(flags, output);
  const changes = resolveReplayChanges(flags);
  const capture = resolveCaptureSettings(flags);
  const { json: _json, quiet: _quiet, output: folder, ...asked } = flags;
  const request = { ...capture, file, changes, output: folder ?? null, labels: {}, requested: { replayed: file, ...asked } };
  return async ({ analyser, interrupts, progress }) => {
    progress.show({ stage: 'scoring' });
    const replayed = await replayCapture(request, machineHost(), analyser, interrupts.signal);
    progress.clear();
    // Without a reference nothing was to be judged: what was asked for has been done.
    const done = replayed === null || capture.referenceFile === null ? EXIT.ok : exitCodeOf(replayed.report.verdict.outcome);
    if (replayed !== null) show(replayed.report, replayed.directory, done);
    return interrupts.exitCode() ?? done;
  };
}

/** Asks what would have helped. It judges no call, so whatever comes of it is a success. */
function whatIf(folder: string, flags: Flags): Begin {
  if (Object.keys(flags).some((flag) => flag !== 'whatIf' && flag !== 'json')) {
    throw new UserError(
      'contradictory-flags',
      '--what-if tries receivers of its own, and leaves only a table: no other flag but --json goes with it',
      'give the other flags to a replay without --what-if',
    );
  }
  return async ({ analyser, interrupts, progress, output }) => {
    const onProgress = (done: number, of: number | null): void => progress.show({ stage: 'trying', done, of });
    const found = await tryWhatIf(folder, machineHost(), analyser, { signal: interrupts.signal, onProgress });
    progress.clear();
    if (found !== null) output.out.write(flags.json === true ? renderWhatIfJson(found) : renderWhatIf(found, output));
    return interrupts.exitCode() ?? EXIT.ok;
  };
}
