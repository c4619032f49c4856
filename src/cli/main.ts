import { machineHost } from '../app/host.ts';
import { EXIT } from './exit-codes.ts';
import { processOutput } from './output.ts';
import { runProgram } from './program.ts';

/** Bounds how long a run that a bug has broken may take to save what it has. */
const LAST_WORDS_MS = 5_000;

/** What the exit code is to be whatever the command says: output that could not be written, or a bug outside the command's own path. */
let forced: number | null = null;

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads the output may go away first (`callprobe | head`): that is no error of ours.
    if (error.code === 'EPIPE' || forced !== null) return;
    forced = EXIT.usage;
    process.exitCode = forced;
    process.stderr.write(`callprobe: the output cannot be written (${error.code ?? error.message})\n  check where it is sent to\n`);
  });
}

process.on('uncaughtException', (error) => {
  tellBug(error);
  if (forced === EXIT.bug || process.listenerCount('SIGTERM') === 0) process.exit(EXIT.bug);
  forced = EXIT.bug;
  // A run in progress saves what it has, as when it is terminated.
  process.emit('SIGTERM');
  setTimeout(() => process.exit(EXIT.bug), LAST_WORDS_MS).unref();
});

// The exit code is set and the loop left to drain: leaving at once would cut off output that is still on its way to a pipe.
try {
  const exitCode = await runProgram(process.argv, machineHost().tool.version, processOutput(process.env, process.argv));
  process.exitCode = forced ?? exitCode;
} catch (error) {
  tellBug(error);
  process.exitCode = EXIT.bug;
  // What the bug has left open must not keep the program alive.
  setTimeout(() => process.exit(EXIT.bug), LAST_WORDS_MS).unref();
}

function tellBug(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`callprobe: this is a bug in callprobe; please report it with what follows\n${stack}\n`);
}
