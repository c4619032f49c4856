import { Worker } from 'node:worker_threads';
import { analyseDirection, type DirectionAnalysis, type DirectionInput } from './analyse-direction.ts';

/** Judges directions, several side by side where it has threads. */
export interface Analyser {
  /** One analysis per input, in order; null where the signal stopped it first. Rejects for bugs only. */
  analyse(inputs: readonly DirectionInput[], signal: AbortSignal): Promise<(DirectionAnalysis | null)[]>;
  /** Lets the threads go; later calls fail. */
  close(): Promise<void>;
}

/** Judges on the calling thread, one direction after another: for tests, and for callers with a thread of their own. */
export const inlineAnalyser: Analyser = {
  async analyse(inputs, signal) {
    const analyses: (DirectionAnalysis | null)[] = [];
    for (const input of inputs) analyses.push(signal.aborted ? null : await analyseDirection(input));
    return analyses;
  },
  close: () => Promise.resolve(),
};

/**
 * An analyser with its own threads, started at once, so that they have loaded the program while the call is still going on.
 * @param threads as many as directions that are to be judged side by side
 */
export function openAnalyser(threads: number): Analyser {
  const workers = Array.from({ length: threads }, () => new Worker(new URL('./analysis-worker.js', import.meta.url)));
  for (const worker of workers) worker.unref();
  return {
    async analyse(inputs, signal) {
      const analyses: (DirectionAnalysis | null)[] = inputs.map(() => null);
      const lane = async (worker: Worker, first: number): Promise<void> => {
        for (let i = first; i < inputs.length; i += workers.length) analyses[i] = await runOn(worker, inputs[i] as DirectionInput, signal);
      };
      await Promise.all(workers.map(lane));
      return analyses;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

type WorkerAnswer = { readonly analysis: DirectionAnalysis } | { readonly error: unknown };

/** One input on one thread, which has no other meanwhile. Resolves to null when the signal comes first. */
function runOn(worker: Worker, input: DirectionInput, signal: AbortSignal): Promise<DirectionAnalysis | null> {
  if (signal.aborted) return Promise.resolve(null);
  let stopListening = (): void => {};
  const answer = new Promise<DirectionAnalysis | null>((resolve, reject) => {
    const onAnswer = (message: WorkerAnswer): void => ('analysis' in message ? resolve(message.analysis) : reject(message.error));
    const onAbort = (): void => resolve(null);
    worker.once('message', onAnswer);
    worker.once('error', reject);
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => {
      worker.off('message', onAnswer);
      worker.off('error', reject);
      signal.removeEventListener('abort', onAbort);
    };
  });
  worker.ref();
  worker.postMessage(input);
  return answer.finally(() => {
    worker.unref();
    stopListening();
  });
}
