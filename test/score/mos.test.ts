import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { delayImpairment, mosCqe, mosOfR, type NetworkImpairment } from '../../src/score/e-model.ts';
import { mosOfTerms, similarityMos } from '../../src/score/mos-lqo.ts';
import { OPUS_SUPER_WIDEBAND, opusModel, opusRow } from '../../src/score/opus-impairment.ts';
import { scoreRecording } from '../../src/score/score-recording.ts';
import type { ScoringContext } from '../../src/score/scoring.ts';
import * as loss from '../support/lossy.ts';
import { partOf, scorerOf, scoreValue } from '../support/scoring.ts';
import { haveData, readSound } from '../support/shared-data.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const speech = bundledSpeech('en-male', 4);
const x = speech.samples;

describe('the listening MOS', () => {
  test('is at least 4.5 for the reference itself', () => {
    expect(scoreValue(scorerOf(speech, x)('mosLqo'))).toBeGreaterThanOrEqual(4.5);
  });

  test('falls with loss, whether muted or concealed by repetition, and names what lowers it', () => {
    for (const conceal of [loss.gaps, loss.pitchRepeat]) {
      const values = [0, 0.04, 0.12, 0.35].map((ratio) => scoreValue(scorerOf(speech, conceal(x, createRng(3), ratio, 3))('mosLqo')));
      for (const [i, value] of values.entries()) expect(value).toBeLessThanOrEqual(values[i - 1] ?? 5);
      expect(values[3]).toBeLessThanOrEqual(2.5);
    }
    expect(scorerOf(speech, loss.gaps(x, createRng(3), 0.12, 3))('mosLqo').dominant).toBe('discontinuity');
    expect(scorerOf(speech, loss.pitchRepeat(x, createRng(3), 0.12, 3))('mosLqo').dominant).toBe('metallic');
  });

  test('of similarity alone falls from 4.6 with every bit of it', () => {
    expect(similarityMos(1)).toBeCloseTo(4.6, 12);
    for (let nsim = 0; nsim < 1; nsim += 0.05) expect(similarityMos(nsim)).toBeLessThan(similarityMos(nsim + 0.05));
    expect(similarityMos(0)).toBeGreaterThan(1);
  });

  test('multiplies impairments: two take what is left by one after the other', () => {
    const none = { shape: 0, disturbance: 0, missing: 0, repeated: 0, added: 0, noise: 0 };
    const [one, other] = [
      { ...none, shape: 0.6 },
      { ...none, missing: 0.4 },
    ];
    const left = (mos: number): number => (mos - 1) / (mosOfTerms(none) - 1);
    expect(left(mosOfTerms({ ...one, missing: 0.4 }))).toBeCloseTo(left(mosOfTerms(one)) * left(mosOfTerms(other)), 12);
  });
});

