import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { decodeRate } from '../../src/playout/decode-rate.ts';
import { pitchBefore } from '../../src/playout/pitch.ts';
import { createRepetition } from '../../src/playout/repetition.ts';
import { stretchablePeriod } from '../../src/playout/time-stretch.ts';
import { append, createTrack } from '../../src/playout/track.ts';

/** A vowel of a period of so many milliseconds, its harmonics below 3 kHz. */
function vowel(periodMs: number, seconds: number, hz: number): Float32Array {
  const harmonics = Math.floor(3 * periodMs);
  return Float32Array.from({ length: seconds * hz }, (_, i) => {
    let sum = 0;
    for (let k = 1; k <= harmonics; k++) sum += Math.sin((2 * Math.PI * k * i * 1000) / (periodMs * hz) + k) / k;
    return 0.2 * sum;
  });
}

describe('the rate a receiver runs at', () => {
  it('sets the lengths that libwebrtc gives in samples at 8 kHz', () => {
    expect(decodeRate(8_000)).toMatchObject({ samplesPerMs: 8, tickSamples: 80, overlapSamples: 5, coarseStep: 2 });
    expect(decodeRate(48_000)).toMatchObject({ samplesPerMs: 48, tickSamples: 480, overlapSamples: 30, coarseStep: 12 });
  });

  it.each([0, 11_025, 44_100, 96_000, Number.NaN])('is not %d Hz', (hz) => {
    expect(() => decodeRate(hz)).toThrow(RangeError);
  });
});

describe.each([8_000, 16_000, 32_000, 48_000])('at %i Hz', (hz) => {
  const rate = decodeRate(hz);

  it.each([4, 6.25, 10, 14])('a period of %f ms is found, or a multiple, within a sample', (periodMs) => {
    const sound = vowel(periodMs, 0.1, hz);
    const period = (periodMs * hz) / 1000;
    const { leastDifferent } = pitchBefore(sound, sound.length, rate);
    expect(Math.abs(leastDifferent - Math.round(leastDifferent / period) * period)).toBeLessThanOrEqual(1);
    const stretched = stretchablePeriod(sound, 0.02 * hz, 1e-6, rate) ?? 0;
    const periods = Math.max(1, Math.round(stretched / period));
    expect(Math.abs(stretched - periods * period)).toBeLessThanOrEqual(Math.max(1, hz / 8_000));
  });

  it('a repeated vowel fades over the same time', () => {
    const track = createTrack(2 * hz, rate);
    append(track, vowel(8, 0.1, hz));
    const from = track.tail;
    const repetition = createRepetition(track, rate, createRng(1));
    while (repetition.gain() > 0) repetition.extend(track);
    expect((track.tail - from) / hz).toBeGreaterThan(0.1);
    expect((track.tail - from) / hz).toBeLessThan(0.7);
  });
});
