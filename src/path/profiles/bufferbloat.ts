import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';

/** An upload that fills the modem's queue. */
export const bufferbloat: BuiltInPath = builtInPath({
  name: 'bufferbloat',
  group: 'everyday',
  summary: "Somebody uploads: all the caller's packets wait in the modem's full queue, some 400 ms and uneven, and 1 % overflow it.",
  expectedEffect: 'Caller to callee late, with blemishes; the other direction is clear. Texts arrive late.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0.06], down: [0, 0] },
    delayMs: { up: [480, 535], down: [20, 24] },
    diagnoses: ['delayed', 'choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 20ms', assumed('a call within one country')),
    sourcedRule(
      'up delay 400ms jitter 100ms normal',
      assumed(
        'chosen: a queue of some hundred kilobytes before an uplink of 2 Mbit/s that never empties (bufferbloat: Gettys and Nichols 2011)',
      ),
    ),
    sourcedRule('up loss 1% burst 3', assumed('chosen: what finds the queue full')),
  ],
});
