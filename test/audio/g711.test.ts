import { describe, expect, it } from 'vitest';
import { createG711Decoder, decodeG711, encodeG711, encodeG711Speech, G711_RATE_HZ, type Law } from '../../src/audio/g711.ts';
import { createRng } from '../../src/core/rng.ts';
import { resample } from '../../src/dsp/resample.ts';
import { speechLike, tone } from '../support/signals.ts';

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);
const one = (x: number, law: Law): number => encodeG711(Float32Array.of(x), law)[0] as number;
const rms = (x: Float32Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
const decibels = (ratio: number): number => 20 * Math.log10(ratio);

/** No interval that a magnitude of 0 to 1 may lie in is wider: a sixteenth of where its segment begins, or the finest step. */
function widestInterval(magnitude: number, law: Law): number {
  const [step, bias] = law === 'pcmu' ? [2 / 8192, 33 / 8192] : [2 / 4096, 0];
  return Math.max(step, (magnitude + bias) / 16);
}

describe.each(['pcmu', 'pcma'] as const)('G.711 (%s)', (law) => {
  const values = decodeG711(ALL_BYTES, law);

  it('gives every byte back when its sound is encoded, but for the two zeros of μ-law', () => {
    const again = encodeG711(values, law);
    const changed = [...ALL_BYTES].filter((byte) => again[byte] !== byte);
    expect(changed).toEqual(law === 'pcmu' ? [0x7f] : []);
    expect(decodeG711(again, law).every((x, i) => x === values[i] || x + (values[i] as number) === 0)).toBe(true);
  });

  it('is off by no more than half an interval, from silence to the loudest', () => {
    const loudest = Math.max(...values);
    let worst = 0;
    for (let x = -loudest; x <= loudest; x += 1 / 20_000) {
      const back = values[one(x, law)] as number;
      worst = Math.max(worst, Math.abs(back - x) - widestInterval(Math.abs(x), law) / 2);
    }
    expect(worst).toBeLessThanOrEqual(1e-6);
  });

  it('never makes a louder sample quieter', () => {
    const backs = Array.from({ length: 20_001 }, (_, i) => values[one((i - 10_000) / 9_000, law)] as number);
    expect(backs.every((back, i) => i === 0 || back >= (backs[i - 1] as number))).toBe(true);
  });

  it('is as loud one way as the other', () => {
    for (const byte of ALL_BYTES) expect(values[byte ^ 0x80]).toBeCloseTo(-(values[byte] as number), 12);
  });

  it('cuts what is too loud, and is silent about what is no number', () => {
    expect([one(2, law), one(Number.POSITIVE_INFINITY, law)]).toEqual([one(1, law), one(1, law)]);
    expect(one(-2, law)).toBe(one(-1, law));
    expect(Math.abs(values[one(Number.NaN, law)] as number)).toBeLessThan(1 / 4000);
  });

  it('keeps speech at its usual level 35 dB and more over its own noise', () => {
    for (const seed of [1, 2, 3]) {
      const { samples } = resample(speechLike(seed, 4, 16_000), G711_RATE_HZ);
      const scale = 0.1 / rms(samples);
      const loud = samples.map((x) => scale * x);
      const back = decodeG711(encodeG711(loud, law), law);
      const noise = rms(back.map((x, i) => x - (loud[i] as number)));
      expect(decibels(rms(loud) / noise)).toBeGreaterThan(35);
    }
  });

  it('keeps a tone about 37 dB over its noise from the overload to 30 dB below', () => {
    for (const level of [0.9, 0.3, 0.1, 0.03]) {
      const { samples } = tone(1020, 1, G711_RATE_HZ, level);
      const back = decodeG711(encodeG711(samples, law), law);
      expect(decibels(rms(samples) / rms(back.map((x, i) => x - (samples[i] as number))))).toBeGreaterThan(34);
    }
  });
});

describe('the values of the Recommendation', () => {
  it('are those of tables 1 and 2 at the ends of the scale', () => {
    // Character signals on the line, even bits (A-law) or all but the sign (μ-law) inverted: loudest, softest.
    expect(decodeG711(Uint8Array.of(0x80, 0x00, 0xff, 0xfe), 'pcmu').map((x) => x * 8192)).toEqual(Float32Array.of(8031, -8031, 0, 2));
    expect(decodeG711(Uint8Array.of(0xaa, 0x2a, 0xd5, 0xd4), 'pcma').map((x) => x * 4096)).toEqual(Float32Array.of(4032, -4032, 1, 3));
  });

  it.each([
    ['pcmu', [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e], 3.17],
    ['pcma', [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4], 3.14],
  ] as const)('make of the milliwatt sequence (tables 5 and 6) a tone of 1 kHz at 0 dBm0 (%s)', (law, bytes, overloadDb) => {
    const sound = decodeG711(Uint8Array.from(bytes), law);
    // The largest sine that fits has the level of the overload point.
    expect(decibels(rms(sound) / Math.SQRT1_2)).toBeCloseTo(-overloadDb, 1);
    const phase = sound.map((_, i) => Math.sin((2 * Math.PI * (i + 0.5)) / 8));
    const match = sound.reduce((sum, x, i) => sum + x * (phase[i] as number), 0) / Math.sqrt(rms(sound) ** 2 * rms(phase) ** 2) / 8;
    expect(Math.abs(match)).toBeGreaterThan(0.999);
  });
});

describe('packets of G.711', () => {
  it('hold a byte a sample, the last one filled up with silence', () => {
    const { packets, fecPackets } = encodeG711Speech(tone(440, 0.05, G711_RATE_HZ), 'pcmu', 20);
    expect(packets.map((packet) => packet?.length)).toEqual([160, 160, 160]);
    expect(packets[2]?.subarray(80).every((byte) => byte === 0xff)).toBe(true);
    expect(fecPackets).toBe(0);
    expect(() => encodeG711Speech(tone(440, 0.05, 48_000), 'pcmu', 20)).toThrow(RangeError);
  });

  it('are taken at any length up to 120 ms, whatever is in them', () => {
    const decoder = createG711Decoder('pcma');
    const rng = createRng(3);
    for (const length of [1, 7, 80, 160, 959, 960]) {
      const packet = Uint8Array.from({ length }, () => Math.floor(rng.next() * 256));
      expect(decoder.packetSamples(packet)).toBe(length);
      expect(decoder.decode(packet)?.length).toBe(length);
      expect(decoder.isDtx(packet)).toBe(false);
    }
    for (const length of [0, 961, 5000]) {
      expect(decoder.packetSamples(new Uint8Array(length))).toBeNull();
      expect(decoder.decode(new Uint8Array(length))).toBeNull();
    }
    expect(decoder.recovery).toBeNull();
  });
});
