import { describe, expect, it } from 'vitest';
import type { Signal } from '../../src/core/signal.ts';
import { rms } from '../../src/dsp/levels.ts';
import { resample } from '../../src/dsp/resample.ts';
import { speechLike, tone } from '../support/signals.ts';

/** The middle of a signal, where no edge is near. */
function middle(samples: Float32Array): Float32Array {
  return samples.subarray(Math.floor(samples.length / 4), Math.floor((3 * samples.length) / 4));
}

function levelDb(samples: Float32Array): number {
  return 20 * Math.log10(rms(samples) / (0.5 / Math.SQRT2) + 1e-12);
}

/** Error of `got` against `wanted`, dB under the wanted signal, away from the edges. */
function snrDb(wanted: Signal, got: Signal): number {
  const error = wanted.samples.map((x, i) => x - (got.samples[i] as number));
  return 20 * Math.log10(rms(middle(wanted.samples)) / rms(middle(error)));
}

const PAIRS: readonly (readonly [number, number])[] = [
  [48_000, 16_000],
  [16_000, 48_000],
  [44_100, 16_000],
  [22_050, 48_000],
  [32_000, 16_000],
  [8_000, 192_000],
  [192_000, 8_000],
  [44_099, 48_000],
];

describe('resampling', () => {
  it('returns the very signal when the rates are equal', () => {
    const signal = tone(440, 0.1, 16_000);
    expect(resample(signal, 16_000)).toBe(signal);
  });

  it.each(PAIRS)('from %i to %i Hz keeps a tone of the pass band in level and phase', (from, to) => {
    const hz = 0.4 * Math.min(from, to);
    const got = resample(tone(hz, 0.25, from), to);
    expect(got.samples.length).toBe(Math.round((Math.round(0.25 * from) * to) / from));
    expect(snrDb(tone(hz, 0.25, to), got)).toBeGreaterThan(65);
  });

  it.each([
    [48_000, 16_000],
    [44_100, 16_000],
    [192_000, 8_000],
  ])('from %i to %i Hz suppresses what would alias by 70 dB', (from, to) => {
    for (const hz of [0.505 * to, 0.6 * to, 0.9 * to, 1.3 * to])
      expect(levelDb(middle(resample(tone(hz, 0.25, from), to).samples))).toBeLessThan(-70);
  });

  it('suppresses images by 70 dB on the way up', () => {
    const got = resample(tone(3_500, 0.25, 8_000), 48_000);
    expect(snrDb(tone(3_500, 0.25, 48_000), got)).toBeGreaterThan(70);
  });

  it('brings speech back after a round trip through a higher rate', () => {
    const speech = speechLike(3, 1, 16_000);
    const smooth = resample(resample(speech, 8_000), 16_000);
    expect(snrDb(smooth, resample(resample(smooth, 48_000), 16_000))).toBeGreaterThan(60);
  });

  it('keeps a constant constant', () => {
    const { samples } = resample({ samples: new Float32Array(4_410).fill(0.25), sampleRateHz: 44_100 }, 16_000);
    for (const x of middle(samples)) expect(Math.abs(x - 0.25)).toBeLessThan(1e-6);
  });

  it('gives nothing for nothing', () => {
    expect(resample({ samples: new Float32Array(0), sampleRateHz: 48_000 }, 16_000).samples.length).toBe(0);
  });

  it.each([7_999, 192_001, 16_000.5, 0, Number.NaN])('refuses %d Hz', (rate) => {
    expect(() => resample(tone(440, 0.1, 16_000), rate)).toThrow(RangeError);
    expect(() => resample({ samples: new Float32Array(10), sampleRateHz: rate }, 16_000)).toThrow(RangeError);
  });
});
