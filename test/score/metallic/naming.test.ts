import { expect, test } from 'vitest';
import { measured } from '../../../src/core/measurement.ts';
import { nameOf, type SubScoreName, type SubScores } from '../../../src/score/metallic/naming.ts';
import { strengthOf, timesOf } from '../../../src/score/metallic/sub-score.ts';
import { type FeatureName, THRESHOLDS } from '../../../src/score/metallic/thresholds.ts';

const FEATURE: Readonly<Record<SubScoreName, FeatureName>> = {
  buzz: 'buzzLine',
  mono: 'monoPitchShare',
  rep: 'repShare',
  tone: 'toneShare',
  comb: 'combRipple',
  coarse: 'coarseMismatch',
  musical: 'musicalIslands',
  warp: 'warpRate',
};

/** Sub-scores whose features are these many times their thresholds; the others have nothing. */
function subScores(times: Partial<Record<SubScoreName, number>>): SubScores {
  const entries = Object.entries(FEATURE).map(([name, feature]) => {
    const value = (times[name as SubScoreName] ?? 0) * THRESHOLDS[feature].centre;
    const features = { [feature]: measured(value, 'ratio') };
    return [name, { strength: strengthOf(feature, value), times: timesOf(feature, value), features }];
  });
  return Object.fromEntries(entries) as unknown as SubScores;
}

test('a lone part is the name', () => {
  for (const name of Object.keys(FEATURE) as SubScoreName[]) expect(nameOf(subScores({ [name]: 1.5 }))).toBe(name);
});

test.each([
  [
    'a robot by its buzz, not by the ripple, the repetition and the coarseness it brings',
    { buzz: 4, mono: 2, comb: 15, rep: 3, coarse: 4 },
    'buzz',
  ],
  ['a robot whose pitch is above any buzz by its one pitch', { mono: 2.5, comb: 15, rep: 3, coarse: 5, tone: 3 }, 'mono'],
  ['a comb by its ripple, not by the lines and the periodicity it brings', { comb: 8, tone: 2, mono: 1.5, rep: 2, coarse: 2 }, 'comb'],
  ['an alias by its tones, not by the ripple of its images', { tone: 4, comb: 2, coarse: 1.5 }, 'tone'],
  ['repeated packets by the repetition, not by the buzz at their rate', { rep: 5, buzz: 2, warp: 1.5, tone: 3 }, 'rep'],
  ['a noise suppressor by its islands, not by the holes', { musical: 5, coarse: 6 }, 'musical'],
  ['a starved coder by its coarseness, not by its birdies', { coarse: 2, tone: 1.2 }, 'coarse'],
  ['nothing clear by what is nearest', { warp: 0.6, coarse: 0.9 }, 'coarse'],
] as const)('names %s', (_, times, name) => {
  expect(nameOf(subScores(times))).toBe(name);
});
