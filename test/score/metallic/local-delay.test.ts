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

test('a step is told with its size and place', () => {
  const at = Math.round(1.2 * speech.sampleRateHz);
  const period = loss.pitchBefore(speech.samples, at);
  const samples = new Float32Array(speech.samples.length - period);
  samples.set(speech.samples.subarray(0, at));
  samples.set(speech.samples.subarray(at + period), at);
  const steps = localSteps(prepareFrontEnd(speech, { ...speech, samples }));
  for (const { ms } of steps) expect(Math.abs(ms + (1000 * period) / speech.sampleRateHz)).toBeLessThan(0.5);
  for (const { seconds } of steps) expect(Math.abs(seconds - 1.2)).toBeLessThan(0.1);
  expect(steps.length).toBeLessThanOrEqual(1);
});
