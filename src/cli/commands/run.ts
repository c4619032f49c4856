import { type Command, Option } from 'commander';
import { openAnalyser } from '../../app/analyser.ts';
import { machineHost } from '../../app/host.ts';
import { runCall } from '../../app/run.ts';
import { type RunFlags, resolveRunSettings } from '../../config/run-settings.ts';
import { exitCodeOfCall } from '../exit-codes.ts';
import { watchInterrupts } from '../interrupts.ts';
import type { CommandContext } from '../program.ts';
import { progressLine } from '../progress.ts';
import { type ShowFlags, showReport } from '../show-report.ts';

/** One thread for each direction. */
const THREADS = 2;

const EXAMPLES = `
Examples:
  callprobe run --path congested --seed 7 --label network=home
  callprobe run --path telegram-2025-08 --connect-timeout 10s
  callprobe run --path "delay 80ms jitter 20ms; after 5s: up loss 45%"
  callprobe run --callee libwebrtc --path "up loss 10%"   (a real receiver)
  callprobe run --quiet --scheduled --timeout 60s --label network=home   (cron)
`;

export function addRun(program: Command, context: CommandContext): void {
  program
    .command('run', { isDefault: true })
    .description('place a call, score it, report it (the default command)')
    .option(
      '-p, --path <path>',
      'network path to call through: a name (callprobe paths lists them), a rule file, or rules in words such as "up loss 10%" (default: clear)',
    )
    .option('--seed <n>', 'fixes every random choice; drawn anew when not given')
    .option('--stimulus <name>', 'bundled speech to send: en-female, en-male, ru-male (default: en-female)')
    .option('--reference <file>', 'your own speech to send, a WAV file of 2 s to 120 s')
    .option('--codec <name>', 'opus, pcmu or pcma: the last two are G.711, telephone speech (default: opus)')
    .option('--bitrate <rate>', 'of the Opus encoder, 6k to 510k (default: 32k)')
    .option('--complexity <n>', 'of the Opus encoder, 0 to 10 (default: 9)')
    .option('--no-fec', 'send no in-band forward error correction')
    .option('--declared-loss <share>', 'loss the encoder is told to expect (default: 10%)')
    .option('--dtx', 'send nothing while the talker is silent')
    .option('--ptime <time>', 'speech in a packet: 20ms, 40ms or 60ms (default: 20ms)')
    .option('--red <n>', 'earlier payloads that each packet holds again, 0 to 2 (default: 0)')
    .option('--callee <peer>', 'who answers: callprobe, or a real engine, libwebrtc or chromium (default: callprobe)')
    .option('--caller <peer>', 'who calls: callprobe, or a real engine, chromium (default: callprobe)')
    .option('--concealment <how>', 'what the receiver fills gaps with: neteq, opus, repeat or silence (default: neteq)')
    .option('--buffer <how>', 'adaptive, or the constant delay of a fixed jitter buffer, such as 120ms (default: adaptive)')
    .option('--min-delay <time>', 'least delay of an adaptive jitter buffer (default: 0ms)')
    .option('--max-delay <time>', 'most delay of an adaptive jitter buffer (default: 2s)')
    .option(
      '--turn <uri>',
      'call over a real network: through this TURN relay and back, turn:HOST[:PORT][?transport=tcp] or turns:HOST[:PORT]',
    )
    .option('--turn-credentials <file>', 'user name and password of the relay (default: CALLPROBE_TURN_USER, CALLPROBE_TURN_PASSWORD)')
    .option('--turn-insecure', 'take a turns: relay whose certificate nobody vouches for')
    .option('--caller-address <ip>', 'talk to the relay from this address of yours; also --callee-address')
    .addOption(new Option('--callee-address <ip>').hideHelp())
    .option('--interface <name>', 'talk to the relay by this link; --caller-interface and --callee-interface for one side')
    .addOption(new Option('--caller-interface <name>').hideHelp())
    .addOption(new Option('--callee-interface <name>').hideHelp())
    .option('--show-addresses', 'let the report name the relay and the addresses given')
    .option('--connect-timeout <time>', 'give up connecting after so long (default: 15s)')
    .option('--timeout <time>', 'end the whole run after so long, whatever happens (default: 120s)')
    .addOption(new Option('-l, --label <name=value>', 'say where this was measured, such as network=home').argParser(collect))
    .option('-o, --output <folder>', 'leave the files here (default: a new folder in callprobe-runs)')
    .option('--scheduled', 'mark the report as made by a timer, not by hand')
    .option('--json', 'print the report as one JSON document')
    .option('-q, --quiet', 'print nothing when all is well, one line when it is not')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: RunFlags & ShowFlags) => context.finish(await run(flags, context)));
}

/** Each --label adds to those before it; it takes one value, so that what follows stays an argument. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

async function run(flags: RunFlags & ShowFlags, { output }: CommandContext): Promise<number> {
  const show = showReport(flags, output);
  const settings = resolveRunSettings(withoutDefaults(flags));
  const interrupts = watchInterrupts(output.err);
  const analyser = openAnalyser(THREADS);
  const progress = progressLine(output, flags.quiet === true);
  try {
    const { report, directory, unsaved } = await runCall(settings, machineHost(), analyser, {
      signal: interrupts.signal,
      onProgress: progress.show,
    });
    progress.clear();
    show(report, directory);
    if (unsaved !== null) throw unsaved;
    return interrupts.exitCode() ?? exitCodeOfCall(report);
  } finally {
    progress.clear();
    interrupts.stop();
    await analyser.close();
  }
}

/** Commander sets `fec: true` by itself for a lone --no-fec; the report's `requested` must hold only what was asked. */
function withoutDefaults(flags: RunFlags & ShowFlags): RunFlags {
  const { fec, json: _json, quiet: _quiet, ...rest } = flags;
  return fec === false ? { ...rest, fec } : rest;
}
