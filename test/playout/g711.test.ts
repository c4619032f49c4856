import { describe, expect, it } from 'vitest';
import { createG711Decoder, decodeG711, encodeG711Speech, G711_RATE_HZ } from '../../src/audio/g711.ts';
import type { PlayoutSettings } from '../../src/core/call-plan.ts';
import type { Arrival } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { resample } from '../../src/dsp/resample.ts';
import { type PlayoutInput, type PlayoutResult, playOut } from '../../src/playout/play-out.ts';
import { arrivalsOf, burstyLoss, type Journey, voice } from '../support/packets.ts';

const SECONDS = 6;
const SETTINGS: PlayoutSettings = { concealment: 'neteq', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 };
const MODES: readonly PlayoutSettings['concealment'][] = ['neteq', 'repeat', 'silence'];
const PCMU = 0;
const COMFORT_NOISE = 13;

const speech = resample(voice(SECONDS), G711_RATE_HZ);
const packets = encodeG711Speech(speech, 'pcmu', 20).packets as readonly Uint8Array[];

function play(arrivals: readonly Arrival[], change: Partial<PlayoutInput> = {}): PlayoutResult {
  const input = { packetTimeMs: 20, payloadType: PCMU, startMs: 0, endMs: SECONDS * 1000, settings: SETTINGS };
  return playOut({ ...input, arrivals, decoder: createG711Decoder('pcmu'), ...change });
}

const journey = (change: Journey = {}, sent: readonly Uint8Array[] = packets): Arrival[] =>
  arrivalsOf(sent, { payloadType: PCMU, clockRateHz: G711_RATE_HZ, ...change });

describe('G.711 without jitter or loss', () => {
  it.each(MODES)('is its plain decode brought to 48 kHz, once the delay has settled (%s)', (concealment) => {
    const { signal, stats, events } = play(journey(), { settings: { ...SETTINGS, concealment } });
    const settled = Math.max(0, ...events.map((event) => event.at + event.seconds));
    expect(settled).toBeLessThan(2.5);
    // The filter of the resampler reaches 6 ms back.
    const from = Math.ceil(settled * 48_000) + 960;
    const all = Uint8Array.from(packets.flatMap((packet) => [...packet]));
    const plain = resample({ samples: decodeG711(all, 'pcmu'), sampleRateHz: G711_RATE_HZ }, 48_000).samples;
    // The end is cut: what is still in the receiver is not heard, and the filter misses it.
    const after = signal.samples.subarray(from, signal.samples.length - 960);
    const delays = Array.from({ length: 1600 }, (_, tick) => tick * 6);
    const identical = delays.filter((delay) => plain[from - delay] === after[0] && after.every((x, i) => x === plain[from - delay + i]));
    expect(identical.length).toBe(1);
    expect([stats.concealedSamples, stats.packetsDiscarded, stats.packetsLost, stats.jitter]).toEqual([0, 0, 0, 0]);
  });

  it.each([40, 60] as const)('and in packets of %i ms conceals nothing', (packetTimeMs) => {
    const long = encodeG711Speech(speech, 'pcmu', packetTimeMs).packets as readonly Uint8Array[];
    expect(play(journey({ packetTimeMs }, long), { packetTimeMs }).stats.concealedSamples).toBe(0);
  });

  it('is counted in samples at 48 kHz', () => {
    const { stats } = play(journey());
    expect(stats.totalSamplesReceived % 6).toBe(0);
    expect(stats.totalSamplesReceived / 48_000).toBeCloseTo(SECONDS - 0.04, 1);
    const meanDelay = stats.jitterBufferDelay / stats.jitterBufferEmittedCount;
    expect(meanDelay).toBeGreaterThan(0.01);
    expect(meanDelay).toBeLessThan(0.08);
  });

  it.each([0, 1, 9.5, 10, 1234.1])('of %f ms is a recording of exactly so many samples', (endMs) => {
    const { signal } = play(journey(), { endMs });
    expect([signal.samples.length, signal.sampleRateHz]).toEqual([Math.round(endMs * 48), 48_000]);
  });
});

