import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Answer, type Order, readAnswer } from './libwebrtc-messages.ts';
import { oneLine } from './one-line.ts';

/** How long the process may take to leave when it is asked to, before it is killed. */
const LEAVE_MS = 200;
/** Of what the process wrote to its standard error, so much is looked at to explain its end, characters. */
const MAX_LAST_WORDS = 4_000;

type AnswerOf<Kind extends Answer['kind']> = Extract<Answer, { readonly kind: Kind }>;

/** The process that holds libwebrtc, as its parent sees it. */
export interface LibwebrtcProcess {
  tell(order: Order): void;
  /** The next answer of a kind. Rejects when the process ends before. Bound the wait. */
  next<Kind extends Answer['kind']>(kind: Kind): Promise<AnswerOf<Kind>>;
  /** Resolves with why when the process ends, or cannot go on, before it was closed. */
  readonly broken: Promise<string>;
  /** Ends the process, by force when it does not leave at once. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts the process.
 * @param program its file
 * @param wrtcPath where `@roamhq/wrtc` lies
 * @param onAnswer told of every answer before whoever waits for it
 */
export function openLibwebrtcProcess(program: URL, wrtcPath: string, onAnswer: (answer: Answer) => void): LibwebrtcProcess {
  const child = fork(fileURLToPath(program), [wrtcPath], {
    // The structured kind: sound passes as bytes and not as text.
    serialization: 'advanced',
    execArgv: [],
    // A group of its own: Ctrl-C reaches all of the terminal's group, and would end it before it has told what it heard.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const waiting = new Map<Answer['kind'], { resolve(answer: Answer): void; reject(error: Error): void }[]>();
  let why: string | null = null;
  let closing = false;
  let lastWords = '';
  let tellBroken: (why: string) => void = () => undefined;
  const broken = new Promise<string>((resolve) => {
    tellBroken = resolve;
  });
  const giveUp = (reason: string): void => {
    if (why !== null || closing) return;
    why = reason;
    for (const waiters of waiting.values()) for (const { reject } of waiters) reject(new Error(reason));
    waiting.clear();
    tellBroken(reason);
  };
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      const words = oneLine(lastWords);
      giveUp(`its process ended (${signal ?? `exit code ${code}`})${words === '' ? '' : `: ${words}`}`);
      resolve();
    });
    child.once('error', (error) => {
      giveUp(`its process could not be run (${oneLine(error)})`);
      if (child.pid === undefined) resolve();
    });
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(0, MAX_LAST_WORDS);
  });
  child.on('message', (message) => {
    const answer = understand(message);
    if (answer === null || answer.kind === 'failed') {
      giveUp(answer === null ? 'its process told what makes no sense' : oneLine(answer.message));
      return;
    }
    onAnswer(answer);
    for (const { resolve } of waiting.get(answer.kind)?.splice(0, 1) ?? []) resolve(answer);
  });

  return {
    tell: (order) => send(child, order),
    next: <Kind extends Answer['kind']>(kind: Kind) =>
      new Promise<AnswerOf<Kind>>((resolve, reject) => {
        if (why !== null) return reject(new Error(why));
        const waiters = waiting.get(kind) ?? [];
        waiting.set(kind, waiters);
        waiters.push({ resolve: (answer) => resolve(answer as AnswerOf<Kind>), reject });
      }),
    broken,
    async close() {
      closing = true;
      send(child, { kind: 'close' });
      const timer = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** A process that is gone takes no orders; that it is gone is told elsewhere. */
function send(child: ChildProcess, order: Order): void {
  if (child.connected) child.send(order, () => undefined);
}

function understand(message: unknown): Answer | null {
  try {
    return readAnswer(message);
  } catch {
    return null;
  }
}
