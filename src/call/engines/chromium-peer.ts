import type { TextChannel, TransportOutcome } from '../peer.ts';
import { type ChromiumBrowser, openBrowser } from './chromium-browser.ts';
import { type ClockOffset, compareClocks, type Handshake } from './chromium-clock.ts';
import { inboundOf } from './chromium-inbound.ts';
import type { PageEvent } from './chromium-page-api.ts';
import { findChromium, isProgram } from './chromium-path.ts';
import { keepLoopback, type SocketBinding } from './chromium-sdp.ts';
import { fromPcm, toPcm } from './chromium-sound.ts';
import type { EngineHearing, EngineOptions, EnginePeer } from './engine-peer.ts';
import { settledOnce } from './settled-once.ts';
import { splitCandidates } from './split-candidates.ts';

/** The clocks are compared so many times; the quickest counts. */
const HANDSHAKES = 20;
/** A recording is fetched in parts of 10 s, so that neither side handles more than a megabyte at once. */
const PART_SAMPLES = 480_000;

export interface ChromiumOptions extends EngineOptions {
  /** A Chromium of one's own choice. */
  readonly executablePath?: string;
  /** PATH, and CALLPROBE_CHROMIUM. Default: the program's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** More flags for the browser. */
  readonly flags?: readonly string[];
}

/** What Chromium heard, and how far its times can be trusted. */
export interface ChromiumHearing extends EngineHearing {
  /** `startedAtMs` is right to this, ms either way; the pace at which the browser plays adds up to 1 ms. */
  readonly clockErrorMs: number;
  /** For how long, in all, the browser did not play because the machine was too busy. Those moments are missing from the recording. Milliseconds. */
  readonly skippedMs: number;
}

export interface ChromiumPeer extends EnginePeer {
  hearing(): Promise<ChromiumHearing | null>;
  /** Resolves, with why, when the browser ends before it was closed. */
  readonly broken: Promise<string>;
  /** The browser's first process, with which all others end; null where it did not tell. */
  readonly processId: number | null;
}

/**
 * Starts the Chromium of this machine as one end of a call: its own WebRTC stack, its own NetEq, its own Opus.
 * @throws EngineMissingError when there is no Chromium or no driver for it, or it does not start
 */
export async function openChromium(options: ChromiumOptions): Promise<ChromiumPeer> {
  const { address, clock, environment = process.env, flags = [] } = options;
  const executablePath = findChromium({ given: options.executablePath, environment, platform: process.platform, exists: isProgram });
  const ice = settledOnce<TransportOutcome>();
  const dtls = settledOnce<TransportOutcome>();
  const broken = settledOnce<string>();
  const text = createTextEnd((bytes) => void browser.ask('sendText', bytes).catch(() => undefined));
  const browser = await openBrowser({
    executablePath,
    flags,
    speech: toPcm(options.speech),
    clock,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onEvent(event) {
      if (event.kind === 'ice') ice.settle(event.outcome);
      if (event.kind === 'dtls') dtls.settle(event.outcome);
      text.onEvent(event);
    },
    onGone(why) {
      broken.settle(why);
      ice.settle('failed');
      dtls.settle('failed');
    },
  });
  const { ask } = browser;
  let binding: SocketBinding;
  let offset: ClockOffset;
  try {
    options.signal?.throwIfAborted();
    binding = await chooseBinding(browser, address);
    await ask('prepare');
    offset = await compareWith(browser, clock);
  } catch (error) {
    await browser.close();
    throw error;
  }

  const toClock = (pageMs: number): number => pageMs - offset.offsetMs;
  /** What the other side is told of this one. */
  const announce = (description: string): string => {
    const { sdp, endpoint, others } = keepLoopback(description, address, binding);
    if (endpoint !== null) options.onCandidate(endpoint);
    for (const other of others) options.onOtherCandidate?.(other);
    return sdp;
  };
  // What the page was asked without waiting; it takes questions in order, and the next one finds out whether all went well.
  let before: Promise<void> = Promise.resolve();
  const askFirst = (question: 'openTextChannel' | 'echoTexts'): void => {
    before = Promise.all([before, ask(question)]).then(() => undefined);
    before.catch(() => undefined);
  };

  return {
    name: `Chromium ${browser.version}`,
    ice: ice.promise,
    dtls: dtls.promise,
    broken: broken.promise,
    processId: browser.processId,
    async createOffer() {
      await before;
      return announce(await ask('createOffer'));
    },
    async acceptOffer(offer) {
      await before;
      const { sdp, candidates } = splitCandidates(offer);
      const answer = announce(await ask('createAnswer', sdp));
      await ask('addCandidates', candidates);
      return answer;
    },
    acceptAnswer: (answer) => ask('acceptAnswer', answer),
    openTextChannel() {
      askFirst('openTextChannel');
      return text.channel;
    },
    echoTexts: () => askFirst('echoTexts'),
    speak: async () => toClock(await ask('speak')),
    async hearing() {
      const heard = await ask('stopRecording');
      if (heard === null) return null;
      const parts: Buffer[] = [];
      for (let from = 0; from < heard.samples; from += PART_SAMPLES) {
        parts.push(Buffer.from(await ask('recordingPart', from, PART_SAMPLES), 'base64'));
      }
      return {
        recording: fromPcm(Buffer.concat(parts)),
        startedAtMs: toClock(heard.startedAtMs),
        inbound: inboundOf(heard.inbound, heard.inboundWhenSpoken),
        clockErrorMs: offset.errorMs,
        skippedMs: heard.skippedMs,
      };
    },
    roundTripSeconds: () => ask('roundTripSeconds'),
    close: () => browser.close(),
  };
}

/**
 * One socket for all addresses where the browser finds a default route, else one for each: on a machine that has loopback alone, or no way out.
 * With one socket all it sends to loopback comes from loopback; with several, also from the other addresses, whose packets the relay does not take.
 */
async function chooseBinding(browser: ChromiumBrowser, address: string): Promise<SocketBinding> {
  const probe = await browser.ask('probeAddresses');
  if (keepLoopback(probe, address, 'any').endpoint !== null) return 'any';
  await browser.bindEachAddress();
  return 'each';
}

async function compareWith(browser: ChromiumBrowser, clock: EngineOptions['clock']): Promise<ClockOffset> {
  const handshakes: Handshake[] = [];
  for (let n = 0; n < HANDSHAKES; n++) {
    const askedMs = clock.now();
    const otherMs = await browser.pageNow();
    handshakes.push({ askedMs, otherMs, answeredMs: clock.now() });
  }
  return compareClocks(handshakes);
}

/** This side of the text channel that lives in the page. */
function createTextEnd(send: (bytes: number[]) => void): { readonly channel: TextChannel; onEvent(event: PageEvent): void } {
  const listeners: ((text: Uint8Array) => void)[] = [];
  let open = false;
  return {
    channel: {
      send(text) {
        if (open) send([...text]);
        return open;
      },
      onText: (listener) => listeners.push(listener),
    },
    onEvent(event) {
      if (event.kind === 'text-channel') open = event.open;
      if (event.kind === 'text') for (const listener of listeners) listener(Uint8Array.from(event.bytes));
    },
  };
}
