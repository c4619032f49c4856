import { beforeAll, describe, expect, it } from 'vitest';
import { createSpeechDecoder } from '../../src/audio/opus.ts';
import { packetHasFec } from '../../src/audio/opus-packet.ts';
import type { PlayoutSettings } from '../../src/core/call-plan.ts';
import type { Arrival } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import type { PlayoutInput, PlayoutResult } from '../../src/playout/play-out.ts';
import { arrivalsOf, burstyLoss, CODEC, type Journey, PAYLOAD_TYPE, voicePackets } from '../support/packets.ts';
import { playSpeech } from '../support/play-speech.ts';

const SECONDS = 6;
const SETTINGS: PlayoutSettings = { concealment: 'neteq', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 };
const MODES: readonly PlayoutSettings['concealment'][] = ['neteq', 'opus', 'repeat', 'silence'];

let packets: (Uint8Array | null)[] = [];
let plainPackets: (Uint8Array | null)[] = [];
beforeAll(async () => {
  packets = await voicePackets(SECONDS);
  plainPackets = await voicePackets(SECONDS, { ...CODEC, fec: false });
});

const play = (arrivals: readonly Arrival[], change: Partial<Omit<PlayoutInput, 'decoder' | 'arrivals'>> = {}): Promise<PlayoutResult> =>
  playSpeech(arrivals, { endMs: SECONDS * 1000, settings: SETTINGS, ...change });

const journey = (change: Journey): Arrival[] => arrivalsOf(packets, change);
const ratio = ({ stats }: PlayoutResult): number => stats.concealedSamples / stats.totalSamplesReceived;

/** Equal to the last bit, statistics and events included. */
function expectSame(a: PlayoutResult, b: PlayoutResult): void {
  const bytes = ({ signal: { samples } }: PlayoutResult): Buffer => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  expect(bytes(a).equals(bytes(b))).toBe(true);
  expect([a.stats, a.events]).toEqual([b.stats, b.events]);
}

async function plainDecode(stream: readonly (Uint8Array | null)[]): Promise<Float32Array> {
  const decoder = await createSpeechDecoder();
  const sound = new Float32Array(stream.length * 960);
  for (const [i, packet] of stream.entries()) sound.set(decoder.decode(packet as Uint8Array) ?? [], i * 960);
  decoder.free();
  return sound;
}

describe('a recording', () => {
  it.each([0, 1, 9.5, 10, 1234, 6000.25])('of %f ms has exactly so many samples', async (endMs) => {
    const { signal } = await play(journey({}), { endMs });
    expect(signal.samples.length).toBe(Math.round(endMs * 48));
    expect(signal.sampleRateHz).toBe(48_000);
  });

  it('of nothing is silence, with nothing counted', async () => {
    const { signal, stats, events } = await play([]);
    expect(signal.samples.every((x) => x === 0)).toBe(true);
    expect(Object.values(stats).every((value) => value === 0)).toBe(true);
    expect(events).toEqual([]);
  });

  it('that ends before it begins is empty', async () => {
    expect((await play(journey({}), { startMs: 500, endMs: 100 })).signal.samples.length).toBe(0);
  });

  it('begins when the sound was sent, so that a delay is heard as silence', async () => {
    const { signal, stats } = await play(journey({ delayMs: () => 300 }));
    expect(signal.samples.subarray(0, 300 * 48).every((x) => x === 0)).toBe(true);
    expect(signal.samples.subarray(300 * 48, 500 * 48).some((x) => Math.abs(x) > 0.01)).toBe(true);
    expect(stats.totalSamplesReceived).toBeCloseTo((SECONDS - 0.3) * 48_000, -2);
    expect(stats.concealedSamples).toBe(0);
  });

  it('of a call that has been going on does not begin with the receiver finding its delay', async () => {
    const early = journey({}).map((arrival) => ({ ...arrival, arrivalMs: arrival.arrivalMs - 3000 }));
    const { signal, stats, events } = await play(early, { endMs: 2000 });
    expect(signal.samples.length).toBe(2 * 48_000);
    expect(stats.totalSamplesReceived).toBe(2 * 48_000);
    expect(stats.insertedSamplesForDeceleration + stats.removedSamplesForAcceleration).toBe(0);
    expect(events).toEqual([]);
    const whole = await play(journey({}));
    expect(signal.samples.every((x, i) => x === whole.signal.samples[3 * 48_000 + i])).toBe(true);
  });

  it('does not depend on where the record has its origin', async () => {
    const shifted = journey({}).map((arrival) => ({ ...arrival, arrivalMs: arrival.arrivalMs + 77_000 }));
    expectSame(await play(shifted, { startMs: 77_000, endMs: 77_000 + SECONDS * 1000 }), await play(journey({})));
  });

  it('is the same, bit for bit, from the same arrivals', async () => {
    const rough = (): Arrival[] => {
      const rng = createRng(3);
      return journey({ delayMs: () => (rng.next() < 0.2 ? null : 30 + Math.floor(rng.next() * 90)) });
    };
    expectSame(await play(rough()), await play(rough()));
  });
});

