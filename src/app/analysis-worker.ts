import { parentPort } from 'node:worker_threads';
import { analyseDirection, type DirectionInput } from './analyse-direction.ts';

/** The thread's end of an analyser: one direction in, its analysis (or what went wrong) out. */
parentPort?.on('message', (input: DirectionInput) => {
  analyseDirection(input).then(
    (analysis) => parentPort?.postMessage({ analysis }, [analysis.recording.samples.buffer as ArrayBuffer]),
    (error: unknown) => parentPort?.postMessage({ error }),
  );
});
