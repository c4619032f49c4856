import { parentPort } from 'node:worker_threads';
import { analyseDirection, type DirectionInput } from './analyse-direction.ts';
import { createReferenceKeeper } from './reference-keeper.ts';

/** All that a thread is asked for in its life is mostly of one call, or of one stimulus. */
const references = createReferenceKeeper();

/** The thread's end of an analyser: one direction in, its analysis (or what went wrong) out. */
parentPort?.on('message', (input: DirectionInput) => {
  analyseDirection(input, references).then(
    (analysis) => parentPort?.postMessage({ analysis }, [analysis.recording.samples.buffer as ArrayBuffer]),
    (error: unknown) => parentPort?.postMessage({ error }),
  );
});