describe('a stream without jitter or loss', () => {
  it.each(MODES)('is a plain decode once the delay has settled (%s)', async (concealment) => {
    const { signal, stats, events } = await play(journey({}), { settings: { ...SETTINGS, concealment } });
    const settled = Math.max(...events.map((event) => event.at + event.seconds));
    expect(settled).toBeLessThan(2.5);
    const from = Math.ceil(settled * 48_000) + 960;
    const plain = await plainDecode(packets);
    const after = signal.samples.subarray(from);
    const delays = Array.from({ length: 9600 }, (_, delay) => delay);
    const identical = delays.filter((delay) => plain[from - delay] === after[0] && after.every((x, i) => x === plain[from - delay + i]));
    expect(identical.length).toBe(1);
    expect(stats.concealedSamples).toBe(0);
    expect(stats.packetsDiscarded).toBe(0);
    expect(stats.packetsLost).toBe(0);
    expect(stats.jitter).toBe(0);
  });

  it.each([40, 60] as const)('and with packets of %i ms conceals nothing, and of what is lost that length', async (packetTimeMs) => {
    const long = await voicePackets(SECONDS, { ...CODEC, packetTimeMs, fec: false });
    const whole = await play(arrivalsOf(long, { packetTimeMs }), { packetTimeMs });
    expect(whole.stats.concealedSamples).toBe(0);
    const lost = await play(arrivalsOf(long, { packetTimeMs, delayMs: (i) => (i === 60 ? null : 40) }), { packetTimeMs });
    expect(lost.events.filter((event) => event.kind === 'concealment').map((event) => event.cause)).toEqual(['1 packet lost']);
    // What was decoded ahead, up to 10 ms, is not made up; the merge may come up to a pitch period of 15 ms later.
    expect(lost.stats.concealedSamples).toBeGreaterThan((packetTimeMs - 11) * 48);
    expect(lost.stats.concealedSamples).toBeLessThan((packetTimeMs + 16) * 48);
  });

  it('holds its sound for no longer than a buffer of two packets and the sound card need', async () => {
    const { stats } = await play(journey({}));
    expect(stats.jitterBufferDelay / stats.jitterBufferEmittedCount).toBeLessThan(0.08);
  });

  it('is the same whether its counters wrap or not', async () => {
    const calm = await play(journey({ firstSequence: 1000, firstTimestamp: 5000 }));
    const wrapping = await play(journey({ firstSequence: 65_500, firstTimestamp: 2 ** 32 - 100_000 }));
    expectSame(wrapping, calm);
  });

  it('is played at the length asked for when a minimum delay is set', async () => {
    const { stats } = await play(journey({}), { settings: { ...SETTINGS, minDelayMs: 200 } });
    expect(stats.jitterBufferTargetDelay / stats.jitterBufferEmittedCount).toBeCloseTo(0.2, 3);
    expect(stats.insertedSamplesForDeceleration).toBeGreaterThan(0.1 * 48_000);
  });
});

