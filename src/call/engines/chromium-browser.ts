import type { Clock } from '../../core/clock.ts';
import { waitFor } from '../waiting.ts';
import { type CallPage, PAGE_ORIGIN, type PageEvent, SPEECH_URL } from './chromium-page-api.ts';
import { installConnection } from './chromium-page-connection.ts';
import { installSound } from './chromium-page-sound.ts';
import { startProcess } from './chromium-process.ts';
import { CHROMIUM_RATE_HZ } from './chromium-sound.ts';
import { EngineMissingError } from './engine-peer.ts';
import type { DriverBrowser, DriverPage } from './playwright-api.ts';

/** Every question to the page is a matter of milliseconds on an idle machine. */
const ANSWER_MS = 15_000;
/** A second, likewise; ten were seen on two cores that others kept busy. */
const PAGE_MS = 30_000;
const TEXT_CHANNEL_LABEL = 'text';
const GATHERING_MS = 2000;
/** Pieces of 10 ms that a recording keeps from before the first packet. */
const PIECES_BEFORE = 20;
/** More than the longest call; what is heard beyond it is not kept. */
const MAX_RECORDING_SECONDS = 600;

/** A browser with one page in it, which can make one call. */
export interface ChromiumBrowser {
  /** As in `156.0.8078.79`. */
  readonly version: string;
  readonly processId: number | null;
  /** Asks the page. Rejects when it does not answer in time. */
  ask<K extends keyof CallPage>(question: K, ...values: Parameters<CallPage[K]>): Promise<Awaited<ReturnType<CallPage[K]>>>;
  /** The page's `performance.now()`. */
  pageNow(): Promise<number>;
  /** Makes the browser bind a socket to every address of the machine, not one to all: what it does for a page that may use the microphone. */
  bindEachAddress(): Promise<void>;
  /** Ends every process and removes every file of it; within a second. May be called again. */
  close(): Promise<void>;
}

export interface BrowserOptions {
  readonly executablePath: string;
  readonly flags: readonly string[];
  /** 16-bit samples at 48 kHz. */
  readonly speech: Buffer;
  readonly clock: Clock;
  /** Ends the start between its steps. */
  readonly signal?: AbortSignal;
  onEvent(event: PageEvent): void;
  /** The browser or its page has ended before it was closed, and how. */
  onGone(why: string): void;
}

/**
 * Starts the browser and opens the page of the call in it.
 * @throws EngineMissingError when the driver is not installed, or the browser does not start or lacks what the page needs
 */
export async function openBrowser(options: BrowserOptions): Promise<ChromiumBrowser> {
  const { executablePath, flags, clock } = options;
  const { browser, id, close } = await startProcess(executablePath, flags, clock);
  let closing = false;
  const gone = (why: string) => (): void => {
    if (!closing) options.onGone(why);
  };
  const leave = (): Promise<void> => {
    closing = true;
    return close();
  };
  try {
    options.signal?.throwIfAborted();
    browser.on('disconnected', gone('Chromium has ended'));
    const page = await within(PAGE_MS, clock, openPage(browser, options));
    page.on('crash', gone('the page of the call has crashed in Chromium'));
    const session = await within(ANSWER_MS, clock, page.context().newCDPSession(page));
    return {
      version: browser.version(),
      processId: id,
      ask: (question, ...values) => within(ANSWER_MS, clock, askPage(page, question, values)),
      async pageNow() {
        const { result } = await within(ANSWER_MS, clock, session.send('Runtime.evaluate', { expression: 'performance.now()' }));
        return result.value as number;
      },
      bindEachAddress: () => within(ANSWER_MS, clock, page.context().grantPermissions(['microphone'], { origin: PAGE_ORIGIN })),
      close: leave,
    };
  } catch (error) {
    await leave();
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new EngineMissingError(
      `${executablePath} cannot open the page of a call: ${why}`,
      'try again when the machine is less busy, or with a newer Chromium',
    );
  }
}

async function openPage(browser: DriverBrowser, { speech, onEvent }: BrowserOptions): Promise<DriverPage> {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  // Answers for every address there is, so that none is ever looked for.
  await page.route('**/*', (route) => {
    const url = route.request().url();
    if (url === SPEECH_URL) return route.fulfill({ contentType: 'application/octet-stream', body: speech });
    return url === `${PAGE_ORIGIN}/` ? route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }) : route.abort();
  });
  await page.exposeFunction('tellCallprobe', onEvent);
  await page.goto(`${PAGE_ORIGIN}/`, { timeout: PAGE_MS });
  await page.evaluate(installSound, { rateHz: CHROMIUM_RATE_HZ, piecesBefore: PIECES_BEFORE, maxSeconds: MAX_RECORDING_SECONDS });
  await page.evaluate(installConnection, { speechUrl: SPEECH_URL, textLabel: TEXT_CHANNEL_LABEL, gatheringMs: GATHERING_MS });
  return page;
}

function askPage<K extends keyof CallPage>(
  page: DriverPage,
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

async function within<T>(ms: number, clock: Clock, promise: Promise<T>): Promise<T> {
  const waited = await waitFor(promise, clock.now() + ms, { clock });
  if (waited.end !== 'done') throw new Error(`Chromium has not answered within ${ms / 1000} s`);
  return waited.value;
}
