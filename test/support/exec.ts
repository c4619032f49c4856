import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Execution {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code, or the name of the signal that ended it. */
  readonly status: number | NodeJS.Signals | null;
  readonly seconds: number;
}

export interface ExecOptions {
  readonly cwd?: string;
  /** Sends the signal once the program's stderr or stdout shows the text, or after so many ms. */
  readonly interrupt?: { readonly signal: NodeJS.Signals; readonly afterMs: number };
  readonly timeoutMs?: number;
  /** Beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
}

const PROGRAM: string = join(import.meta.dirname, '../../bin/callprobe.js');
const DEFAULT_TIMEOUT_MS = 50_000;

/** Runs the built program as a user would, with nothing of this environment but PATH. A run over its timeout is killed: status SIGKILL. */
export function callprobe(args: readonly string[], options: ExecOptions = {}): Promise<Execution> {
  const begin = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timeout = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const { interrupt } = options;
  const interruption = interrupt === undefined ? undefined : setTimeout(() => child.kill(interrupt.signal), interrupt.afterMs);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timeout);
      clearTimeout(interruption);
      resolve({ stdout, stderr, status: code ?? signal, seconds: (performance.now() - begin) / 1000 });
    });
  });
}

/** A folder of its own for a test, and its removal. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'callprobe-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