describe('a lost packet of G.711', () => {
  it.each(MODES)('is one concealment of its length, or up to a merge more (%s)', (concealment) => {
    const { stats, events } = play(journey({ delayMs: (i) => (i === 150 ? null : 40) }), { settings: { ...SETTINGS, concealment } });
    expect(stats.concealmentEvents).toBe(1);
    expect(stats.concealedSamples / 48).toBeGreaterThan(18);
    expect(stats.concealedSamples / 48).toBeLessThan(52);
    expect(events.filter(({ kind }) => kind === 'concealment').map(({ cause }) => cause)).toEqual(['1 packet lost']);
  });

  it('is told of at the same time as the same loss of a recording that begins later', () => {
    const at = (startMs: number): number[] =>
      play(journey({ delayMs: (i) => (i === 150 ? null : 40) }), { startMs })
        .events.filter(({ kind }) => kind === 'concealment')
        .map((event) => event.at + startMs / 1000);
    expect(at(1000)[0]).toBeCloseTo(at(0)[0] as number, 9);
  });

  it('adds to what is concealed, the more the more are lost', () => {
    let before = -1;
    for (const lossRatio of [0, 0.05, 0.15, 0.3, 0.6]) {
      const lost = burstyLoss(packets.length, lossRatio, 2, createRng(5));
      const { stats } = play(journey({ delayMs: (i) => (lost[i] ? null : 40) }));
      expect(stats.concealedSamples / stats.totalSamplesReceived).toBeGreaterThan(before);
      before = stats.concealedSamples / stats.totalSamplesReceived;
    }
  });

  it('cannot be asked of the codec, which has no concealment', () => {
    const arrivals = journey({ delayMs: (i) => (i === 150 ? null : 40) });
    expect(() => play(arrivals, { settings: { ...SETTINGS, concealment: 'opus' } })).toThrow(RangeError);
  });
});

describe('comfort noise beside G.711 (RFC 3389)', () => {
  /** Speech for two seconds, then one packet that describes the silence, then speech again from four seconds on. */
  function pausing(level: number): Arrival[] {
    const talk = journey().filter(({ arrivalMs }) => arrivalMs < 2040 || arrivalMs >= 4040);
    const [first] = talk as [Arrival];
    const described = { ...first, timestamp: first.timestamp + 2 * G711_RATE_HZ, payloadType: COMFORT_NOISE, arrivalMs: 2040 };
    const all = [...talk, { ...described, payload: Uint8Array.of(level) }].sort((a, b) => a.arrivalMs - b.arrivalMs);
    return all.map((arrival, index) => ({ ...arrival, sequenceNumber: 1000 + index }));
  }

  it('is heard until speech goes on, and is no concealment however long it takes', () => {
    const { signal, stats, events } = play(pausing(40), { comfortNoisePayloadType: COMFORT_NOISE });
    expect(stats.packetsLost).toBe(0);
    expect(stats.concealedSamples).toBe(0);
    expect(events.filter(({ kind }) => kind !== 'stretch')).toEqual([]);
    const silence = signal.samples.subarray(2.5 * 48_000, 3.5 * 48_000);
    const power = silence.reduce((sum, x) => sum + x * x, 0) / silence.length;
    expect(10 * Math.log10(power)).toBeCloseTo(-40, 0);
  });

  it('is a gap to a receiver that was not told of it', () => {
    expect(play(pausing(40)).stats.concealedSamples).toBeGreaterThan(48_000);
  });
});

describe('hostile G.711', () => {
  it.each(MODES.flatMap((mode) => [1, 2].map((seed) => [mode, seed] as const)))(
    'is played without a throw (%s, seed %i)',
    (concealment, seed) => {
      const rng = createRng(seed);
      const below = (n: number): number => Math.floor(rng.next() * n);
      const arrivals = Array.from({ length: 10_000 }, (_, i): Arrival => {
        const wild = rng.next() < 0.3;
        return {
          sequenceNumber: wild ? below(65_536) : i,
          timestamp: wild ? below(2 ** 32) : 160 * Math.floor(i / 30) + 80 * below(20),
          marker: rng.next() < 0.5,
          payloadType: [PCMU, PCMU, PCMU, 63, COMFORT_NOISE][below(5)] as number,
          ssrc: rng.next() < 0.9995 ? 1 + Math.floor(i / 5000) : below(2 ** 32),
          payload: Uint8Array.from({ length: below(rng.next() < 0.1 ? 1200 : 200) }, () => below(256)),
          arrivalMs: below(SECONDS * 1000),
        };
      });
      const { signal, stats } = play(arrivals, {
        settings: { ...SETTINGS, concealment },
        redundancyPayloadType: 63,
        comfortNoisePayloadType: COMFORT_NOISE,
      });
      expect(signal.samples.length).toBe(SECONDS * 48_000);
      expect(signal.samples.every((x) => Number.isFinite(x))).toBe(true);
      expect(Object.values(stats).every((value) => Number.isFinite(value))).toBe(true);
      expect(stats.concealedSamples).toBeLessThanOrEqual(stats.totalSamplesReceived);
    },
  );
});
