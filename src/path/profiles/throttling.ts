import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed, documented } from '../provenance.ts';
import { ORDINARY_DELAY } from './common.ts';

/** Random loss of what the client sends, of any call-like traffic. */
export const uplinkRandom: BuiltInPath = builtInPath({
  name: 'uplink-random',
  group: 'restriction',
  summary:
    'Two in five of all call packets the caller sends are lost at random, the connection set-up included. The kind of harm is documented ' +
    '(Telegram in Russia, uploads in Iran), its size is not.',
  expectedEffect: 'Caller to callee choppy and metallic; the other direction is clear. Connecting takes some seconds. Texts arrive.',
  expected: {
    connects: 'mostly',
    lossRatio: { up: [0.32, 0.48], down: [0, 0] },
    delayMs: { up: [30, 34], down: [30, 34] },
    diagnoses: ['choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule(
      'up call loss 40%',
      assumed(
        'random packets the client sends are dropped (youtubeUnblock#361, 2026-02-13, of Telegram\'s data); voices "chopped and robotic" where uploads were ' +
          'throttled (Iran, net4people/bbs#253); no share was published, 40 % is chosen because half of that goes unheard with forward error correction',
      ),
    ),
  ],
});

/** The highest loss ever measured on calls that were being blocked. */
export const gulf: BuiltInPath = builtInPath({
  name: 'gulf',
  group: 'restriction',
  summary: 'The call connects, and four of five voice packets are lost both ways, as measured on Signal calls in Qatar (70 to 90 %).',
  expectedEffect: 'Next to nothing to understand: single sounds that drag and fade, long silence. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0.74, 0.86], down: [0.74, 0.86] },
    delayMs: { up: [60, 64], down: [60, 64] },
    diagnoses: ['choppy', 'metallic', 'distorted', 'silent', 'call-dropped'],
  },
  rules: [
    sourcedRule('delay 60ms', assumed('a call to a neighbouring region')),
    sourcedRule(
      'media loss 80%',
      documented(
        'the middle of the 70 to 90 % that Signal staff saw in debug logs of calls in Qatar (signalapp/Signal-Android#9964, 2022-07-25)',
      ),
    ),
  ],
});

const TWITTER =
  'the limit on Twitter in Russia 2021: both ways 130 to 150 kbit/s, what is above it dropped (Xue et al., IMC 2021); 140 is the middle';

/** A known policer that an audio call does not even meet: what it shows is that such a rule cannot explain a bad voice. */
export const policer140k: BuiltInPath = builtInPath({
  name: 'policer-140k',
  group: 'control',
  summary: 'The policer measured on Twitter in Russia in 2021: what exceeds 140 kbit/s is dropped, both ways. A voice call needs about 50.',
  expectedEffect: 'Nothing to hear: a voice call stays below the limit. (A video call would not.) Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0, 0.002], down: [0, 0.002] },
    delayMs: { up: [30, 34], down: [30, 34] },
    diagnoses: ['clear'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule('police 140kbps burst 16kB', {
      rateBps: documented(TWITTER),
      burstBytes: assumed('no bucket size was published; a second of the rate'),
    }),
  ],
});

/** What a policer would have to be to hurt Opus. */
export const policer24k: BuiltInPath = builtInPath({
  name: 'policer-24k',
  group: 'restriction',
  summary:
    'A policer tight enough to hurt a voice call: of about 50 kbit/s of call it lets 24 pass, both ways, and drops the rest at once.',
  expectedEffect: 'Broken speech both ways, nearly half of it lost in a steady rhythm. Texts arrive.',
  expected: {
    connects: 'mostly',
    lossRatio: { up: [0.38, 0.54], down: [0.38, 0.54] },
    delayMs: { up: [30, 34], down: [30, 34] },
    diagnoses: ['choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule(
      'call police 24kbps burst 4kB',
      assumed('nobody has published such a rule; by arithmetic a policer must go below the 52 kbit/s of Opus at 32 kbit/s to be heard'),
    ),
  ],
});

/** A link that is too narrow and queues what it cannot carry. */
export const shaper: BuiltInPath = builtInPath({
  name: 'shaper',
  group: 'restriction',
  summary: 'The call is shaped to 40 kbit/s behind a queue of 1.5 s, both ways: it falls further and further behind, then loses a fifth.',
  expectedEffect: 'A delay that grows past a second, then gaps. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0.13, 0.28], down: [0.13, 0.28] },
    delayMs: { up: [1400, 1600], down: [1400, 1600] },
    diagnoses: ['delayed', 'choppy', 'metallic', 'distorted'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule(
      'call rate 40kbps queue 1500ms',
      assumed(
        'that shaping shows as growing delay where policing shows as loss is documented (Flach et al., SIGCOMM 2016); the rate, below the 52 kbit/s of the ' +
          'voice, and the queue are chosen',
      ),
    ),
  ],
});
