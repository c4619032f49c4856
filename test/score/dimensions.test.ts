import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import type { Score, ScoreId } from '../../src/core/scores.ts';
import { resample } from '../../src/dsp/resample.ts';
import { bandwidthHz } from '../../src/score/bandwidth.ts';
import { clippedShare } from '../../src/score/clipping.ts';
import { prepareReference } from '../../src/score/score-recording.ts';
import * as other from '../support/degradations.ts';
import * as loss from '../support/lossy.ts';
import { partOf, scorerOf, scoreValue } from '../support/scoring.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const speech = bundledSpeech('en-female', 5);
const x = speech.samples;
const rng = () => createRng(9);
const scoreValues = (id: ScoreId, degraded: readonly Float32Array[]): number[] =>
  degraded.map((samples) => scoreValue(scorerOf(speech, samples)(id)));
const expectRising = (values: readonly number[]): void => {
  for (const [i, value] of values.entries()) expect(value).toBeGreaterThanOrEqual(values[i - 1] ?? 0);
};

test('a file against itself has nothing wrong in any dimension', () => {
  const score = scorerOf(speech, x);
  for (const id of ['discontinuity', 'noisiness', 'coloration', 'clipping', 'levelError', 'distortion'] as const) {
    expect([id, scoreValue(score(id))]).toEqual([id, expect.closeTo(0, 1)]);
    expect(scoreValue(score(id))).toBeLessThanOrEqual(0.02);
  }
});

describe('discontinuity', () => {
  test('rises with the share of packets muted', () => {
    const values = scoreValues(
      'discontinuity',
      [0, 0.03, 0.1, 0.3].map((ratio) => loss.gaps(x, rng(), ratio, 2)),
    );
    expectRising(values);
    expect(values[3]).toBeGreaterThan(0.9);
  });

  test('measures what is missing, how long the longest gap is, and that its edges are hard', () => {
    const samples = x.slice();
    const loudest = loudestSecond();
    samples.fill(0, loudest, loudest + 4800);
    const score = scorerOf(speech, samples)('discontinuity');
    expect(partOf(score, 'longestGap')).toBeGreaterThan(0.15);
    expect(partOf(score, 'longestGap')).toBeLessThanOrEqual(0.32);
    expect(partOf(score, 'hardEdges')).toBeGreaterThan(0);
    expect(partOf(score, 'missingSpeech')).toBeGreaterThan(0);
  });

  test('counts words that were never played', () => {
    const score = scorerOf(speech, x.slice(0, Math.round(x.length * 0.6)))('discontinuity');
    expect(partOf(score, 'missingSpeech')).toBeGreaterThan(0.2);
    expect(scoreValue(score)).toBeGreaterThan(0.9);
  });

  test('is not moved by noise, filters or gain', () => {
    const others = [other.addNoise(x, other.whiteNoise(x.length, rng()), 15), other.lowPass(x, 3400), other.gain(x, -12)];
    for (const value of scoreValues('discontinuity', others)) expect(value).toBeLessThan(0.1);
  });
});

describe('noisiness', () => {
  test('rises with the noise and reads its level within 3 dB of step', () => {
    const scores = [40, 30, 20, 10].map((snr) => scorerOf(speech, other.addNoise(x, other.whiteNoise(x.length, rng()), snr))('noisiness'));
    expectRising(scores.map(scoreValue));
    const levels = scores.map((score) => partOf(score, 'noiseLevel'));
    for (let i = 1; i < levels.length; i++) {
      const step = (levels[i] as number) - (levels[i - 1] as number);
      expect(step).toBeGreaterThan(7);
      expect(step).toBeLessThan(13);
    }
  });

  test('tells white and coloured noise, babble and hum apart, and whose mains it is', () => {
    const scoreOf = (noise: Float32Array): Score => scorerOf(speech, other.addNoise(x, noise, 15))('noisiness');
    expect(scoreOf(other.whiteNoise(x.length, rng())).dominant).toBe('white');
    expect(scoreOf(other.pinkNoise(x.length, rng())).dominant).toBe('coloured');
    expect(scoreOf(other.babble(x, rng())).dominant).toBe('babble');
    for (const mains of [50, 60]) {
      const score = scoreOf(other.hum(x.length, mains));
      expect(score.dominant).toBe('hum');
      expect(partOf(score, 'humFrequency')).toBe(mains);
    }
  });
});

