import { Command, CommanderError } from 'commander';
import { UserError } from '../core/errors.ts';
import { escapeText } from '../report/terminal-text.ts';
import { addCompare } from './commands/compare.ts';
import { addPaths } from './commands/paths.ts';
import { addReplay } from './commands/replay.ts';
import { addRun } from './commands/run.ts';
import { addScore } from './commands/score.ts';
import { addStimulus } from './commands/stimulus.ts';
import { EXIT } from './exit-codes.ts';
import type { Output } from './output.ts';

/** What a command adds itself with: where it writes, and how it says its exit code. */
export interface CommandContext {
  readonly output: Output;
  finish(exitCode: number): void;
}

const EXAMPLES = `
Examples:
  callprobe                                   a call over the clear path
  callprobe run --path whatsapp-2025-08       the same call, harmed on the way
  callprobe run --reference voice.wav --json  your own speech; report as JSON
  callprobe score reference.wav recording.wav
  callprobe stimulus -o reference.wav         speech to play into any call
  callprobe compare callprobe-runs/*          home against mobile, by label
`;

/** Runs one command line. Returns the exit code; rejects for bugs only. */
export async function runProgram(argv: readonly string[], version: string, output: Output): Promise<number> {
  let exitCode: number = EXIT.ok;
  const context: CommandContext = {
    output,
    finish(code) {
      exitCode = code;
    },
  };
  try {
    const program = buildProgram(version, context);
    checkCommand(program, argv[2]);
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof UserError)) throw error;
    output.err.write(`callprobe: ${escapeText(error.message)}\n  ${escapeText(error.hint)}\n`);
    return EXIT.usage;
  }
}

/** `run` is what no command means, so commander would take a misspelt command for an argument of it. */
function checkCommand(program: Command, first: string | undefined): void {
  const names = [...program.commands.map((command) => command.name()), 'help'];
  if (first === undefined || first.startsWith('-') || names.includes(first)) return;
  throw new UserError('unknown-command', `there is no command "${first}"`, `the commands are ${names.join(', ')}`);
}

function buildProgram(version: string, context: CommandContext): Command {
  const { output } = context;
  const program = new Command('callprobe')
    .description('Places a test call through a network path, listens to what arrives, and says what is wrong with the sound.')
    .version(version)
    .option('--color', 'use colours also where the output is no terminal')
    .option('--no-color', 'use no colours')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('  callprobe --help tells the commands and flags')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out.write(text),
      writeErr: (text) => output.err.write(text),
      outputError: (text, write) => write(`${escapeText(text.replace(/^error: /, 'callprobe: ').trimEnd())}\n`),
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
    });
  for (const add of [addRun, addScore, addReplay, addCompare, addPaths, addStimulus]) add(program, context);
  return program;
}
