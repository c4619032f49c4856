import { encodeSpeech } from '../../src/audio/opus.ts';
import { clockRateHz } from '../../src/audio/rtp-format.ts';
import { findChromium, isProgram } from '../../src/call/engines/chromium-path.ts';
import { type ChromiumHearing, type ChromiumOptions, type ChromiumPeer, openChromium } from '../../src/call/engines/chromium-peer.ts';
import { createPeer, type IncomingRtp } from '../../src/call/peer.ts';
import { startSender } from '../../src/call/sender.ts';
import { routeThroughRelay } from '../../src/call/signalling.ts';
import type { SentPacket } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { createFateLog } from '../../src/path/fate-log.ts';
import { openRelay, type RelayCounters, type Side } from '../../src/path/relay.ts';
import { machineClock } from '../../src/path/relay-clock.ts';

const LOOPBACK = '127.0.0.1';
const CODEC = { name: 'opus', bitrateBps: 32_000, complexity: 9, fec: true, declaredLossRatio: 0.1, dtx: false, packetTimeMs: 20 } as const;
const STEP_MS = 15_000;
/** How long the line stays open after the last word. */
const TAIL_MS = 500;

/** What a test that needs Chromium says where it is absent. */
export const NO_CHROMIUM = 'needs Chromium, which is not installed';
export function hasChromium(): boolean {
  try {
    findChromium({ environment: process.env, platform: process.platform, exists: isProgram });
    return true;
  } catch {
    return false;
  }
}

export interface ChromiumCall {
  readonly name: string;
  readonly offer: string;
  readonly answer: string;
  /** What the other peer sent, and when its first packet was due, clock ms. */
  readonly sent: readonly SentPacket[];
  readonly sentFromMs: number;
  /** What it received. */
  readonly received: readonly (IncomingRtp & { readonly arrivalMs: number })[];
  /** When Chromium says it began to speak, clock ms. */
  readonly spokeFromMs: number;
  readonly hearing: ChromiumHearing | null;
  readonly roundTripSeconds: number | null;
  /** Texts sent by whoever offered, and those that came back. */
  readonly texts: { readonly sent: number; readonly echoed: number };
  readonly relay: RelayCounters;
}

export interface ChromiumCallOptions {
  /** Where Chromium sits. The caller offers. */
  readonly side: Side;
  /** Both say it. */
  readonly speech: Signal;
  /** Runs while both speak. */
  during?(chromium: ChromiumPeer): Promise<void>;
  /** Null: Chromium is never sent a packet of speech. */
  readonly chromium?: Partial<ChromiumOptions>;
  readonly silent?: boolean;
}

/** A call between Chromium and werift through a relay without impairments, both saying the same at the same time. */
export async function callChromium({
  side,
  speech,
  during,
  silent = false,
  chromium: own = {},
}: ChromiumCallOptions): Promise<ChromiumCall> {
  const clock = machineClock;
  const { packets } = await encodeSpeech(speech, CODEC);
  const originMs = clock.now();
  const emulator = createEmulator([], createRng(1), originMs);
  const relay = await openRelay({ emulator, log: createFateLog(originMs), clock, address: LOOPBACK });
  const other: Side = side === 'caller' ? 'callee' : 'caller';
  const received: ChromiumCall['received'][number][] = [];
  const chromium = await openChromium({
    address: LOOPBACK,
    speech,
    clock,
    onCandidate: (endpoint) => relay.setPeer(side, endpoint),
    ...own,
  });
  const werift = createPeer(LOOPBACK, CODEC, {
    onCandidate: (endpoint) => relay.setPeer(other, endpoint),
    onRtp: (packet) => received.push({ ...packet, arrivalMs: clock.now() }),
  });
  try {
    const [caller, callee] = side === 'caller' ? [chromium, werift] : [werift, chromium];
    const channel = caller.openTextChannel();
    callee.echoTexts();
    const texts = { sent: 0, echoed: 0 };
    channel.onText(() => texts.echoed++);

    const offer = await caller.createOffer();
    const answer = await callee.acceptOffer(routeThroughRelay(offer, { address: LOOPBACK, port: relay.calleePort }));
    await caller.acceptAnswer(routeThroughRelay(answer, { address: LOOPBACK, port: relay.callerPort }));
    const outcomes = await inTime(Promise.all([caller.ice, callee.ice, caller.dtls, callee.dtls]), 'connecting');
    if (outcomes.includes('failed')) throw new Error(`the call was not connected: ${outcomes}`);

    const spoke = chromium.speak();
    const sentFromMs = clock.now();
    const sender = startSender({
      clock,
      originMs: 0,
      startMs: sentFromMs,
      packetTimeMs: CODEC.packetTimeMs,
      clockRateHz: clockRateHz(CODEC),
      packets: silent ? [] : packets,
      rng: createRng(1),
      send: (packet) => werift.sendRtp(packet),
    });
    const texting = setInterval(() => {
      if (channel.send(Uint8Array.of(texts.sent & 0xff, 1, 2))) texts.sent++;
    }, 100);
    const spokeFromMs = await inTime(spoke, 'beginning to speak');
    await during?.(chromium);
    await sleep(Math.max(0, sentFromMs + packets.length * CODEC.packetTimeMs - clock.now()));
    clearInterval(texting);
    await sleep(TAIL_MS);
    const roundTripSeconds = await chromium.roundTripSeconds();
    const hearing = await inTime(chromium.hearing(), 'handing over the recording');
    return {
      name: chromium.name,
      offer,
      answer,
      sent: sender.sent,
      sentFromMs,
      received,
      spokeFromMs,
      hearing,
      roundTripSeconds,
      texts,
      relay: relay.counters(),
    };
  } finally {
    await Promise.all([chromium.close(), inTime(werift.close(), 'closing').catch(() => undefined)]);
    await relay.close();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${STEP_MS} ms`)), STEP_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
