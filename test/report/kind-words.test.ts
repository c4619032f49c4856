import { expect, test } from 'vitest';
import { measured } from '../../src/core/measurement.ts';
import type { Score, ScoreId } from '../../src/core/scores.ts';
import { kindWords } from '../../src/report/kind-words.ts';

const score = (dominant: string | null, parts: Score['parts'] = {}): Score => ({ measurement: measured(0.9, 'score'), parts, dominant });

test.each<[ScoreId, Score, string | null]>([
  ['metallic', score('buzz', { buzzFrequency: measured(50.12, 'Hz') }), 'buzz, 50 Hz'],
  ['metallic', score('mono', { monoPitch: measured(160, 'Hz') }), 'one pitch, 160 Hz'],
  ['metallic', score('comb', { combDelay: measured(4.0312, 'ms') }), 'comb, 4.0 ms'],
  ['metallic', score('rep'), 'repetition'],
  ['noisiness', score('hum', { humFrequency: measured(60, 'Hz') }), 'hum, 60 Hz'],
  ['noisiness', score('white'), 'white noise'],
  ['coloration', score('narrowband', { bandwidth: measured(3750, 'Hz') }), 'narrowband, 3750 Hz'],
  ['coloration', score('high-pass', { lowEdge: measured(250, 'Hz') }), 'high-pass, 250 Hz'],
  ['metallic', score(null), null],
  ['distortion', score('added'), null],
])('%s is told with its kind and figure', (id, of, words) => {
  expect(kindWords(id, of)).toBe(words);
});

test('a kind from another version is told as it stands', () => {
  expect(kindWords('metallic', score('a new kind'))).toBe('a new kind');
});
