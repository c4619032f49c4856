import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';

/** A crowded link that treats all traffic alike: what throttling must be told from. */
export const congested: BuiltInPath = builtInPath({
  name: 'congested',
  group: 'everyday',
  summary: 'A crowded link: 8 % loss and the jitter of a filling queue, both ways, connection set-up, calls and texts alike.',
  expectedEffect: 'Choppy, now and then metallic, yet followable speech in both directions. Connecting and texts may take a little longer.',
  expected: {
    connects: 'mostly',
    lossRatio: { up: [0.025, 0.16], down: [0.025, 0.16] },
    delayMs: { up: [46, 56], down: [46, 56] },
    diagnoses: ['clear', 'choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 40ms', assumed('within the 30 to 60 ms of an ordinary path')),
    sourcedRule('rtp+rtcp+text jitter 10ms normal', assumed('a queue that fills and drains; most packets wait under 20 ms, few over 40')),
    sourcedRule(
      'rtp loss 8% burst 3',
      assumed(
        'chosen: 8 % loss in bursts of 3 on average, a queue that overflows now and then, by the simplest model of bursts (Gilbert 1960)',
      ),
    ),
    sourcedRule(
      'stun+dtls+rtcp+text loss 8%',
      assumed('as of voice; single losses, because these packets come too far apart for one burst to take two'),
    ),
  ],
});
