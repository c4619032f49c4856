import type { Browser, Page } from 'playwright-core';
import type { Clock } from '../../core/clock.ts';
import { waitFor } from '../waiting.ts';
import { chromiumFlags } from './chromium-flags.ts';
import { type CallPage, PAGE_ORIGIN, type PageEvent, SPEECH_URL } from './chromium-page-api.ts';
import { installConnection } from './chromium-page-connection.ts';
import { installSound } from './chromium-page-sound.ts';
import { CHROMIUM_RATE_HZ } from './chromium-sound.ts';
import { EngineMissingError } from './engine-peer.ts';

/** A cold start took 5 s on a machine with two busy cores. */
const LAUNCH_MS = 30_000;
/** Every question to the page is a matter of milliseconds. */
const ANSWER_MS = 10_000;
/** How long the browser may take to end by itself, and then to be gone once killed. Together below a second. */
const CLOSE_MS = 600;
const KILL_MS = 300;

const TEXT_CHANNEL_LABEL = 'text';
const GATHERING_MS = 2000;
/** Pieces of 10 ms that a recording keeps from before the first packet. */
const PIECES_BEFORE = 20;
const MAX_RECORDING_SECONDS = 600;

export interface ChromiumBrowser {
  /** As in `156.0.8078.79`. */
  readonly version: string;
  /** The process that all others of the browser end with; null when it did not tell. */
  readonly processId: number | null;
  /** Asks the page. Rejects when it does not answer in time. */
  ask<K extends keyof CallPage>(question: K, ...values: Parameters<CallPage[K]>): Promise<Awaited<ReturnType<CallPage[K]>>>;
  /** The page's `performance.now()`. */
  pageNow(): Promise<number>;
  /** Makes the browser bind a socket to every address of the machine, not one to all: what it does for a page that may use the microphone. */
  bindEachAddress(): Promise<void>;
  /** Ends every process of it and removes its profile; within a second. May be called again. */
  close(): Promise<void>;
}

export interface BrowserOptions {
  readonly executablePath: string;
  /** Beside those it always gets. */
  readonly flags: readonly string[];
  /** 16-bit samples at 48 kHz. */
  readonly speech: Buffer;
  readonly clock: Clock;
  onEvent(event: PageEvent): void;
  /** The browser or its page has ended before it was closed, and how. */
  onGone(why: string): void;
}

/**
 * Starts the browser without a window, in a new empty profile, with a page that can make a call.
 * @throws EngineMissingError when the driver is not installed or the browser does not start
 */
export async function openBrowser(options: BrowserOptions): Promise<ChromiumBrowser> {
  const { clock } = options;
  const browser = await launch(options);
  const processId = await browserProcess(browser).catch(() => null);
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= endBrowser(browser, processId, clock);
    return closed;
  };
  try {
    const gone = (why: string) => (): void => {
      if (closed === null) options.onGone(why);
    };
    browser.on('disconnected', gone('Chromium has ended'));
    const page = await openPage(browser, options);
    page.on('crash', gone('the page of the call has crashed in Chromium'));
    const session = await page.context().newCDPSession(page);
    return {
      version: browser.version(),
      processId,
      ask: (question, ...values) => within(ANSWER_MS, clock, askPage(page, question, values)),
      async pageNow() {
        const { result } = await within(ANSWER_MS, clock, session.send('Runtime.evaluate', { expression: 'performance.now()' }));
        return result.value as number;
      },
      bindEachAddress: () => within(ANSWER_MS, clock, page.context().grantPermissions(['microphone'], { origin: PAGE_ORIGIN })),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function launch({ executablePath, flags }: BrowserOptions): Promise<Browser> {
  const { chromium } = await import('playwright-core').catch((error: unknown) => {
    throw new EngineMissingError(`the driver of Chromium cannot be loaded: ${firstLine(error)}`, 'npm install playwright-core');
  });
  // Chromium cannot build its sandbox when it runs as root, and does not start then.
  const chromiumSandbox = process.getuid?.() !== 0;
  // The program ends the browser itself when it is interrupted; the driver still kills it when the program exits.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  try {
    return await chromium.launch({
      executablePath,
      headless: true,
      chromiumSandbox,
      args: [...chromiumFlags(), ...flags],
      timeout: LAUNCH_MS,
      ...signals,
    });
  } catch (error) {
    throw new EngineMissingError(`${executablePath} does not start: ${firstLine(error)}`, `see what "${executablePath} --headless" says`);
  }
}

async function openPage(browser: Browser, { speech, clock, onEvent }: BrowserOptions): Promise<Page> {
  const page = await within(ANSWER_MS, clock, browser.newPage({ serviceWorkers: 'block' }));
  page.setDefaultTimeout(ANSWER_MS);
  // Answers for every address there is, so that none is ever looked for.
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url === SPEECH_URL) return route.fulfill({ contentType: 'application/octet-stream', body: speech });
    return url === `${PAGE_ORIGIN}/` ? route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }) : route.abort();
  });
  await page.exposeFunction('tellCallprobe', onEvent);
  await page.goto(`${PAGE_ORIGIN}/`);
  const sound = { rateHz: CHROMIUM_RATE_HZ, piecesBefore: PIECES_BEFORE, maxSeconds: MAX_RECORDING_SECONDS };
  await within(ANSWER_MS, clock, page.evaluate(installSound, sound));
  const connection = { speechUrl: SPEECH_URL, textLabel: TEXT_CHANNEL_LABEL, gatheringMs: GATHERING_MS };
  await within(ANSWER_MS, clock, page.evaluate(installConnection, connection));
  return page;
}

function askPage<K extends keyof CallPage>(
  page: Page,
  question: K,
  values: Parameters<CallPage[K]>,
): Promise<Awaited<ReturnType<CallPage[K]>>> {
  return page.evaluate(
    ([name, given]) => {
      const { callPage } = globalThis as unknown as { callPage: Record<string, (...values: unknown[]) => unknown> };
      return callPage[name]?.(...given);
    },
    [question as string, values as unknown[]] as const,
  ) as Promise<Awaited<ReturnType<CallPage[K]>>>;
}

/** The driver does not tell; the browser does. */
async function browserProcess(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.find(({ type }) => type === 'browser')?.id ?? null;
}

async function endBrowser(browser: Browser, pid: number | null, clock: Clock): Promise<void> {
  // The driver waits for the processes to end, and then removes the profile.
  const ended = browser.close().catch(() => undefined);
  const waited = await waitFor(ended, clock.now() + CLOSE_MS, { clock });
  if (waited.end === 'done' || pid === null) return;
  killTree(pid);
  await waitFor(ended, clock.now() + KILL_MS, { clock });
}

/** The driver starts the browser as the head of a process group, where there are such. */
function killTree(pid: number): void {
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
      return;
    } catch {
      // It has ended, or heads no group: then the next way, or none.
    }
  }
}

async function within<T>(ms: number, clock: Clock, promise: Promise<T>): Promise<T> {
  const waited = await waitFor(promise, clock.now() + ms, { clock });
  if (waited.end !== 'done') throw new Error(`Chromium has not answered within ${ms / 1000} s`);
  return waited.value;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
