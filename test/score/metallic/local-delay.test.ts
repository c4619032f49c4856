import { expect, test } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { prepareFrontEnd } from '../../../src/score/front-end.ts';
import { localSteps } from '../../../src/score/metallic/local-delay.ts';
import * as other from '../../support/degradations.ts';
import * as loss from '../../support/lossy.ts';
import { bundledSpeech } from '../../support/speech-files.ts';

const speech = bundledSpeech('en-male', 3);
const rateOf = (samples: Float32Array): number => {
  const frontEnd = prepareFrontEnd(speech, { ...speech, samples });
  return (localSteps(frontEnd).length * 100) / frontEnd.activeFrames;
};

test('pitch cycles taken out and put in by turns are steps, most of them found', () => {
  // One every 120 ms are 8 a second.
  expect(rateOf(loss.flutter(speech.samples, 120))).toBeGreaterThan(4);
});

test('what leaves the delay alone makes no steps', () => {
  const { samples } = speech;
  const noisy = other.addNoise(samples, other.whiteNoise(samples.length, createRng(3)), 15);
  for (const changed of [samples, noisy, loss.drift(samples, 500), loss.cutOut(samples, createRng(3), 0.1, 20, 60)]) {
    expect(rateOf(changed)).toBeLessThan(1);
  }
});

test('a pitch cycle taken out is one step, told with its size and place', () => {
  const cycle = 96;
  for (const place of [0.6, 2]) {
    const at = Math.round(place * speech.sampleRateHz);
    const samples = new Float32Array(speech.samples.length - cycle);
    samples.set(speech.samples.subarray(0, at));
    samples.set(speech.samples.subarray(at + cycle), at);
    const steps = localSteps(prepareFrontEnd(speech, { ...speech, samples }));
    expect(steps).toHaveLength(1);
    expect(steps[0]?.ms).toBeCloseTo((-1000 * cycle) / speech.sampleRateHz, 0);
    expect(Math.abs((steps[0]?.seconds ?? 0) - place)).toBeLessThan(0.05);
  }
});
