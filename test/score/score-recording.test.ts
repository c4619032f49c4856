import { describe, expect, test } from 'vitest';
import { measuredValue } from '../../src/core/measurement.ts';
import { createRng } from '../../src/core/rng.ts';
import { MOS_SCORES, SCORE_IDS } from '../../src/core/scores.ts';
import type { Signal } from '../../src/core/signal.ts';
import { resample } from '../../src/dsp/resample.ts';
import { scoreRecording } from '../../src/score/score-recording.ts';
import * as loss from '../support/lossy.ts';
import { silence, whiteNoise } from '../support/signals.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const speech = bundledSpeech('ru-male', 5);
const NETWORK = { codec: { name: 'opus' as const, bitrateBps: 32_000 }, concealedRatio: 0.02, burstRatio: 1, oneWayDelaySeconds: 0.1 };

/** Every number there is in a set of scores, with its place. */
function numbersOf(scores: ReturnType<typeof scoreRecording>['scores']): [string, number][] {
  return SCORE_IDS.flatMap((id) => [
    ...(scores[id].measurement.status === 'ok' ? [[id, scores[id].measurement.value] as [string, number]] : []),
    ...Object.entries(scores[id].parts).flatMap(([part, m]): [string, number][] => (m.status === 'ok' ? [[`${id}.${part}`, m.value]] : [])),
  ]);
}

test('every score has its range, and every number is finite', () => {
  const recording = { ...speech, samples: loss.pitchRepeat(speech.samples, createRng(1), 0.2, 3) };
  const { scores } = scoreRecording(speech, recording, NETWORK);
  for (const [place, value] of numbersOf(scores)) expect([place, Number.isFinite(value)]).toEqual([place, true]);
  for (const id of SCORE_IDS) {
    const value = measuredValue(scores[id].measurement);
    expect(value).not.toBeNull();
    expect(value).toBeGreaterThanOrEqual(MOS_SCORES.has(id) ? 1 : 0);
    expect(value).toBeLessThanOrEqual(MOS_SCORES.has(id) ? 5 : 1);
  }
});

test('the same input gives the same scores', () => {
  const recording = { ...speech, samples: loss.gaps(speech.samples, createRng(2), 0.1, 2) };
  expect(scoreRecording(speech, recording, NETWORK)).toEqual(scoreRecording(speech, recording, NETWORK));
});

test('the rates of the two sounds do not matter', () => {
  const recording = { ...speech, samples: loss.pitchRepeat(speech.samples, createRng(1), 0.1, 2) };
  const at = (signal: Signal, rateHz: number) => scoreRecording(speech, resample(signal, rateHz), NETWORK).scores;
  const [low, high] = [at(recording, 16_000), at(recording, 48_000)];
  for (const id of ['mosLqo', 'metallic', 'discontinuity'] as const) {
    expect([id, measuredValue(high[id].measurement)]).toEqual([id, expect.closeTo(measuredValue(low[id].measurement) as number, 1)]);
  }
});

describe('where there is nothing to compare', () => {
  const cases: [string, Signal, Signal][] = [
    ['a silent recording', speech, silence(5, 16_000)],
    ['another sound', speech, whiteNoise(4, 5, 16_000)],
    ['an empty recording', speech, { samples: new Float32Array(0), sampleRateHz: 16_000 }],
    ['a recording of a tenth of a second', speech, { ...speech, samples: speech.samples.slice(8000, 9600) }],
    ['a silent reference', silence(5, 16_000), speech],
    ['an empty reference', { samples: new Float32Array(0), sampleRateHz: 16_000 }, speech],
  ];

  test.each(cases)('%s gets no MOS and no made-up score, but a reason', (_, reference, recording) => {
    const { scores, speechFound } = scoreRecording(reference, recording, NETWORK);
    expect(speechFound).toBe(false);
    for (const id of SCORE_IDS) {
      const { measurement } = scores[id];
      if (id === 'clipping' || id === 'levelError') continue;
      expect([id, measurement.status]).toEqual([id, 'not-applicable']);
      expect(measurement.status === 'not-applicable' && measurement.reason).toMatch(/recording|reference/);
    }
    for (const [place, value] of numbersOf(scores)) expect([place, Number.isFinite(value)]).toEqual([place, true]);
  });
});
