import { machineHost } from '../app/host.ts';
import { EXIT } from './exit-codes.ts';
import { processOutput } from './output.ts';
import { runProgram } from './program.ts';

// Whoever reads the output may go away first (`callprobe | head`): that is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// The exit code is set and the loop left to drain: leaving at once would cut off output that is still on its way to a pipe.
try {
  process.exitCode = await runProgram(process.argv, machineHost().tool.version, processOutput(process.env, process.argv));
} catch (error) {
  process.stderr.write(
    `callprobe: this is a bug in callprobe, please report it with what follows\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = EXIT.bug;
}
