import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { waitFor } from '../waiting.ts';
import { chromiumFlags } from './chromium-flags.ts';
import { EngineMissingError } from './engine-peer.ts';
import { oneLine } from './one-line.ts';
import type { DriverBrowser, Playwright } from './playwright-api.ts';

/** Not written where it is imported: the compiler would look for it, and it is optional. */
const DRIVER: string = 'playwright-core';
/** Eight seconds were seen on two cores that others kept busy. */
const LAUNCH_MS = 30_000;
/** It says who it is at once. */
const IDENTIFY_MS = 5_000;
/** How long the browser may take to end by itself, and then to be gone once killed. Together below a second. */
const CLOSE_MS = 600;
const KILL_MS = 300;

export interface ChromiumProcess {
  readonly browser: DriverBrowser;
  /** The process that all others of the browser end with; null when it did not tell. */
  readonly id: number | null;
  /** Ends every process and removes every file of it; within a second. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts the browser without a window, in a new empty profile that the driver makes and removes.
 * @param flags beside those it always gets
 * @throws EngineMissingError when the driver is not installed or the browser does not start
 */
export async function startProcess(executablePath: string, flags: readonly string[], clock: Clock): Promise<ChromiumProcess> {
  const home = createHome();
  const browser = await launch(executablePath, flags, home.environment).catch((error: unknown) => {
    home.remove();
    throw error;
  });
  const id = await processId(browser, clock).catch(() => null);
  let closed: Promise<void> | null = null;
  return {
    browser,
    id,
    close() {
      closed ??= end(browser, id, clock).finally(home.remove);
      return closed;
    },
  };
}

async function launch(executablePath: string, flags: readonly string[], env: NodeJS.ProcessEnv): Promise<DriverBrowser> {
  const { chromium } = await (import(DRIVER) as Promise<Playwright>).catch((error: unknown) => {
    throw new EngineMissingError(`the driver of Chromium cannot be loaded: ${oneLine(error)}`, 'npm install playwright-core');
  });
  // Chromium cannot build its sandbox when it runs as root, and does not start then.
  const chromiumSandbox = process.getuid?.() !== 0;
  // The program ends the browser itself when it is interrupted; the driver still kills it when the program exits.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const args = [...chromiumFlags(), ...flags];
  try {
    return await chromium.launch({
      executablePath,
      headless: true,
      chromiumSandbox,
      args,
      env: defined(env),
      timeout: LAUNCH_MS,
      ...signals,
    });
  } catch (error) {
    throw new EngineMissingError(`${executablePath} does not start: ${firstLine(error)}`, `see what "${executablePath} --headless" says`);
  }
}

/**
 * What the browser keeps beside its profile, a lock, reports of crashes and caches (freedesktop.org's base directories), goes to a folder that ends with it.
 * Elsewhere than on Linux the places are fixed, and hold only what any start of this browser leaves there.
 */
function createHome(): { readonly environment: NodeJS.ProcessEnv; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'callprobe-chromium-'));
  const remove = (): void => {
    process.off('exit', remove);
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
    } catch {
      // A process that is being killed may still write there: an empty folder of temporary ones is no reason to fail.
    }
  };
  process.on('exit', remove);
  const places = process.platform === 'linux' ? { XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder, TMPDIR: folder } : {};
  return { environment: { ...process.env, ...places }, remove };
}

/** The driver does not tell which process it started; the browser does. */
async function processId(browser: DriverBrowser, clock: Clock): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const answer = await waitFor(session.send('SystemInfo.getProcessInfo'), clock.now() + IDENTIFY_MS, { clock });
  return answer.end === 'done' ? (answer.value.processInfo.find(({ type }) => type === 'browser')?.id ?? null) : null;
}

async function end(browser: DriverBrowser, id: number | null, clock: Clock): Promise<void> {
  // The driver waits for the processes to end, and then removes the profile.
  const ended = browser.close().catch(() => undefined);
  const waited = await waitFor(ended, clock.now() + CLOSE_MS, { clock });
  if (waited.end === 'done' || id === null) return;
  killTree(id);
  await waitFor(ended, clock.now() + KILL_MS, { clock });
}

/** The driver starts the browser as the head of a process group, where there are such. */
function killTree(id: number): void {
  for (const target of process.platform === 'win32' ? [id] : [-id, id]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch {
      // It has ended, or heads no group: then the next way, or none.
    }
  }
}

function defined(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
