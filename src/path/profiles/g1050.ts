import { type BuiltInPath, builtInPath, type ExpectedEffect, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';

/**
 * Paths as bad as ITU-T G.1050's three classes of network allow. That model has links, cross traffic and severities by the hundred; here is no more than
 * its limits of jitter and loss.
 */
function g1050Like(
  letter: 'a' | 'b' | 'c',
  kind: string,
  numbers: { readonly delayMs: number; readonly spreadMs: number; readonly loss: string },
  expectedEffect: string,
  expected: ExpectedEffect,
): BuiltInPath {
  const { delayMs, spreadMs, loss } = numbers;
  const limits = `the limits of profile ${letter.toUpperCase()} of ITU-T G.1050 as commonly quoted`;
  return builtInPath({
    name: `g1050-${letter}`,
    group: 'everyday',
    summary: `At the limits of a ${kind} network (ITU-T G.1050 profile ${letter.toUpperCase()}): ${spreadMs} ms of jitter, ${loss.replace('%', ' %').split(' burst')[0]} loss, both ways, all traffic alike.`,
    expectedEffect,
    expected,
    rules: [
      sourcedRule(`delay ${delayMs}ms jitter ${spreadMs / 2}ms uniform`, {
        delayMs: assumed('chosen: the least that leaves room for the jitter, and a little more'),
        jitterMs: assumed(`half of ${spreadMs} ms to either side: ${limits}`),
      }),
      sourcedRule(`loss ${loss}`, assumed(`${limits}; the mean burst, where there is one, is chosen`)),
    ],
  });
}

export const g1050a: BuiltInPath = g1050Like(
  'a',
  'well managed',
  { delayMs: 40, spreadMs: 50, loss: '0.05%' },
  'Nothing to hear. Texts arrive.',
  {
    connects: 'always',
    lossRatio: { up: [0, 0.005], down: [0, 0.005] },
    delayMs: { up: [38, 50], down: [38, 50] },
    diagnoses: ['clear'],
  },
);

export const g1050b: BuiltInPath = g1050Like(
  'b',
  'partly managed',
  { delayMs: 90, spreadMs: 150, loss: '2% burst 2' },
  'Followable speech with a few blemishes. Texts arrive.',
  {
    connects: 'always',
    lossRatio: { up: [0, 0.07], down: [0, 0.07] },
    delayMs: { up: [105, 128], down: [105, 128] },
    diagnoses: ['clear', 'delayed', 'choppy', 'metallic', 'distorted'],
  },
);

export const g1050c: BuiltInPath = g1050Like(
  'c',
  'unmanaged',
  { delayMs: 270, spreadMs: 500, loss: '20% burst 2' },
  'Hardly followable: broken and very late. Texts are late.',
  {
    connects: 'mostly',
    lossRatio: { up: [0.12, 0.3], down: [0.12, 0.3] },
    delayMs: { up: [385, 445], down: [385, 445] },
    diagnoses: ['delayed', 'choppy', 'metallic', 'distorted', 'noisy'],
  },
);
