import { beforeAll, describe, expect, it } from 'vitest';
import { createSpeechDecoder } from '../../src/audio/opus.ts';
import type { PlayoutSettings } from '../../src/core/call-plan.ts';
import type { Arrival } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { decideFixed } from '../../src/playout/fixed-buffer.ts';
import type { PlayoutInput, PlayoutResult } from '../../src/playout/play-out.ts';
import { arrivalsOf, burstyLoss, CODEC, type Journey, PAYLOAD_TYPE, voicePackets } from '../support/packets.ts';
import { playSpeech } from '../support/play-speech.ts';

const SECONDS = 6;
const TICK_MS = 10;
const MODES: readonly PlayoutSettings['concealment'][] = ['neteq', 'opus', 'repeat', 'silence'];

let packets: (Uint8Array | null)[] = [];
let plainPackets: (Uint8Array | null)[] = [];
beforeAll(async () => {
  packets = await voicePackets(SECONDS);
  plainPackets = await voicePackets(SECONDS, { ...CODEC, fec: false });
});

const settings = (fixedDelayMs: number, concealment: PlayoutSettings['concealment'] = 'neteq'): PlayoutSettings => ({
  concealment,
  fixedDelayMs,
  minDelayMs: 0,
  maxDelayMs: 2000,
});

const play = (
  arrivals: readonly Arrival[],
  playout: PlayoutSettings,
  change: Partial<Omit<PlayoutInput, 'decoder' | 'arrivals'>> = {},
): Promise<PlayoutResult> => playSpeech(arrivals, { endMs: SECONDS * 1000, settings: playout, ...change });

const journey = (change: Journey): Arrival[] => arrivalsOf(plainPackets, change);
const meanDelayMs = ({ stats }: PlayoutResult): number => (1000 * stats.jitterBufferDelay) / stats.jitterBufferEmittedCount;
const stretched = ({ stats }: PlayoutResult): number => stats.insertedSamplesForDeceleration + stats.removedSamplesForAcceleration;

describe('a fixed buffer on a clear stream', () => {
  it.each([0, 5, 20, 37, 60, 120.5, 400, 1500])('of %f ms holds each packet so long before its first sample is heard', async (delayMs) => {
    const whole = await play(journey({ delayMs: () => 43 }), settings(delayMs));
    // Waits are counted in whole ticks, from the one before the packet came to the one in which it is decoded.
    expect(meanDelayMs(whole)).toBeGreaterThan(delayMs - TICK_MS - 0.7);
    expect(meanDelayMs(whole)).toBeLessThanOrEqual(Math.max(delayMs, TICK_MS) + TICK_MS);
    // The first sample sent is heard as long after the packet came as the buffer is long, or when the sound card asks first: once a tick.
    const firstHeard = whole.signal.samples.findIndex((x) => x !== 0) / 48;
    expect(firstHeard).toBeGreaterThanOrEqual(43 + delayMs);
    expect(whole.stats.jitterBufferTargetDelay / whole.stats.jitterBufferEmittedCount).toBeCloseTo(delayMs / 1000, 6);
    expect(stretched(whole)).toBe(0);
    expect([whole.stats.concealedSamples, whole.stats.packetsDiscarded, whole.events]).toEqual([0, 0, []]);
  });

  it.each(MODES)('plays the sound as it was decoded, from the first sample on (%s)', async (concealment) => {
    const decoder = await createSpeechDecoder();
    const plain = new Float32Array(plainPackets.length * 960);
    for (const [i, packet] of plainPackets.entries()) plain.set(decoder.decode(packet as Uint8Array) ?? [], i * 960);
    decoder.free();
    const { signal } = await play(journey({ delayMs: () => 40 }), settings(100, concealment));
    expect(signal.samples.length).toBe(SECONDS * 48_000);
    expect(signal.samples.every((x, i) => x === (plain[i - 140 * 48] ?? 0))).toBe(true);
  });

  it.each([0, 1, 9.5, 1234, 6000.25])('makes a recording of %f ms exactly that long', async (endMs) => {
    expect((await play(journey({}), settings(80), { endMs })).signal.samples.length).toBe(Math.round(endMs * 48));
  });

  it('is the same whether its counters wrap or not, and wherever the record has its origin', async () => {
    const calm = await play(journey({}), settings(80));
    const wrapping = await play(journey({ firstSequence: 65_500, firstTimestamp: 2 ** 32 - 100_000 }), settings(80));
    const shifted = await play(
      journey({}).map((arrival) => ({ ...arrival, arrivalMs: arrival.arrivalMs + 7003 })),
      settings(80),
      { startMs: 7003, endMs: 7003 + SECONDS * 1000 },
    );
    for (const other of [wrapping, shifted]) {
      expect(other.stats).toEqual(calm.stats);
      expect(other.signal.samples.every((x, i) => x === calm.signal.samples[i])).toBe(true);
    }
  });
});

