import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { documented } from '../provenance.ts';
import { ORDINARY_DELAY } from './common.ts';

/** An ordinary fault that sounds like throttling: why loss in one direction proves nothing about intent. */
export const naturalInbound: BuiltInPath = builtInPath({
  name: 'natural-inbound',
  group: 'control',
  summary:
    'An ordinary faulty line: a fifth of all that comes in is lost, calls and texts alike, nothing of what goes out. Nobody is meddling, ' +
    'and it sounds as if somebody were.',
  expectedEffect: 'Callee to caller choppy, now and then metallic; the other direction is clear. Texts are late.',
  expected: {
    connects: 'mostly',
    lossRatio: { up: [0, 0], down: [0.16, 0.28] },
    delayMs: { up: [30, 34], down: [30, 34] },
    diagnoses: ['clear', 'choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule(
      'down loss 21.5%',
      documented('20 to 23 % inbound, 0 % outbound, for hours, on an ordinary line (signalapp/Signal-Desktop#7935, 2026-06); the middle'),
    ),
  ],
});
