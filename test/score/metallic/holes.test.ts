import { expect, test } from 'vitest';
import { createRng } from '../../../src/core/rng.ts';
import { prepareFrontEnd } from '../../../src/score/front-end.ts';
import { longTermSpectra } from '../../../src/score/long-term.ts';
import { holeShare } from '../../../src/score/metallic/holes.ts';
import * as other from '../../support/degradations.ts';
import * as loss from '../../support/lossy.ts';
import { holes } from '../../support/robots.ts';
import { bundledSpeech } from '../../support/speech-files.ts';

const speech = bundledSpeech('en-female', 3);
const { samples } = speech;
const rng = () => createRng(4);
const shareOf = (changed: Float32Array): number => {
  const frontEnd = prepareFrontEnd(speech, { ...speech, samples: changed });
  return holeShare(frontEnd, longTermSpectra(frontEnd).alive) ?? Number.NaN;
};

test('cells cut out of the spectrum are holes, the more of them the more', () => {
  const shares = [0, 0.2, 0.5].map((share) => shareOf(holes(samples, rng(), share)));
  expect(shares[0]).toBeLessThan(0.002);
  expect(shares[1]).toBeGreaterThan(0.014);
  expect(shares[2]).toBeGreaterThan(2 * (shares[1] as number));
});

test('noise, filters, gain controls, echoes, clipping and dropouts dig none', () => {
  const changes = [
    other.addNoise(samples, other.whiteNoise(samples.length, rng()), 15),
    other.lowPass(samples, 3400),
    other.slowGain(samples, 8),
    other.echo(samples, 200, -9),
    other.hardClip(samples, 0.05),
    loss.cutOut(samples, rng(), 0.15, 20, 60),
  ];
  for (const changed of changes) expect(shareOf(changed)).toBeLessThan(0.007);
});