describe('coloration', () => {
  test('rises as the band narrows, and reads the bandwidth', () => {
    const edges = [6000, 4000, 3000, 2000];
    const scores = edges.map((edge) => scorerOf(speech, other.lowPass(x, edge))('coloration'));
    expectRising(scores.map(scoreValue));
    expect(scoreValue(scores[1] as Score)).toBeGreaterThan(0.9);
    expect(scores.map((score) => score.dominant)).toEqual(['low-pass', 'narrowband', 'narrowband', 'narrowband']);
    // The recording must be within 12 dB of the reference; a filter of order 8 falls by as much at 1.19 times its edge.
    for (const [i, edge] of edges.entries()) {
      const bandwidth = partOf(scores[i] as Score, 'bandwidth');
      expect(bandwidth).toBeGreaterThanOrEqual(edge);
      expect(bandwidth).toBeLessThanOrEqual(1.19 * edge + 250);
    }
  });

  test('a recording at 8 kHz lacks what the reference has above 4 kHz, and one at 48 kHz lacks nothing', () => {
    const reference = prepareReference(speech);
    expect(bandwidthHz(reference, resample(speech, 8_000))).toMatchObject({ recording: 4_000, reference: 7_500 });
    expect(bandwidthHz(reference, resample(speech, 48_000))).toMatchObject({ recording: 7_500, reference: 7_500 });
  });

  test('names a high-pass by its edge, and a tilt as timbre', () => {
    const high = scorerOf(speech, other.highPass(x, 600))('coloration');
    expect(high.dominant).toBe('high-pass');
    expect(partOf(high, 'lowEdge')).toBe(500);
    expect(scorerOf(speech, other.tilt(x, 0.9))('coloration').dominant).toBe('timbre');
  });

  test('is not moved by noise', () => {
    const [value] = scoreValues('coloration', [other.addNoise(x, other.whiteNoise(x.length, rng()), 15)]);
    expect(value).toBeLessThan(0.1);
  });
});

describe('clipping', () => {
  test('rises with the share of samples clipped, soft or loud', () => {
    const clipped = [0.003, 0.01, 0.03, 0.1].map((share) => other.hardClip(x, share));
    const loud = scoreValues('clipping', clipped);
    expectRising(loud);
    const soft = scoreValues(
      'clipping',
      clipped.slice(1).map((samples) => other.gain(samples, -12)),
    );
    for (const [i, value] of soft.entries()) expect(value).toBeCloseTo(loud[i + 1] as number, 1);
  });

  test('does not hear the hiss of dither as clipped', () => {
    const draw = rng();
    const dither = Float32Array.from(x, () => Math.round(draw.next() + draw.next() - 1) / 32_768);
    expect(clippedShare({ samples: dither, sampleRateHz: speech.sampleRateHz })).toBe(0);
  });

  test('is silent on loud speech that is not clipped', () => {
    const peak = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(scoreValues('clipping', [x.map((v) => (0.99 * v) / peak)])[0]).toBeLessThan(0.02);
  });
});

describe('level error', () => {
  test('tolerates 6 dB and reads the change to 0.1 dB', () => {
    for (const db of [-20, -6, -3, 0, 5]) {
      const score = scorerOf(speech, other.gain(x, db))('levelError');
      expect(partOf(score, 'levelChange')).toBeCloseTo(db, 1);
      expect(scoreValue(score) < 0.02).toBe(Math.abs(db) <= 6);
    }
  });
});

describe('distortion', () => {
  test('rises with noise that follows the speech, which noisiness does not hear', () => {
    const modulated = [40, 30, 20, 10].map((q) => {
      const noise = other.whiteNoise(x.length, rng());
      return x.map((v, i) => v * (1 + 10 ** (-q / 20) * (noise[i] as number)));
    });
    expectRising(scoreValues('distortion', modulated));
    expect(scoreValues('distortion', modulated)[3]).toBeGreaterThan(0.5);
    for (const value of scoreValues('noisiness', modulated)) expect(value).toBeLessThan(0.3);
  });
});

/** First sample of the second in which the speech is loudest. */
function loudestSecond(): number {
  let best = 0;
  let most = 0;
  for (let start = 0; start + 16_000 <= x.length; start += 1600) {
    let energy = 0;
    for (let i = start; i < start + 4800; i++) energy += (x[i] as number) ** 2;
    if (energy > most) [most, best] = [energy, start];
  }
  return best;
}