describe('a lost packet', () => {
  it('is told from a late one', async () => {
    const lost = await play(arrivalsOf(plainPackets, { delayMs: (i) => (i === 150 ? null : 40) }));
    const late = await play(arrivalsOf(plainPackets, { delayMs: (i) => (i === 150 ? 140 : 40) }));
    const causes = ({ events }: PlayoutResult): string[] =>
      events.filter((event) => event.kind === 'concealment').map((event) => event.cause);
    expect(causes(lost)).toEqual(['1 packet lost']);
    expect(causes(late).length).toBe(1);
    expect(causes(late)[0]).toMatch(/^1 packet late by \d+ ms$/);
    expect([lost.stats.packetsLost, lost.stats.packetsDiscarded]).toEqual([1, 0]);
    expect([late.stats.packetsLost, late.stats.packetsDiscarded]).toEqual([0, 1]);
  });

  it('is heard as one concealment of its length, or up to a merge more', async () => {
    for (const concealment of MODES) {
      const { stats } = await play(arrivalsOf(plainPackets, { delayMs: (i) => (i === 150 ? null : 40) }), {
        settings: { ...SETTINGS, concealment },
      });
      expect(stats.concealmentEvents).toBe(1);
      expect(stats.concealedSamples).toBeGreaterThanOrEqual(9 * 48);
      expect(stats.concealedSamples).toBeLessThanOrEqual(960 + 780 + 720);
      expect(stats.interruptionCount).toBe(0);
    }
  });

  it('costs less when the next packet carries error correction', async () => {
    const everyFifth = (i: number): number | null => (i % 5 === 4 && i > 100 && i < 280 ? null : 40);
    // Held back for two packet times, so that the next packet is there when its turn comes.
    const settings = { ...SETTINGS, minDelayMs: 80 };
    const without = await play(arrivalsOf(plainPackets, { delayMs: everyFifth }), { settings });
    const withFec = await play(journey({ delayMs: everyFifth }), { settings });
    expect(without.stats.fecPacketsReceived).toBe(0);
    const losses = packets.flatMap((_, i) => (everyFifth(i) === null ? [packets[i + 1] as Uint8Array] : []));
    const unprotected = losses.filter((next) => !packetHasFec(next)).length;
    expect(without.stats.concealmentEvents).toBe(losses.length);
    expect(withFec.stats.concealmentEvents).toBe(unprotected);
    expect(unprotected).toBeLessThan(losses.length - 10);
    expect(withFec.stats.fecPacketsReceived - withFec.stats.fecPacketsDiscarded).toBe(losses.length - unprotected);
    expect(withFec.stats.concealedSamples).toBeLessThan(0.8 * without.stats.concealedSamples);
    expect(withFec.events.some((event) => event.kind === 'fec')).toBe(true);
  });

  it('adds to what is concealed, the more the more are lost', async () => {
    let before = -1;
    for (const lossRatio of [0, 0.05, 0.15, 0.3, 0.6]) {
      const lost = burstyLoss(packets.length, lossRatio, 2, createRng(5));
      const concealed = ratio(await play(journey({ delayMs: (i) => (lost[i] ? null : 40) })));
      expect(concealed).toBeGreaterThan(before);
      expect(concealed).toBeLessThanOrEqual(1);
      before = concealed;
    }
  });

  it('in a row of fifty is an interruption of a second', async () => {
    const { stats, events } = await play(arrivalsOf(plainPackets, { delayMs: (i) => (i >= 100 && i < 150 ? null : 40) }));
    expect(stats.interruptionCount).toBe(1);
    expect(stats.totalInterruptionDuration).toBeGreaterThan(0.9);
    expect(stats.totalInterruptionDuration).toBeLessThan(1.2);
    expect(events.filter((event) => event.kind === 'interruption').map((event) => event.cause)).toEqual(['50 packets lost']);
    expect(stats.silentConcealedSamples).toBeGreaterThan(0.5 * stats.concealedSamples);
  });

  it('is not what ends a stream: the rest of the recording is', async () => {
    const { stats, events } = await play(journey({}), { endMs: SECONDS * 1000 + 1000 });
    expect(stats.packetsLost).toBe(0);
    expect(events.at(-1)).toMatchObject({ kind: 'interruption', cause: 'no packet came any more' });
    expect(stats.totalInterruptionDuration).toBeGreaterThan(0.8);
  });
});

