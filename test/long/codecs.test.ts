import { describe, expect, it } from 'vitest';
import { inlineAnalyser } from '../../src/app/analyser.ts';
import { hearCall } from '../../src/app/hear-call.ts';
import { createCallDecoder, encodeForCall } from '../../src/audio/call-codec.ts';
import { unpackRed } from '../../src/audio/red.ts';
import { payloadTypesOf } from '../../src/audio/rtp-format.ts';
import { UNHEARD } from '../../src/call/conversation.ts';
import { createPeer } from '../../src/call/peer.ts';
import { placeCall } from '../../src/call/place-call.ts';
import { DEFAULT_CODEC } from '../../src/config/defaults.ts';
import type { CodecSettings } from '../../src/core/call-plan.ts';
import type { CallRecord } from '../../src/core/call-record.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import { DIRECTIONS } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import type { Signal } from '../../src/core/signal.ts';
import { resample } from '../../src/dsp/resample.ts';
import { machineClock } from '../../src/path/relay-clock.ts';
import { playOut } from '../../src/playout/play-out.ts';
import { callPlan, openHandles, pathRule, phaseSummary } from '../support/call.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const SECONDS = 2.5;
const PCMU: CodecSettings = { name: 'pcmu', bitrateBps: 64_000, packetTimeMs: 20 };
const PLAIN_OPUS: CodecSettings = { ...DEFAULT_CODEC, fec: false };
const OPUS_RED: CodecSettings = { ...PLAIN_OPUS, redundancy: 1 };
const everyFifth = pathRule({ match: ['rtp'], direction: 'up', action: { kind: 'trace-loss', trace: [0, 0, 1, 0, 0], repeat: true } });
const speech: Signal = resample(bundledSpeech('en-male', SECONDS), 48_000);

async function call(codec: CodecSettings, rules: Parameters<typeof callPlan>[0]): Promise<CallRecord> {
  const plain = callPlan(rules);
  const stimulus = { ...plain.stimuli.up, seconds: SECONDS };
  const plan = { ...plain, codec, stimuli: { up: stimulus, down: stimulus } };
  const spoken = await encodeForCall(speech, codec);
  return placeCall(
    plan,
    { up: spoken, down: spoken },
    {
      clock: machineClock,
      rng: createRng(plan.seed),
      nowIso: () => '2026-01-01T00:00:00.000Z',
      signal: new AbortController().signal,
      onProgress: () => undefined,
    },
  );
}

describe('a peer', () => {
  it.each([
    ['Opus', DEFAULT_CODEC, ['111', '111 opus/48000/2']],
    ['Opus with redundancy, that first', OPUS_RED, ['63 111', '63 red/48000/2', '111 opus/48000/2']],
    ['G.711', PCMU, ['0', '0 PCMU/8000']],
    ['G.711 with redundancy, that first', { ...PCMU, name: 'pcma', redundancy: 2 } as const, ['63 8', '63 red/8000', '8 PCMA/8000']],
  ])('offers and accepts %s, and nothing else', async (_, codec, formats) => {
    const events = { onCandidate: () => undefined, onRtp: () => undefined };
    const [caller, callee] = [createPeer('127.0.0.1', codec, events), createPeer('127.0.0.1', codec, events)];
    const offer = await caller.createOffer();
    const answer = await callee.acceptOffer(offer);
    await Promise.all([caller.close(), callee.close()]);
    for (const description of [offer, answer]) {
      const found = [...description.matchAll(/^(?:m=audio 9 UDP\/TLS\/RTP\/SAVPF|a=rtpmap:)\s*(.+?)\s*$/gm)].map((match) => match[1]);
      expect(found).toEqual(formats);
    }
    if (codec.redundancy !== undefined) expect(offer).toContain(codec.name === 'opus' ? 'a=fmtp:63 111/111' : 'a=fmtp:63 8/8');
  });
});

describe('a call in G.711', () => {
  it('carries telephone speech both ways, unchanged, and is heard and scored as that', async () => {
    const record = await call(PCMU, []);
    expect(phaseSummary(record)).toEqual(['gathering ok', 'ice ok', 'dtls ok', 'firstMedia ok', 'sustainedMedia ok', 'text ok']);
    const { packets } = await encodeForCall(speech, PCMU);
    for (const direction of DIRECTIONS) {
      const { arrivals } = record.directions[direction];
      expect(arrivals.map(({ payload }) => payload)).toEqual(packets);
      expect(new Set(arrivals.map(({ payloadType }) => payloadType))).toEqual(new Set([0]));
      const first = arrivals[0]?.timestamp ?? 0;
      expect(arrivals.map(({ timestamp }) => (timestamp - first + 2 ** 32) % 2 ** 32)).toEqual(arrivals.map((_, n) => n * 160));
    }
    // Both ways are the same: one is enough to hear.
    const oneWay = { ...record, directions: { ...record.directions, down: UNHEARD } };
    const { up } = await hearCall(oneWay, speech, inlineAnalyser, new AbortController().signal);
    expect(up?.recording.sampleRateHz).toBe(48_000);
    expect(up?.playout.packetsLost).toBe(0);
    expect(measuredValue(up?.scores.scores.coloration.measurement)).toBeLessThan(0.2);
    expect(up?.scores.scores.mosCqe.parts['narrowbandR']?.status).toBe('ok');
    expect(await openHandles()).toEqual([]);
  });
});

describe('a call with redundancy', () => {
  it('says again in each packet what the one before it said, and loses no sound over a path that loses packets', async () => {
    const record = await call(OPUS_RED, [everyFifth]);
    const { sent, arrivals } = record.directions.up;
    expect(sent.length - arrivals.length).toBe(sent.length / 5);
    expect(new Set(arrivals.map(({ payloadType }) => payloadType))).toEqual(new Set([63]));
    const plain = (await encodeForCall(speech, PLAIN_OPUS)).packets;
    const said = new Set(
      arrivals.flatMap(({ payload }) => (unpackRed(payload) ?? []).map((block) => Buffer.from(block.payload).toString('hex'))),
    );
    const missing = plain.filter((payload) => !said.has(Buffer.from(payload as Uint8Array).toString('hex')));
    expect(missing.length).toBeLessThanOrEqual(1);
    const { stats } = playOut({
      ...payloadTypesOf(OPUS_RED),
      arrivals,
      packetTimeMs: 20,
      startMs: record.directions.up.mediaStartMs ?? 0,
      endMs: (record.directions.up.mediaStartMs ?? 0) + SECONDS * 1000,
      settings: record.plan.playout,
      decoder: await createCallDecoder(OPUS_RED),
    });
    expect(stats.fecPacketsReceived - stats.fecPacketsDiscarded).toBeGreaterThan(sent.length / 5 - 5);
    expect(stats.concealedSamples / stats.totalSamplesReceived).toBeLessThan(0.05);
  });
});
