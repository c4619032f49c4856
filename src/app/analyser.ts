import { Worker } from 'node:worker_threads';
import { analyseDirection, type DirectionAnalysis, type DirectionInput } from './analyse-direction.ts';
import { createReferenceKeeper } from './reference-keeper.ts';

/** Judges directions, several side by side where it has threads. */
export interface Analyser {
  /** One analysis per input, in order; null where the signal stopped it first. Rejects for bugs only. */
  analyse(inputs: readonly DirectionInput[], signal: AbortSignal): Promise<(DirectionAnalysis | null)[]>;
  /** Lets the threads go; later calls fail. */
  close(): Promise<void>;
}

/** Judges on the calling thread, one direction after another: for tests, and for callers with a thread of their own. */
export const inlineAnalyser: Analyser = createInlineAnalyser();

function createInlineAnalyser(): Analyser {
  const references = createReferenceKeeper();
  return {
    async analyse(inputs, signal) {
      const analyses: (DirectionAnalysis | null)[] = [];
      for (const input of inputs) analyses.push(signal.aborted ? null : await analyseDirection(input, references));
      return analyses;
    },
    close: () => Promise.resolve(),
  };
}

/** A thread, and whether it can still be asked. */
interface Thread {
  readonly worker: Worker;
  dead: boolean;
}

/** What a thread says of one input; `died` when it can say no more, null when it was not waited for. */
type Answer = { readonly analysis: DirectionAnalysis } | { readonly error: unknown } | 'died' | null;

/** The ways a thread ends without an answer. */
const DEATHS = ['error', 'exit', 'messageerror'] as const;

/**
 * An analyser with its own threads, started at once, so that they have loaded the program while the call is still going on. What a thread that
 * died cannot judge any more is judged on the calling thread.
 * @param threads as many as directions that are to be judged side by side
 */
export function openAnalyser(threads: number): Analyser {
  const all = Array.from({ length: threads }, startThread);
  return {
    async analyse(inputs, signal) {
      const analyses: (DirectionAnalysis | null)[] = inputs.map(() => null);
      const lane = async (thread: Thread, first: number): Promise<void> => {
        for (let i = first; i < inputs.length; i += all.length) analyses[i] = await judge(thread, inputs[i] as DirectionInput, signal);
      };
      await Promise.all(all.map(lane));
      return analyses;
    },
    async close() {
      await Promise.all(all.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(): Thread {
  const worker = new Worker(new URL('./analysis-worker.js', import.meta.url));
  const thread: Thread = { worker, dead: false };
  for (const death of DEATHS) {
    worker.on(death, () => {
      thread.dead = true;
    });
  }
  worker.unref();
  return thread;
}

/** Judges one input; null when the signal comes first. Rejects when the judging itself failed. */
async function judge(thread: Thread, input: DirectionInput, signal: AbortSignal): Promise<DirectionAnalysis | null> {
  if (signal.aborted) return null;
  const answer = thread.dead ? 'died' : await ask(thread.worker, input, signal);
  if (answer === 'died') return await analyseDirection(input);
  if (answer !== null && 'error' in answer) throw answer.error;
  return answer === null ? null : answer.analysis;
}

/** Hands a thread its input; it has no other meanwhile. */
async function ask(worker: Worker, input: DirectionInput, signal: AbortSignal): Promise<Answer> {
  let stopListening = (): void => {};
  const answer = new Promise<Answer>((resolve) => {
    const onDeath = (): void => resolve('died');
    const onAbort = (): void => resolve(null);
    worker.once('message', resolve);
    for (const death of DEATHS) worker.once(death, onDeath);
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => {
      worker.off('message', resolve);
      for (const death of DEATHS) worker.off(death, onDeath);
      signal.removeEventListener('abort', onAbort);
    };
  });
  worker.ref();
  worker.postMessage(input);
  try {
    return await answer;
  } finally {
    worker.unref();
    stopListening();
  }
}
