import type { RunProgress } from '../app/run.ts';
import type { Output } from './output.ts';

const PHASE_WORDS: Readonly<Record<string, string>> = {
  resolving: "looking up the relay's name",
  reaching: 'reaching the relay',
  allocating: 'asking the relay for addresses',
  gathering: 'looking for ways to connect',
  ice: 'connecting',
  dtls: 'agreeing on keys',
  firstMedia: 'waiting for the first sound',
  sustainedMedia: 'talking',
  text: 'trying text',
};
const CLEAR_LINE = '\r\u001b[2K';

/** How far other receivers have been tried; of null when it is not known yet how many there are. */
export interface TryProgress {
  readonly stage: 'trying';
  readonly done: number;
  readonly of: number | null;
}

/** How much of a recording has been searched for its reference, 0–1. */
export interface SearchProgress {
  readonly stage: 'searching';
  readonly share: number;
}

type Progress = RunProgress | TryProgress | SearchProgress;

export interface ProgressLine {
  show(progress: Progress): void;
  /** Takes the line away again. */
  clear(): void;
}

/** One line that says what is going on, drawn over itself on a terminal; nothing at all elsewhere. */
export function progressLine(output: Output, quiet: boolean): ProgressLine {
  if (!output.interactive || quiet) return { show() {}, clear() {} };
  return {
    show: (progress) => output.err.write(`${CLEAR_LINE}${describe(progress)}`),
    clear: () => output.err.write(CLEAR_LINE),
  };
}

function describe(progress: Progress): string {
  if (progress.stage === 'preparing') return 'preparing the call…';
  if (progress.stage === 'scoring') return 'listening to what arrived…';
  if (progress.stage === 'searching') return `looking for the reference, ${Math.floor(100 * progress.share)} %…`;
  if (progress.stage === 'trying')
    return progress.of === null ? 'listening to what arrived…' : `listening again, ${progress.done} of ${progress.of}…`;
  const { call } = progress;
  if (call.kind === 'media') return `talking, ${Math.floor(call.seconds)} of ${Math.ceil(call.ofSeconds)} s…`;
  const id = call.kind === 'phase-began' ? call.id : call.result.id;
  return `calling: ${PHASE_WORDS[id] ?? id}…`;
}
