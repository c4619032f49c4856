import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';

const NEAR = assumed('a call within one country, over a home access point');

/** Wi-Fi with neighbours. */
export const wifi: BuiltInPath = builtInPath({
  name: 'wifi',
  group: 'everyday',
  summary: 'Busy home Wi-Fi: 3 % loss in short bursts and uneven arrival, both ways, all traffic alike.',
  expectedEffect: 'Followable speech with a few small blemishes. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0.09], down: [0, 0.09] },
    delayMs: { up: [17, 24], down: [17, 24] },
    diagnoses: ['clear', 'choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 15ms', NEAR),
    sourcedRule('jitter 5ms pareto', assumed('waiting for the air: mostly short, now and then long')),
    sourcedRule('loss 3% burst 2.5', assumed('chosen: collisions and retries that ran out, in bursts as air time is')),
  ],
});

/** Wi-Fi that leaves its channel to look for others. */
export const wifiStall: BuiltInPath = builtInPath({
  name: 'wifi-stall',
  group: 'everyday',
  summary: 'Wi-Fi that stops for 300 ms every three seconds, as while scanning for other networks, and then delivers all at once.',
  expectedEffect: 'Speech that stumbles every few seconds, or is played out late; nothing is lost. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0], down: [0, 0] },
    delayMs: { up: [16, 24], down: [16, 24] },
    diagnoses: ['clear', 'choppy', 'metallic', 'distorted', 'delayed'],
  },
  rules: [
    sourcedRule('delay 15ms', NEAR),
    sourcedRule('jitter 3ms pareto', assumed('waiting for the air: mostly short, now and then long')),
    sourcedRule('stall every 3s for 300ms', assumed('chosen: a scan of a dozen channels at some 25 ms each')),
  ],
});
