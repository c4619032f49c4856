import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import * as other from '../support/degradations.ts';
import * as loss from '../support/lossy.ts';
import * as robots from '../support/robots.ts';
import { partOf, scorerOf, scoreValue } from '../support/scoring.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const speech = bundledSpeech('ru-male', 6);
const x = speech.samples;
const rng = () => createRng(11);

describe('echo', () => {
  test.each([
    [60, -10],
    [120, -16],
    [280, -9],
    [480, -20],
  ])('%d ms late and %d dB strong is read with its delay and its level', (ms, db) => {
    const score = scorerOf(speech, other.echo(x, ms, db))('echo');
    expect(Math.abs(partOf(score, 'echoDelay') - ms)).toBeLessThan(2);
    expect(Math.abs(partOf(score, 'echoLevel') - db)).toBeLessThan(1);
  });

  test('counts for more the stronger it is', () => {
    const values = [-24, -18, -12, -6].map((db) => scoreValue(scorerOf(speech, other.echo(x, 200, db))('echo')));
    for (const [i, value] of values.entries()) expect(value).toBeGreaterThan(values[i - 1] ?? 0);
    expect(values[0]).toBeLessThan(0.1);
    expect(values[3]).toBeGreaterThan(0.9);
  });

  test('is still read in noise and after a filter, and with the whole of it later and softer', () => {
    const noisy = other.addNoise(other.echo(x, 200, -10), other.whiteNoise(x.length, rng()), 15);
    const telephone = other.lowPass(other.echo(x, 200, -10), 3400);
    const later = new Float32Array(x.length + 8000);
    later.set(other.gain(other.echo(x, 200, -10), -12), 8000);
    for (const samples of [noisy, telephone, later]) {
      const score = scorerOf(speech, samples)('echo');
      expect(Math.abs(partOf(score, 'echoDelay') - 200)).toBeLessThan(2);
      expect(Math.abs(partOf(score, 'echoLevel') + 10)).toBeLessThan(2);
    }
  });

  test('is not found where the voice is heard once, however it sounds', () => {
    const once = [
      x,
      other.addNoise(x, other.whiteNoise(x.length, rng()), 10),
      other.lowPass(x, 2200),
      other.hardClip(x, 0.05),
      loss.gaps(x, rng(), 0.2, 2),
      loss.packetRepeat(x, rng(), 0.2, 2),
      robots.robot(x, 100),
      robots.comb(x, 5, 0.7),
      robots.ring(x, 50),
    ];
    for (const samples of once) expect(scoreValue(scorerOf(speech, samples)('echo'))).toBe(0);
  });
});
