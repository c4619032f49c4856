import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';

/** The control: a good fixed line, without any loss. */
export const clear: BuiltInPath = builtInPath({
  name: 'clear',
  group: 'control',
  summary: 'A good fixed line: 20 ms one way, a little jitter, no loss. The control every other path is compared with.',
  expectedEffect: 'Nothing to hear: the call connects and both directions sound like the stimulus. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0], down: [0, 0] },
    delayMs: { up: [20, 24], down: [20, 24] },
    diagnoses: ['clear'],
  },
  rules: [
    sourcedRule('delay 20ms', assumed('a call within one country; well under the 150 ms of ITU-T G.114')),
    sourcedRule('rtp+rtcp+text jitter 1ms uniform', assumed('uniform from 0 to 2 ms: a lightly loaded access line')),
  ],
});