describe('the E-model', () => {
  const of = (network: Partial<NetworkImpairment>) =>
    mosCqe({
      network: { codec: { name: 'opus', bitrateBps: 32_000 }, concealedRatio: 0, burstRatio: 1, oneWayDelaySeconds: 0.05, ...network },
    } as ScoringContext);

  test('needs a network', () => {
    const { measurement } = mosCqe({ network: null } as ScoringContext);
    expect(measurement.status).toBe('not-applicable');
  });

  test('maps R to MOS as Annex B of G.107 does', () => {
    // G.107 Annex B, table B.1: R 90, 80, 70, 60, 50 are the lower limits of MOS 4.34, 4.03, 3.60, 3.10, 2.58.
    for (const [r, mos] of [
      [90, 4.34],
      [80, 4.03],
      [70, 3.6],
      [60, 3.1],
      [50, 2.58],
    ] as const)
      expect(Math.abs(mosOfR(r) - mos)).toBeLessThanOrEqual(0.01);
    expect([mosOfR(-3), mosOfR(0), mosOfR(100), mosOfR(140)]).toEqual([1, 1, 4.5, 4.5]);
    for (let r = -5; r <= 105; r++) expect(mosOfR(r + 1)).toBeGreaterThanOrEqual(mosOfR(r));
  });

  test('does not mind delay under 100 ms and minds every further one more', () => {
    expect([0, 50, 100].map(delayImpairment)).toEqual([0, 0, 0]);
    // G.107 with default sensitivity: 400 ms one way costs about 24 points.
    expect(delayImpairment(400)).toBeGreaterThan(20);
    for (let ms = 100; ms < 1000; ms += 10) expect(delayImpairment(ms + 10)).toBeGreaterThan(delayImpairment(ms));
  });

  test('falls with concealment, delay and a lower bitrate', () => {
    const falling = (networks: readonly Partial<NetworkImpairment>[]): void => {
      const values = networks.map((network) => scoreValue(of(network)));
      for (const [i, value] of values.entries()) expect(value).toBeLessThanOrEqual(values[i - 1] ?? 5);
    };
    falling([0, 0.01, 0.05, 0.2, 0.6].map((concealedRatio) => ({ concealedRatio })));
    falling([0.05, 0.15, 0.3, 0.6].map((oneWayDelaySeconds) => ({ oneWayDelaySeconds })));
    falling([40, 32, 24, 19, 16, 14].map((kbps) => ({ codec: { name: 'opus', bitrateBps: kbps * 1000 } })));
    falling([1, 3].map((burstRatio) => ({ burstRatio, concealedRatio: 0.1 })));
  });

  test('rates G.711 on the narrowband scale of G.107', () => {
    const g711 = { codec: { name: 'g711', gapsFilled: true }, oneWayDelaySeconds: 0 } as const;
    // R 93.2, of a call with G.107's default values, is MOS 4.41; 5 % of packets lost at random cost 95·5/(5 + Bpl).
    expect(scoreValue(of(g711))).toBeCloseTo(4.41, 2);
    expect(partOf(of(g711), 'narrowbandR')).toBeCloseTo(93.2, 9);
    const lossy = { concealedRatio: 0.05 };
    expect(partOf(of({ ...g711, ...lossy }), 'lossImpairment')).toBeCloseTo(475 / 30.1, 9);
    const silent = { ...g711, ...lossy, codec: { name: 'g711', gapsFilled: false } } as const;
    expect(partOf(of(silent), 'lossImpairment')).toBeCloseTo(475 / 9.3, 9);
    // Bursts: the loss is divided by their ratio in the denominator.
    expect(partOf(of({ ...g711, ...lossy, burstRatio: 2 }), 'lossImpairment')).toBeCloseTo(475 / 27.6, 9);
  });

  test('names its variant and what costs most', () => {
    expect(partOf(of({}), 'fullbandR')).toBeCloseTo(148 - 16.8 + (1 / 3) * 2, 6);
    expect(of({ concealedRatio: 0.3 }).dominant).toBe('lossImpairment');
    expect(of({}).dominant).toBe('codecImpairment');
    expect(partOf(of({ codec: { name: 'opus', bitrateBps: 12_000 } }), 'widebandR')).toBeGreaterThan(0);
    expect(partOf(of({ codec: { name: 'opus', bitrateBps: 8_000 } }), 'narrowbandR')).toBeGreaterThan(0);
  });

  test('interpolates between measured bitrates and holds at their ends', () => {
    expect(opusRow(OPUS_SUPER_WIDEBAND, 40).ie).toBe(10.7);
    expect(opusRow(OPUS_SUPER_WIDEBAND, 64).ie).toBe(10.7);
    expect(opusRow(OPUS_SUPER_WIDEBAND, 35.5).ie).toBeCloseTo((14.8 + 12.1) / 2, 9);
    expect(opusModel(6).recommendation).toBe('G.107');
  });
});

describe.skipIf(!haveData('artefacts'))('on files with known artefacts', () => {
  const score = (file: string) =>
    scoreRecording(readSound('artefacts/nsd_m2__clean.wav'), readSound(`artefacts/nsd_m2__${file}.wav`), null).scores;

  test('lost packets, muted or repeated, are rated under 2.5', () => {
    expect(scoreValue(score('loss_zero15').mosLqo)).toBeLessThan(2.5);
    expect(scoreValue(score('loss_repeat15').mosLqo)).toBeLessThan(2.5);
  });

  test('metallic is told from the rest', () => {
    for (const file of ['robot', 'ringmod', 'alias4', 'comb5ms', 'loss_repeat5'])
      expect([file, scoreValue(score(file).metallic) > 0.8]).toEqual([file, true]);
    for (const file of ['white10', 'clip12', 'nb3400', 'bits8', 'loss_zero15'])
      expect([file, scoreValue(score(file).metallic) < 0.2]).toEqual([file, true]);
  });
});
