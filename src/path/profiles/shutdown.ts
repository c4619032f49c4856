import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';

/** No network at all. It has no number, so none is a guess. */
export const shutdown: BuiltInPath = builtInPath({
  name: 'shutdown',
  group: 'restriction',
  summary: 'No network: nothing passes in either direction, texts included. What a whole-network cut looks like from inside.',
  expectedEffect: 'The call never connects and no text is answered.',
  expected: { connects: 'never', lossRatio: null, delayMs: null, diagnoses: ['network-down'] },
  rules: [sourcedRule('blackhole')],
});
