import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpeechDecoder } from '../../src/audio/opus.ts';
import { openChromium } from '../../src/call/engines/chromium-peer.ts';
import { EngineMissingError } from '../../src/call/engines/engine-peer.ts';
import type { Signal } from '../../src/core/signal.ts';
import { resample } from '../../src/dsp/resample.ts';
import { median } from '../../src/dsp/statistics.ts';
import type { Side } from '../../src/path/relay.ts';
import { machineClock } from '../../src/path/relay-clock.ts';
import { openHandles } from '../support/call.ts';
import { type ChromiumCall, callChromium, hasChromium, NO_CHROMIUM } from '../support/chromium-call.ts';
import { compareSpeech } from '../support/heard-speech.ts';
import { canIsolate, NO_NAMESPACE, runTestOnLoopbackAlone } from '../support/namespace.ts';
import { readNetLog } from '../support/net-log.ts';
import { bundledSpeech } from '../support/speech-files.ts';

/** Two sentences, and silence after them: what NetEq makes up when no packet follows would otherwise sound on. */
const SPEECH: Signal = withSilence(resample(bundledSpeech('en-female', 4), 48_000), 1);
/** A busy machine makes gaps of its own: such a call says nothing of the engine, and is placed again. */
const TRIES = 3;
const MAX_SKIPPED_MS = 25;
const MAX_LATE_MS = 40;
/** What a codec leaves of the likeness of most pieces of speech; NetEq may play one of them faster or slower, but not otherwise. */
const MOST_PIECES = 0.85;
const EACH_PIECE = 0.5;