describe('a rough path', () => {
  it('that repeats every packet changes nothing but the count of the discarded', async () => {
    const once = journey({});
    const twice = await play(once.flatMap((arrival) => [arrival, arrival]));
    const plain = await play(once);
    expect(twice.signal.samples.every((x, i) => x === plain.signal.samples[i])).toBe(true);
    const lastTickMs = SECONDS * 1000 - 10;
    expect(twice.stats.packetsDiscarded).toBe(once.filter((arrival) => arrival.arrivalMs <= lastTickMs).length);
    expect(twice.stats.packetsReceived).toBe(2 * plain.stats.packetsReceived);
  });

  it('that swaps neighbours loses nothing once the buffer has learnt it', async () => {
    const { stats } = await play(journey({ delayMs: (i) => (i % 2 === 0 ? 70 : 40) }));
    expect(stats.packetsLost).toBe(0);
    expect(stats.concealedSamples).toBeLessThan(0.02 * stats.totalSamplesReceived);
  });

  it('with jitter makes the buffer longer', async () => {
    const rng = createRng(8);
    const rough = await play(journey({ delayMs: () => 40 + Math.floor(rng.next() * 120) }));
    const calm = await play(journey({}));
    const target = ({ stats }: PlayoutResult): number => stats.jitterBufferTargetDelay / stats.jitterBufferEmittedCount;
    expect(target(rough)).toBeGreaterThan(target(calm) + 0.05);
    expect(rough.stats.jitter).toBeGreaterThan(0.02);
  });

  it('never makes the buffer longer than the settings allow', async () => {
    const rng = createRng(8);
    const arrivals = journey({ delayMs: () => 40 + Math.floor(rng.next() * 300) });
    const { stats } = await play(arrivals, { settings: { ...SETTINGS, maxDelayMs: 60 } });
    expect(stats.jitterBufferTargetDelay / stats.jitterBufferEmittedCount).toBeLessThanOrEqual(0.06 + 1e-9);
  });

  it('stretches time at most once in 50 ms', async () => {
    const rng = createRng(9);
    const { events } = await play(journey({ delayMs: (i) => (i > 100 && i < 150 ? 40 + Math.floor(rng.next() * 200) : 40) }));
    const stretches = events.filter((event) => event.kind === 'stretch' && event.cause.startsWith('slowed')).map((event) => event.at);
    expect(stretches.length).toBeGreaterThan(3);
    for (const [i, at] of stretches.entries()) if (i > 0) expect(at - (stretches[i - 1] as number)).toBeGreaterThan(0.03);
  });

  it('whose sender begins anew under another name goes on being heard', async () => {
    const half = SECONDS * 500;
    const before = journey({}).filter((arrival) => arrival.arrivalMs < half);
    const after = journey({ firstSequence: 9, firstTimestamp: 123 }).filter((arrival) => arrival.arrivalMs >= half);
    const { stats, signal } = await play([...before, ...after.map((arrival) => ({ ...arrival, ssrc: 8 }))]);
    expect(stats.packetsLost).toBe(0);
    expect(stats.concealedSamples).toBeLessThan(0.1 * stats.totalSamplesReceived);
    expect(signal.samples.subarray(-48_000).some((x) => Math.abs(x) > 0.01)).toBe(true);
  });

  it('whose sender begins anew ten seconds back under the same name goes on being heard', async () => {
    const half = SECONDS * 500;
    const before = journey({ firstTimestamp: 1_000_000 }).filter((arrival) => arrival.arrivalMs < half);
    const after = journey({ firstSequence: 9, firstTimestamp: 520_000 }).filter((arrival) => arrival.arrivalMs >= half);
    const { stats, signal } = await play([...before, ...after]);
    expect(stats.packetsDiscarded).toBeLessThan(5);
    expect(stats.concealedSamples).toBeLessThan(0.1 * stats.totalSamplesReceived);
    expect(signal.samples.subarray(-48_000).some((x) => Math.abs(x) > 0.01)).toBe(true);
  });

  it('that loses what the next packet can mend makes the buffer a packet longer, as libwebrtc does', async () => {
    const everyTenth = (i: number): number | null => (i % 10 === 9 ? null : 40);
    const targetMs = ({ stats }: PlayoutResult): number => (1000 * stats.jitterBufferTargetDelay) / stats.jitterBufferEmittedCount;
    const without = await play(arrivalsOf(plainPackets, { delayMs: everyTenth }));
    const withFec = await play(journey({ delayMs: everyTenth }));
    expect(targetMs(without)).toBeLessThan(30);
    expect(targetMs(withFec)).toBeGreaterThan(35);
  });

  it('with discontinuous transmission is not taken for a lossy one', async () => {
    const sparse = await voicePackets(SECONDS, { ...CODEC, dtx: true });
    const { stats, events } = await play(arrivalsOf(sparse));
    expect(sparse.filter((packet) => packet === null).length).toBeGreaterThan(10);
    expect(stats.packetsLost).toBe(0);
    expect(stats.concealedSamples).toBeLessThan(0.02 * stats.totalSamplesReceived);
    expect(events.filter((event) => event.kind === 'interruption')).toEqual([]);
  });
});

