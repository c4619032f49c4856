import type { Command } from 'commander';
import { exportStimulus } from '../../app/export-stimulus.ts';
import { machineHost } from '../../app/host.ts';
import { DEFAULT_STIMULUS } from '../../config/defaults.ts';
import { parseDurationMs, parseWhole } from '../../config/parse.ts';
import { UserError } from '../../core/errors.ts';
import { escapeText } from '../../report/terminal-text.ts';
import type { CommandContext } from '../program.ts';

/** Rates a player takes, Hz; a file of at most two minutes, as `score` takes for a reference. */
const MIN_RATE_HZ = 8_000;
const MAX_RATE_HZ = 96_000;
const DEFAULT_RATE_HZ = '48000';
const MOST_REPEATS = 8;
const DEFAULT_PAUSE = '2s';
const MOST_PAUSE_MS = 5_000;

interface StimulusFlags {
  readonly output?: string;
  readonly voice: string;
  readonly rate: string;
  readonly repeat: string;
  readonly pause: string;
  readonly force?: boolean;
}

export function addStimulus(program: Command, { output }: CommandContext): void {
  program
    .command('stimulus')
    .description('write a reference to play into any call')
    .option('-o, --output <file>', 'the WAV file; - for standard output (default: callprobe-<voice>.wav)')
    .option('--voice <name>', 'bundled speech: en-female, en-male, ru-male', DEFAULT_STIMULUS)
    .option('--rate <hertz>', 'sample rate', DEFAULT_RATE_HZ)
    .option('--repeat <times>', 'speak it so many times in one file', '1')
    .option('--pause <time>', 'silence between, with --repeat', DEFAULT_PAUSE)
    .option('--force', 'replace a file that is there')
    .action(async (flags: StimulusFlags) => {
      const file = flags.output ?? `callprobe-${flags.voice}.wav`;
      const pauseMs = parseDurationMs(flags.pause, '--pause');
      if (pauseMs > MOST_PAUSE_MS) throw new UserError('bad-duration', '--pause takes at most 5s', 'give a shorter one');
      if (file === '-' && (output.out as { readonly isTTY?: boolean }).isTTY === true) {
        throw new UserError(
          'terminal-output',
          'a WAV file would only garble the terminal',
          'name a file with -o, or send it on: -o - | player',
        );
      }
      const { wav, seconds } = await exportStimulus(
        {
          voice: flags.voice,
          sampleRateHz: parseWhole(flags.rate, '--rate', MIN_RATE_HZ, MAX_RATE_HZ),
          repeat: parseWhole(flags.repeat, '--repeat', 1, MOST_REPEATS),
          pauseSeconds: pauseMs / 1000,
          file: file === '-' ? null : file,
          force: flags.force === true,
        },
        machineHost(),
      );
      if (file === '-') {
        output.out.write(wav);
        return;
      }
      const name = escapeText(file);
      output.out.write(
        `${name}: ${seconds.toFixed(1)} s of speech.\n` +
          'Play it into the call at one end, and record the other end: begin to record\n' +
          'before it plays, stop after it (docs/recordings.md has it step by step). Then:\n' +
          `  callprobe score ${name} recording.wav\n`,
      );
    });
}