let folder: string;
beforeEach((context) => {
  if (!hasChromium()) context.skip(NO_CHROMIUM);
  folder = mkdtempSync(join(tmpdir(), 'callprobe-chromium-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A call during which the machine kept time; the last of three when it never did. */
async function calmCall(side: Side): Promise<ChromiumCall> {
  for (let tries = 1; ; tries++) {
    const call = await callChromium({ side, speech: SPEECH });
    const lateMs = Math.max(...call.sent.map(({ sentMs, dueMs }) => sentMs - dueMs));
    const isCalm = lateMs <= MAX_LATE_MS && (call.hearing?.skippedMs ?? 0) <= MAX_SKIPPED_MS;
    if (isCalm || tries === TRIES) return call;
  }
}

/** That pieces of speech are what was said: a piece that was played faster by a pitch cycle correlates less, another piece hardly at all. */
function expectAlike(correlations: readonly number[]): void {
  expect(median(correlations)).toBeGreaterThan(MOST_PIECES);
  expect(Math.min(...correlations)).toBeGreaterThan(EACH_PIECE);
}

function withSilence({ samples, sampleRateHz }: Signal, seconds: number): Signal {
  return { samples: Float32Array.from({ length: samples.length + seconds * sampleRateHz }, (_, n) => samples[n] ?? 0), sampleRateHz };
}

async function decode(packets: ChromiumCall['received']): Promise<Signal> {
  const decoder = await createSpeechDecoder();
  const parts = packets.map(({ payload }) => decoder.decode(payload) ?? new Float32Array(960));
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, sampleRateHz: 48_000 };
}

describe.each(['callee', 'caller'] as const)('Chromium as the %s of a call with werift', (side) => {
  it('hears the whole speech, is heard, echoes texts and tells its statistics', async () => {
    const { hearing, received, sentFromMs, spokeFromMs, texts, relay, ...call } = await calmCall(side);

    expect(call.name).toMatch(/^Chromium \d+(\.\d+)+$/);
    expect(relay).toEqual({ strangers: 0, overflowed: 0, socketErrors: 0 });
    const own = side === 'caller' ? call.offer : call.answer;
    expect(own.match(/a=candidate:.*/g)).toEqual([expect.stringMatching(/ udp \d+ 127\.0\.0\.1 \d+ typ host/)]);
    expect(own).toMatch(/a=rtpmap:111 opus\/48000\/2/i);
    expect(own).not.toMatch(/a=rtpmap:\d+ red\/|stereo=1|m=video/);

    if (hearing === null) throw new Error('nothing was heard');
    const heard = compareSpeech(SPEECH, hearing.recording);
    expect(heard.gaps).toEqual([]);
    expect(Math.abs(heard.longerSeconds)).toBeLessThan(0.05);
    expectAlike(heard.correlations);
    // From the sender's clock to the moment it is played: the packet, the codec's look-ahead, and NetEq's buffer.
    const delayMs = hearing.startedAtMs + heard.startSeconds * 1000 - sentFromMs;
    expect(delayMs).toBeGreaterThan(5);
    expect(delayMs).toBeLessThan(200);
    expect(hearing.clockErrorMs).toBeLessThan(20);
    expect(hearing.inbound).toMatchObject({ type: 'inbound-rtp', kind: 'audio', packetsLost: 0, packetsReceived: call.sent.length });
    expect(hearing.inbound['concealedSamples']).toBeTypeOf('number');

    expect(new Set(received.map(({ payloadType }) => payloadType))).toEqual(new Set([111]));
    const said = compareSpeech(SPEECH, await decode(received));
    expect(said.gaps).toEqual([]);
    expectAlike(said.correlations);
    // The packet that holds the first sample is full 20 ms after it, less what the browser computes ahead.
    const [first] = received;
    const firstSampleMs = Math.min(
      ...received.map(({ arrivalMs, timestamp }) => arrivalMs - ((timestamp - (first?.timestamp ?? 0)) >>> 0) / 48),
    );
    const arrivedAfterMs = firstSampleMs + said.startSeconds * 1000 - spokeFromMs;
    expect(arrivedAfterMs).toBeGreaterThan(5);
    expect(arrivedAfterMs).toBeLessThan(45);

    expect(texts.sent).toBeGreaterThan(10);
    expect(texts.echoed).toBeGreaterThanOrEqual(texts.sent - 1);
    expect(await openHandles()).toEqual([]);
  }, 120_000);
});

describe('Chromium and the machine it runs on', () => {
  it('sends nothing but the call, to loopback, and looks up no name', async () => {
    const log = join(folder, 'net-log.json');
    await callChromium({ side: 'callee', speech: SPEECH, chromium: { flags: [`--log-net-log=${log}`] } });

    const { sentTo, tcpConnects, lookups } = readNetLog(log);
    expect([...sentTo.keys()]).toEqual(['127.0.0.1']);
    expect(sentTo.get('127.0.0.1')).toBeGreaterThan(100);
    expect({ tcpConnects, lookups }).toEqual({ tcpConnects: 0, lookups: 0 });
  });

  it('makes the same call where the machine has nothing but a loopback interface', (context) => {
    if (!canIsolate()) return context.skip(NO_NAMESPACE);
    const output = runTestOnLoopbackAlone('test/long/chromium-peer.test.ts', 'sends nothing but the call', 110_000);
    expect(output).toMatch(/1 passed/);
  }, 120_000);

  it('hears nothing when nothing is sent, and leaves neither process nor folder behind', async () => {
    const previous = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    try {
      const { hearing, received } = await callChromium({ side: 'callee', speech: SPEECH, silent: true });
      expect(hearing).toBeNull();
      expect(received.length).toBeGreaterThan(100);
    } finally {
      if (previous === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = previous;
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says so when the browser is killed during a call', async () => {
    let why = '';
    const call = callChromium({
      side: 'callee',
      speech: SPEECH,
      during: async (chromium) => {
        process.kill(chromium.processId ?? 0, 'SIGKILL');
        why = await chromium.broken;
      },
    });
    await expect(call).rejects.toThrow();
    expect(why).toBe('Chromium has ended');
  });

  it('ends within a second even when the browser has stopped answering', async () => {
    const chromium = await openChromium({ address: '127.0.0.1', speech: SPEECH, clock: machineClock, onCandidate: () => undefined });
    const { processId } = chromium;
    if (processId === null) throw new Error('the browser has no process');
    process.kill(processId, 'SIGSTOP');
    const startMs = performance.now();
    await chromium.close();
    expect(performance.now() - startMs).toBeLessThan(1100);
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  });

  it('is said to be missing where there is none, or something else in its place', async () => {
    const options = { address: '127.0.0.1', speech: SPEECH, clock: machineClock, onCandidate: () => undefined };
    await expect(openChromium({ ...options, executablePath: join(folder, 'none') })).rejects.toThrow(EngineMissingError);
    await expect(openChromium({ ...options, executablePath: process.execPath })).rejects.toThrow(/does not start/);
  });
});