describe('a packet that comes later than the first', () => {
  it.each([20, 60, 130])('by more than a buffer of %i ms is discarded and concealed, by a tick less is not', async (delayMs) => {
    for (const late of [1, 3, 9, 10, 17, 30]) {
      const { stats, events } = await play(journey({ delayMs: (i) => (i % 10 === 5 ? 40 + delayMs + late : 40) }), settings(delayMs));
      const lates = plainPackets.filter((_, i) => i % 10 === 5 && i * 20 + 40 + delayMs + late <= SECONDS * 1000 - TICK_MS).length;
      expect(stats.packetsDiscarded).toBe(lates);
      expect(stats.concealmentEvents).toBeGreaterThanOrEqual(lates);
      expect(events.every((event) => event.kind === 'concealment' && /^1 packet late by \d+ ms$/.test(event.cause))).toBe(true);
    }
    const inTime = await play(journey({ delayMs: (i) => (i % 10 === 5 ? 40 + delayMs - TICK_MS - 1 : 40) }), settings(delayMs));
    expect([inTime.stats.packetsDiscarded, inTime.stats.concealedSamples]).toEqual([0, 0]);
  });

  it('never moves the sound: under any loss and jitter no sample is added, none taken out, and the rest stays in its place', async () => {
    const clear = await play(journey({ delayMs: () => 40 }), settings(80));
    for (const concealment of MODES) {
      const rng = createRng(5);
      const lost = burstyLoss(plainPackets.length, 0.2, 3, rng);
      const rough = await play(
        journey({ delayMs: (i) => (i === 0 ? 40 : lost[i] ? null : 40 + Math.floor(rng.next() * 100)) }),
        settings(80, concealment),
      );
      expect(stretched(rough)).toBe(0);
      expect(rough.signal.samples.length).toBe(clear.signal.samples.length);
      expect(rough.stats.concealedSamples).toBeGreaterThan(0.15 * rough.stats.totalSamplesReceived);
      const similar = correlation(rough.signal.samples, clear.signal.samples);
      for (const lag of [-480, -96, 96, 480]) expect(correlation(rough.signal.samples, clear.signal.samples, lag)).toBeLessThan(similar);
      expect(similar, concealment).toBeGreaterThan(0.5);
    }
  });
});

/** Normalised correlation of two sounds of one length, the second shifted. */
function correlation(x: Float32Array, y: Float32Array, lag = 0): number {
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 480; i < x.length - 480; i++) {
    const a = x[i] as number;
    const b = y[i + lag] as number;
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  return xy / Math.sqrt(xx * yy);
}

describe('a gap in a fixed buffer', () => {
  it.each(MODES)('is concealed for as long as the packets lost in it, and the cross-fade (%s)', async (concealment) => {
    for (const count of [1, 2, 7, 60]) {
      const { stats, events } = await play(
        journey({ delayMs: (i) => (i >= 100 && i < 100 + count ? null : 40) }),
        settings(80, concealment),
      );
      expect(stats.concealmentEvents).toBe(1);
      expect(stats.concealedSamples).toBe(960 * count);
      expect(events.map((event) => event.cause)).toEqual([`${count} packet${count === 1 ? '' : 's'} lost`]);
    }
  });

  it.each(MODES)('does not click by more than 12 dB over the sharpest edge of the sound itself (%s)', async (concealment) => {
    const sharpest = (x: Float32Array, from = 0, to: number = x.length): number => {
      let most = 0;
      for (let i = Math.max(2, from); i < Math.min(to, x.length); i++) {
        most = Math.max(most, Math.abs((x[i] as number) - 2 * (x[i - 1] as number) + (x[i - 2] as number)));
      }
      return most;
    };
    const edge = sharpest((await play(journey({ delayMs: () => 40 }), settings(80))).signal.samples);
    const lost = burstyLoss(plainPackets.length, 0.2, 2, createRng(21));
    const { signal, events } = await play(journey({ delayMs: (i) => (lost[i] ? null : 40) }), settings(80, concealment));
    const joins = events.flatMap((event) => [event.at, event.at + event.seconds]);
    expect(joins.length).toBeGreaterThan(40);
    for (const at of joins) {
      const place = Math.round(at * 48_000);
      expect(20 * Math.log10(sharpest(signal.samples, place - 60, place + 300) / edge + 1e-9)).toBeLessThan(12);
    }
  });

  it('is filled by error correction when the buffer is long enough to have the next packet, unless the receiver ignores it', async () => {
    const everyFifth = (i: number): number | null => (i % 5 === 4 && i > 100 && i < 280 ? null : 40);
    const arrivals = arrivalsOf(packets, { delayMs: everyFifth });
    const long = await play(arrivals, settings(60));
    const short = await play(arrivals, settings(10));
    const without = await play(arrivals, { ...settings(60), useFec: false });
    expect(long.stats.concealedSamples).toBeLessThan(0.8 * without.stats.concealedSamples);
    expect(short.stats.concealedSamples).toBe(without.stats.concealedSamples);
    expect([without.stats.fecPacketsReceived, without.stats.fecPacketsDiscarded]).toEqual([0, 0]);
    expect(without.events.some((event) => event.kind === 'fec')).toBe(false);
  });
});

