import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { prepareFrontEnd } from '../../src/score/front-end.ts';
import { buzz } from '../../src/score/metallic/buzz.ts';
import { noisyOr } from '../../src/score/metallic/sub-score.ts';
import * as other from '../support/degradations.ts';
import * as loss from '../support/lossy.ts';
import * as voice from '../support/robots.ts';
import { metallicOf, partOf, scorerOf, scoreValue } from '../support/scoring.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const woman = bundledSpeech('en-female', 5);
const man = bundledSpeech('en-male', 5);
const voices = [
  ['a woman', woman],
  ['a man', man],
] as const;
const rng = () => createRng(5);

describe.each(voices)('the metallic score of %s', (_, speech) => {
  const x = speech.samples;

  test('is about 0 for the reference itself, and names nothing', () => {
    const score = scorerOf(speech, x)('metallic');
    expect(scoreValue(score)).toBeLessThanOrEqual(0.02);
    expect(score.dominant).toBeNull();
  });

  test.each([
    ['a robot voice', () => voice.robot(x, 100), ['mono', 'buzz', 'coarse']],
    ['a vocoder at one pitch', () => voice.lpcRobot(x, 110), ['mono', 'buzz', 'coarse', 'comb']],
    ['ring modulation', () => voice.ring(x, 50), ['buzz', 'coarse']],
    ['a comb filter', () => voice.comb(x, 4, 0.7), ['comb']],
    ['aliasing', () => voice.holdSamples(x, 4), ['tone']],
    ['a frequency shift', () => voice.shiftHz(x, 70), ['coarse', 'tone']],
    ['holes in the spectrum', () => voice.holes(x, rng(), 0.4), ['coarse', 'tone', 'buzz']],
    ['packets played twice', () => loss.packetRepeat(x, rng(), 0.2, 2), ['rep', 'buzz']],
    ['repeated pitch cycles', () => loss.pitchRepeat(x, rng(), 0.3, 3), ['rep', 'tone']],
    ['frames played backwards', () => voice.reverseFrames(x, rng(), 1), ['buzz', 'coarse']],
  ])('is above 0.8 for %s, and names its mark', (_name, degrade, marks) => {
    const score = scorerOf(speech, degrade())('metallic');
    expect(scoreValue(score)).toBeGreaterThan(0.8);
    expect(marks.some((mark) => partOf(score, mark) > 0.5)).toBe(true);
    expect(partOf(score, score.dominant as string)).toBeGreaterThan(0.5);
  });

  test.each([
    ['white noise', () => other.addNoise(x, other.whiteNoise(x.length, rng()), 15)],
    ['pink noise', () => other.addNoise(x, other.pinkNoise(x.length, rng()), 15)],
    ['a low-pass', () => other.lowPass(x, 3400)],
    ['a high-pass', () => other.highPass(x, 300)],
    ['clipping', () => other.hardClip(x, 0.05)],
    ['gaps of a packet', () => loss.gaps(x, rng(), 0.12, 1.5)],
    ['long gaps', () => loss.gaps(x, rng(), 0.15, 15)],
    ['an echo', () => other.echo(x, 200, -12)],
    ['mu-law', () => other.muLaw(x)],
    ['a slow gain control', () => other.slowGain(x, 3)],
    ['a clock 300 ppm slow', () => loss.drift(x, 300)],
  ])('stays below 0.3 for %s', (_name, degrade) => {
    expect(metallicOf(speech, degrade())).toBeLessThan(0.3);
  });
});

test('an amplitude modulation is read off within 2 Hz', () => {
  for (const hz of [25, 33.3, 50, 77, 100]) {
    const samples = voice.tremble(man.samples, hz, 0.8);
    const { strength, features } = buzz(prepareFrontEnd(man, { ...man, samples }), []);
    expect(strength).toBeGreaterThan(0.9);
    const frequency = features['buzzFrequency'];
    expect(frequency?.status === 'ok' && Math.abs(frequency.value - hz)).toBeLessThanOrEqual(2);
  }
});

test('the buzz frequency of a robot voice is its pitch', () => {
  for (const hz of [80, 100]) {
    const score = scorerOf(woman, voice.robot(woman.samples, hz))('metallic');
    expect(Math.abs(partOf(score, 'buzzFrequency') - hz)).toBeLessThanOrEqual(2);
  }
});

test('more of the same artefact is never less metallic', () => {
  const rising = (degrades: readonly ((x: Float32Array) => Float32Array)[]): void => {
    const values = degrades.map((degrade) => metallicOf(man, degrade(man.samples)));
    for (const [i, value] of values.entries()) expect(value).toBeGreaterThanOrEqual((values[i - 1] ?? 0) - 0.02);
  };
  rising([0, 0.2, 0.5, 0.9].map((depth) => (x) => voice.tremble(x, 50, depth)));
  rising([0, 0.02, 0.1, 0.3].map((ratio) => (x) => loss.pitchRepeat(x, rng(), ratio, 2)));
  rising([0, 0.1, 0.3, 0.6].map((share) => (x) => voice.holes(x, rng(), share)));
});

test('gain, delay and silence before make no difference', () => {
  const samples = voice.tremble(woman.samples, 50, 0.15);
  const plain = metallicOf(woman, samples);
  expect(plain).toBeGreaterThan(0.05);
  for (const changed of [other.gain(samples, 12), other.gain(samples, -12), other.delay(samples, 130), other.delay(samples, 500)]) {
    expect(Math.abs(metallicOf(woman, changed) - plain)).toBeLessThanOrEqual(0.05);
  }
});

test('a noisy-or is the chance of at least one cause', () => {
  expect(noisyOr([])).toBe(0);
  expect(noisyOr([0.5, 0.5])).toBeCloseTo(0.75, 12);
  expect(noisyOr([0.2, 1])).toBe(1);
});
