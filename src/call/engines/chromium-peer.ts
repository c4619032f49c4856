import type { TextChannel, TransportOutcome } from '../peer.ts';
import { type ChromiumBrowser, openBrowser } from './chromium-browser.ts';
import { type ClockOffset, compareClocks, type Handshake } from './chromium-clock.ts';
import type { PageEvent } from './chromium-page-api.ts';
import { findChromium, isProgram } from './chromium-path.ts';
import { keepLoopback, type SocketBinding, splitCandidates } from './chromium-sdp.ts';
import { fromPcm, toPcm } from './chromium-sound.ts';
import type { EngineHearing, EngineOptions, EnginePeer } from './engine-peer.ts';

/** The clocks are compared so many times; the quickest counts. */
const HANDSHAKES = 20;
/** A recording is fetched in parts of 10 s, so that neither side handles more than a megabyte at once. */
const PART_SAMPLES = 480_000;

export interface ChromiumOptions extends EngineOptions {
  /** A Chromium of one's own choice. */
  readonly executablePath?: string;
  /** PATH, and CALLPROBE_CHROMIUM. Default: the program's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
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
}

/**
 * Starts the Chromium of this machine as one end of a call: its own WebRTC stack, its own NetEq, its own Opus.
 * @throws EngineMissingError when there is no Chromium or no driver for it, or it does not start
 */
export async function openChromium(options: ChromiumOptions): Promise<ChromiumPeer> {
  const { address, clock, environment = process.env } = options;
  const executablePath = findChromium({ given: options.executablePath, environment, platform: process.platform, exists: isProgram });
  const ice = createOutcome();
  const dtls = createOutcome();
  const textListeners: ((text: Uint8Array) => void)[] = [];
  let textOpen = false;
  const onGone = (): void => {
    textOpen = false;
    ice.settle('failed');
    dtls.settle('failed');
  };
  const onEvent = (event: PageEvent): void => {
    if (event.kind === 'text') for (const listener of textListeners) listener(Uint8Array.from(event.bytes));
    else if (event.kind === 'text-open') textOpen = true;
    else (event.kind === 'ice' ? ice : dtls).settle(event.outcome);
  };
  const browser = await openBrowser({ executablePath, speech: toPcm(options.speech), clock, onEvent, onGone });
  const { ask } = browser;
  let binding: SocketBinding;
  let offset: ClockOffset;
  try {
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
    const { sdp, endpoint } = keepLoopback(description, address, binding);
    if (endpoint !== null) options.onCandidate(endpoint);
    return sdp;
  };
  // Questions to the page that the interface does not wait for; those that follow do.
  let before: Promise<unknown> = Promise.resolve();
  const later = (question: Promise<unknown>): void => {
    before = Promise.all([before, question]);
    before.catch(() => undefined);
  };

  return {
    name: `Chromium ${browser.version}`,
    ice: ice.outcome,
    dtls: dtls.outcome,
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
      later(ask('openTextChannel'));
      const channel: TextChannel = {
        send(text) {
          if (!textOpen) return false;
          ask('sendText', [...text]).catch(() => undefined);
          return true;
        },
        onText: (listener) => textListeners.push(listener),
      };
      return channel;
    },
    echoTexts: () => later(ask('echoTexts')),
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
        inbound: heard.inbound,
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

function createOutcome(): { readonly outcome: Promise<TransportOutcome>; settle(outcome: TransportOutcome): void } {
  let settle = (_outcome: TransportOutcome): void => undefined;
  const outcome = new Promise<TransportOutcome>((resolve) => {
    settle = resolve;
  });
  return { outcome, settle };
}