describe('a sender that a fixed buffer hears', () => {
  it('may begin anew under another name: its first packet waits as long as the first ever', async () => {
    const half = SECONDS * 500;
    const arrivals = journey({ firstTimestamp: 77 }).filter((a) => a.arrivalMs < half);
    const second = arrivalsOf(plainPackets, { firstSequence: 9, firstTimestamp: 3_000_000 })
      .filter((a) => a.arrivalMs < half)
      .map((a) => ({ ...a, ssrc: 8, arrivalMs: a.arrivalMs + half }));
    const { stats, events } = await play([...arrivals, ...second], settings(100));
    expect(stats.packetsDiscarded).toBeLessThan(8);
    expect(events.length).toBe(1);
    expect(stats.concealedSamples).toBeLessThan(0.2 * 48_000);
  });

  it('may have its clock jump by a minute without being silent for one', async () => {
    const jumped = journey({}).map((a, i) => (i < 150 ? a : { ...a, timestamp: a.timestamp + 60 * 48_000 }));
    const { stats } = await play(jumped, settings(100));
    expect(stats.packetsDiscarded).toBe(0);
    expect(stats.concealedSamples).toBeLessThan(0.2 * 48_000);
  });

  it('may be silent (DTX) without that counting as a gap, and is heard in its place again', async () => {
    const dtx = await voicePackets(SECONDS, { ...CODEC, dtx: true });
    expect(dtx.filter((packet) => packet === null).length).toBeGreaterThan(20);
    const { stats } = await play(arrivalsOf(dtx, {}), settings(80));
    expect(stats.packetsDiscarded).toBe(0);
    expect(stats.concealedSamples).toBeLessThan(0.1 * 48_000);
    expect(stats.insertedSamplesForDeceleration + stats.removedSamplesForAcceleration).toBe(0);
  });

  it.each(MODES)('may send any packets at all (%s)', async (concealment) => {
    const rng = createRng(3);
    const below = (n: number): number => Math.floor(rng.next() * n);
    const arrivals = Array.from({ length: 4000 }, (_, i): Arrival => {
      const wild = rng.next() < 0.02;
      return {
        sequenceNumber: wild ? below(65_536) : i % 65_536,
        timestamp: wild ? below(2 ** 32) : (960 * Math.floor(i / 10) + 960 * below(20)) % 2 ** 32,
        marker: false,
        payloadType: PAYLOAD_TYPE,
        ssrc: 1 + Math.floor(i / 1500),
        payload: Uint8Array.from({ length: 1 + below(60) }, () => below(256)),
        arrivalMs: below(SECONDS * 1000),
      };
    });
    for (const delayMs of [0, 15, 300]) {
      const { signal, stats } = await play(arrivals, settings(delayMs, concealment));
      expect(signal.samples.every((x) => Number.isFinite(x))).toBe(true);
      expect(Object.values(stats).every((value) => Number.isFinite(value))).toBe(true);
      expect(stats.concealedSamples).toBeLessThanOrEqual(stats.totalSamplesReceived);
    }
  });
});

describe('decideFixed', () => {
  const base = { last: 'normal' as const, ahead: 0, madeUp: 0, fadeSamples: 240, samplesPerMs: 48 };
  it('plays what is in its place, and what made-up sound has reached far enough beyond', () => {
    expect(decideFixed(base)).toBe('normal');
    expect(decideFixed({ ...base, ahead: 1 })).toBe('conceal');
    expect(decideFixed({ ...base, last: 'concealed', madeUp: 960, ahead: -239 })).toBe('conceal');
    expect(decideFixed({ ...base, last: 'concealed', madeUp: 960, ahead: -240 })).toBe('normal');
  });

  it('goes on with comfort noise for a second, then conceals', () => {
    expect(decideFixed({ ...base, last: 'noise', ahead: null, madeUp: 47_999 })).toBe('noise');
    expect(decideFixed({ ...base, last: 'noise', ahead: null, madeUp: 48_000 })).toBe('conceal');
  });
});
