import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { normalisedCorrelation } from '../../src/dsp/correlation.ts';
import { createRepeatMeter } from '../../src/dsp/repetition.ts';

const BLOCK = 40;
const [MIN_LAG, MAX_LAG] = [10, 70];
const rng = createRng(6);

/** Noise, a tone in noise, a tone: from nothing alike to everything. */
const sounds = [0, 1, 30].map((tone) =>
  Float64Array.from({ length: 600 }, (_, n) => 2 * rng.next() - 1 + tone * Math.sin((2 * Math.PI * n) / 23.4)),
);

function bySearch(samples: Float64Array, start: number): number {
  const padded = new Float64Array(samples.length + MAX_LAG);
  padded.set(samples, MAX_LAG);
  let best = 0;
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) {
    const own = padded.subarray(start + MAX_LAG, start + MAX_LAG + BLOCK);
    const past = padded.subarray(start + MAX_LAG - lag, start + MAX_LAG - lag + BLOCK);
    const loud = past.reduce((sum, x) => sum + x * x, 0) > 1e-3 * own.reduce((sum, x) => sum + x * x, 0);
    if (loud) best = Math.max(best, normalisedCorrelation(own, 0, past, 0, BLOCK));
  }
  return best;
}

describe('how exactly a block repeats what came before', () => {
  const meter = createRepeatMeter(BLOCK, MIN_LAG, MAX_LAG);

  it('is the best normalised correlation, whatever the sound', () => {
    for (const sound of sounds) {
      for (let start = 0; start + BLOCK <= sound.length; start += 7) expect(meter(sound, start)).toBeCloseTo(bySearch(sound, start), 10);
    }
  });

  it('is told exactly only above what is asked for', () => {
    for (const sound of sounds) {
      for (let start = 0; start + BLOCK <= sound.length; start += 7) {
        expect(meter(sound, start, 0.9)).toBeCloseTo(Math.max(0.9, bySearch(sound, start)), 10);
      }
    }
  });

  it('is told only as far as is enough', () => {
    for (const sound of sounds) {
      for (let start = 0; start + BLOCK <= sound.length; start += 7) {
        const [found, best] = [meter(sound, start, 0, 0.6), bySearch(sound, start)];
        if (best < 0.6) expect(found).toBeCloseTo(best, 10);
        else expect(found).toBeGreaterThanOrEqual(0.6);
        expect(found).toBeLessThanOrEqual(best + 1e-10);
      }
    }
  });

  it('is 1 for a copy and 0 for silence', () => {
    const copied = (sounds[0] as Float64Array).slice();
    copied.copyWithin(333, 300, 333);
    copied.copyWithin(366, 300, 333);
    expect(meter(copied, 340)).toBeCloseTo(1, 12);
    expect(meter(new Float64Array(200), 100)).toBe(0);
  });

  it('wants blocks of whole groups', () => {
    expect(() => createRepeatMeter(41, 10, 70)).toThrow(RangeError);
  });
});
