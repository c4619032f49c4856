import { expect, test } from 'vitest';
import { quantisationNoiseDb } from '../../src/score/quantisation.ts';
import { silence, whiteNoise } from '../support/signals.ts';

const noise = whiteNoise(5, 1, 16_000, 0.1);
const rounded = (steps: number) => ({ ...noise, samples: noise.samples.map((x) => Math.round(x * steps) / steps) });

test('the noise of coarse steps is read off the steps, whatever the gain', () => {
  for (const steps of [16, 32, 128]) {
    const coarse = rounded(steps);
    // A step Δ leaves Δ²/12; the sound has 0.1².
    const expected = 20 * Math.log10(1 / steps) - 10 * Math.log10(12) + 20;
    expect(quantisationNoiseDb(coarse)).toBeCloseTo(expected, 0);
    const softer = { ...coarse, samples: coarse.samples.map((x) => x * 0.5) };
    expect(quantisationNoiseDb(softer)).toBeCloseTo(expected, 0);
  }
});

test('sound of many sizes of sample, and silence, have no coarse steps', () => {
  expect(quantisationNoiseDb(noise)).toBeNull();
  expect(quantisationNoiseDb(rounded(32_768))).toBeNull();
  expect(quantisationNoiseDb(silence(1, 16_000))).toBeNull();
});