describe('hostile input', () => {
  /** Ten thousand packets: garbage and real ones, cut short, repeated, shuffled, with counters anywhere. */
  function hostile(seed: number): Arrival[] {
    const rng = createRng(seed);
    const below = (n: number): number => Math.floor(rng.next() * n);
    return Array.from({ length: 10_000 }, (_, i) => {
      const real = packets[below(packets.length)] as Uint8Array;
      const payload =
        rng.next() < 0.5 ? real.subarray(0, below(real.length + 1)) : Uint8Array.from({ length: below(50) }, () => below(256));
      const wild = rng.next() < 0.3;
      return {
        sequenceNumber: wild ? below(65_536) : i % 65_536,
        timestamp: wild ? below(2 ** 32) : (960 * Math.floor(i / 30) + 960 * below(20)) % 2 ** 32,
        marker: rng.next() < 0.5,
        payloadType: rng.next() < 0.9 ? PAYLOAD_TYPE : below(128),
        ssrc: rng.next() < 0.9995 ? 1 + Math.floor(i / 5000) : below(2 ** 32),
        payload,
        arrivalMs: below(SECONDS * 1000),
      };
    });
  }

  it.each(MODES.flatMap((mode) => [1, 2].map((seed) => [mode, seed] as const)))(
    'of ten thousand packets neither throws nor gives what is no sound (%s, seed %i)',
    async (concealment, seed) => {
      const { signal, stats, events } = await play(hostile(seed), { settings: { ...SETTINGS, concealment } });
      expect(signal.samples.length).toBe(SECONDS * 48_000);
      expect(signal.samples.every((x) => Number.isFinite(x))).toBe(true);
      expect(Object.values(stats).every((value) => Number.isFinite(value))).toBe(true);
      expect(stats.concealedSamples).toBeLessThanOrEqual(stats.totalSamplesReceived);
      expect(stats.silentConcealedSamples).toBeLessThanOrEqual(stats.concealedSamples);
      expect(events.every((event) => event.at >= 0 && event.seconds >= 0 && event.at <= SECONDS)).toBe(true);
    },
  );
});

describe('joins', () => {
  /** The largest step of the second difference around each concealment's ends, against the loss-free decode's largest: a click in dB. */
  function sharpest(x: Float32Array, from = 0, to: number = x.length): number {
    let most = 0;
    for (let i = Math.max(2, from); i < Math.min(to, x.length); i++) {
      most = Math.max(most, Math.abs((x[i] as number) - 2 * (x[i - 1] as number) + (x[i - 2] as number)));
    }
    return most;
  }

  it.each(MODES)('do not click by more than 12 dB over the sharpest edge of the sound itself (%s)', async (concealment) => {
    const lost = burstyLoss(packets.length, 0.2, 2, createRng(21));
    const { signal, events } = await play(journey({ delayMs: (i) => (lost[i] ? null : 40) }), { settings: { ...SETTINGS, concealment } });
    const edge = sharpest(await plainDecode(packets));
    const joins = events.flatMap((event) => [event.at, event.at + event.seconds]);
    expect(joins.length).toBeGreaterThan(40);
    for (const at of joins) {
      const place = Math.round(at * 48_000);
      expect(20 * Math.log10(sharpest(signal.samples, place - 60, place + 60) / edge + 1e-9)).toBeLessThan(12);
    }
  });
});
