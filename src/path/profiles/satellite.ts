import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';

/** One hop over a geostationary satellite. */
export const satellite: BuiltInPath = builtInPath({
  name: 'satellite',
  group: 'everyday',
  summary: 'One hop over a geostationary satellite: 280 ms one way, little jitter, 0.5 % loss, both ways, all traffic alike.',
  expectedEffect: 'Clear speech, so late that talkers cut each other off. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0.035], down: [0, 0.035] },
    delayMs: { up: [281, 288], down: [281, 288] },
    diagnoses: ['delayed'],
  },
  rules: [
    sourcedRule('delay 280ms', assumed('239 ms of light, twice 35,786 km, and 41 ms chosen for the equipment on the ground')),
    sourcedRule('jitter 3ms normal', assumed('chosen: turns on a shared channel')),
    sourcedRule('loss 0.5% burst 3', assumed('chosen: a clear sky; bursts where forward error correction gave up')),
  ],
});
