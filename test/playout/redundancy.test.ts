import { beforeAll, describe, expect, it } from 'vitest';
import { createCallDecoder, encodeForCall } from '../../src/audio/call-codec.ts';
import { payloadTypesOf } from '../../src/audio/rtp-format.ts';
import type { CodecSettings, PlayoutSettings } from '../../src/core/call-plan.ts';
import type { Arrival } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { type PlayoutResult, playOut } from '../../src/playout/play-out.ts';
import { arrivalsOf, CODEC, voice } from '../support/packets.ts';

const SECONDS = 6;
const SETTINGS: PlayoutSettings = { concealment: 'neteq', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 };
const RED = 63;
const CODECS: Readonly<Record<string, CodecSettings>> = {
  Opus: { ...CODEC, fec: false },
  'G.711': { name: 'pcma', bitrateBps: 64_000, packetTimeMs: 20 },
};

let streams: Readonly<Record<string, readonly (readonly (Uint8Array | null)[])[]>> = {};
beforeAll(async () => {
  const of = async (codec: CodecSettings): Promise<(readonly (Uint8Array | null)[])[]> => [
    (await encodeForCall(voice(SECONDS), codec)).packets,
    (await encodeForCall(voice(SECONDS), { ...codec, redundancy: 1 })).packets,
    (await encodeForCall(voice(SECONDS), { ...codec, redundancy: 2 })).packets,
  ];
  streams = { Opus: await of(CODECS['Opus'] as CodecSettings), 'G.711': await of(CODECS['G.711'] as CodecSettings) };
});

const bytes = ({ signal: { samples } }: PlayoutResult): Buffer => Buffer.from(samples.buffer);

async function play(arrivals: readonly Arrival[], codec: CodecSettings, settings: PlayoutSettings = SETTINGS): Promise<PlayoutResult> {
  const decoder = await createCallDecoder(codec);
  try {
    const types = payloadTypesOf({ ...codec, redundancy: 1 });
    return playOut({ ...types, arrivals, packetTimeMs: 20, startMs: 0, endMs: SECONDS * 1000, settings, decoder });
  } finally {
    decoder.free();
  }
}

describe.each(Object.keys(CODECS))('redundancy in a call in %s', (name) => {
  const codec = CODECS[name] as CodecSettings;
  const clockRateHz = name === 'Opus' ? 48_000 : 8_000;
  const arrivals = (copies: 0 | 1 | 2, delayMs: (i: number) => number | null = () => 40): Arrival[] =>
    arrivalsOf(streams[name]?.[copies] ?? [], {
      payloadType: copies === 0 ? payloadTypesOf(codec).payloadType : RED,
      clockRateHz,
      delayMs,
    });
  // Held back for two packet times, so that the next packets are there when a lost one's turn comes.
  const patient: PlayoutSettings = { ...SETTINGS, minDelayMs: 100 };
  const everyFifth = (i: number): number | null => (i % 5 === 4 && i > 100 && i < 280 ? null : 40);
  const pairs = (i: number): number | null => (i % 10 < 2 && i > 100 && i < 280 ? null : 40);

  it('changes nothing where nothing is lost, once the delay has been found', async () => {
    const plain = await play(arrivals(0), codec, patient);
    const redundant = await play(arrivals(1), codec, patient);
    expect(bytes(redundant).equals(bytes(plain))).toBe(true);
    expect(redundant.events).toEqual(plain.events);
    const { fecPacketsReceived, fecPacketsDiscarded, packetsDiscarded } = redundant.stats;
    expect(fecPacketsReceived).toBeGreaterThan(290);
    expect(fecPacketsReceived - fecPacketsDiscarded).toBe(0);
    expect(packetsDiscarded).toBe(0);
  });

  it('makes up for every single loss: what is heard is what was sent', async () => {
    const lossy = await play(arrivals(1, everyFifth), codec, patient);
    const whole = await play(arrivals(1), codec, patient);
    expect(lossy.stats.packetsLost).toBe(36);
    expect(lossy.stats.concealedSamples).toBe(0);
    expect(lossy.stats.fecPacketsReceived - lossy.stats.fecPacketsDiscarded).toBe(36);
    expect(lossy.events.filter(({ kind }) => kind === 'fec').map(({ cause }) => cause)).toEqual(
      Array(36).fill('recovered from its copy in a later packet'),
    );
    expect(bytes(lossy).equals(bytes(whole))).toBe(true);
  });

  it('of two payloads makes up for two in a row, of one for the second of them', async () => {
    const two = await play(arrivals(2, pairs), codec, patient);
    const one = await play(arrivals(1, pairs), codec, patient);
    const none = await play(arrivals(0, pairs), codec, patient);
    expect(two.stats.concealedSamples).toBe(0);
    expect(one.stats.concealedSamples).toBeGreaterThan(0);
    expect(one.stats.concealedSamples).toBeLessThan(none.stats.concealedSamples);
  });

  it('teaches the receiver to wait for it', async () => {
    const rng = createRng(4);
    const losses = Array.from({ length: 400 }, () => rng.next() < 0.15);
    const lossy = (i: number): number | null => (losses[i] ? null : 40);
    const { stats } = await play(arrivals(1, lossy), codec);
    const saved = stats.fecPacketsReceived - stats.fecPacketsDiscarded;
    expect(saved).toBeGreaterThan(0.8 * stats.packetsLost * 0.85);
    expect(stats.concealedSamples).toBeLessThan(0.3 * (await play(arrivals(0, lossy), codec)).stats.concealedSamples);
  });

  it('gives way to the packet itself when that comes in time, only later', async () => {
    const swapped = await play(
      arrivals(1, (i) => (i === 150 ? 65 : 40)),
      codec,
      patient,
    );
    const calm = await play(arrivals(1), codec, patient);
    expect(bytes(swapped).equals(bytes(calm))).toBe(true);
    expect(swapped.stats.fecPacketsReceived - swapped.stats.fecPacketsDiscarded).toBe(0);
  });

  it('that is damaged is thrown away, and is a loss to what is heard', async () => {
    const cut = arrivals(1).map((arrival, i) => (i % 7 === 3 ? { ...arrival, payload: arrival.payload.subarray(0, 3) } : arrival));
    const { stats } = await play(cut, codec, patient);
    expect(stats.packetsDiscarded).toBe(cut.filter((_, i) => i % 7 === 3).length);
    expect(stats.packetsLost).toBe(0);
    expect(stats.concealedSamples).toBeLessThan(0.02 * stats.totalSamplesReceived);
  });

  it('of another codec, or of redundancy within redundancy, is passed over', async () => {
    const foreign = arrivals(1).map((arrival) => {
      const payload = arrival.payload.slice();
      if (((payload[0] as number) & 0x80) !== 0) payload[0] = 0x80 | (arrival.sequenceNumber % 2 === 0 ? RED : 18);
      return { ...arrival, payload };
    });
    const { stats } = await play(foreign, codec);
    expect([stats.fecPacketsReceived, stats.concealedSamples, stats.packetsDiscarded]).toEqual([0, 0, 0]);
  });
});
