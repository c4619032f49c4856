import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';
import { ORDINARY_DELAY } from './common.ts';

const FROZEN_AFTER = assumed(
  'connections that freeze after 16 to 20 kB were documented for TCP on mobile networks in Russia (net4people/bbs#490), and DTLS flows where "several bytes ' +
    'arrive, then nothing" (#422); that UDP freezes at the same count is a guess',
);
const FROZEN_FOR = assumed('a ten-minute window for UDP is mentioned in passing by one user (net4people/bbs#490)');

/** A flow that dies after its first kilobytes. */
export const freeze: BuiltInPath = builtInPath({
  name: 'freeze',
  group: 'restriction',
  summary: 'Each direction of the call freezes for good once 18 kB of it have passed, about two seconds of talk; other connections go on.',
  expectedEffect: 'The call connects, a word or two gets through, then both sides hear nothing. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0.4, 0.95], down: [0.4, 0.95] },
    delayMs: { up: [30, 34], down: [30, 34] },
    diagnoses: ['call-dropped'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    ...(['up', 'down'] as const).map((direction) =>
      sourcedRule(`after 18kB for 600s sticky: ${direction} call freeze`, { 'after.bytes': FROZEN_AFTER, 'for.ms': FROZEN_FOR }),
    ),
  ],
});

/** Only the handshake is dropped. */
export const dtlsDrop: BuiltInPath = builtInPath({
  name: 'dtls-drop',
  group: 'restriction',
  summary:
    'ICE finds its way, but the DTLS handshake is dropped, both ways: boxes in Russia dropped the hello of some WebRTC programs by its ' +
    'fingerprint (pion in 2021, net4people/bbs#603 in 2026).',
  expectedEffect: 'The call never connects: it stops at the key exchange. Texts arrive.',
  expected: { connects: 'never', lossRatio: null, delayMs: null, diagnoses: ['call-blocked'] },
  rules: [sourcedRule('delay 30ms', ORDINARY_DELAY), sourcedRule('dtls-handshake blackhole')],
});

/** Only STUN is dropped. */
export const stunDrop: BuiltInPath = builtInPath({
  name: 'stun-drop',
  group: 'restriction',
  summary:
    'Every STUN packet is dropped, both ways and on any port; UDP that is not STUN would pass. What circumvention tools in Russia had to ' +
    'disguise in 2025 (youtubeUnblock PR#266).',
  expectedEffect: 'The call never connects: ICE gets no answer. Texts arrive.',
  expected: { connects: 'never', lossRatio: null, delayMs: null, diagnoses: ['call-blocked'] },
  rules: [sourcedRule('delay 30ms', ORDINARY_DELAY), sourcedRule('stun blackhole')],
});

/** Everything over UDP is dropped. */
export const udpBlackhole: BuiltInPath = builtInPath({
  name: 'udp-blackhole',
  group: 'restriction',
  summary:
    'No UDP at all, while TCP passes: as users of mobile networks in Russia told of "all UDP with unusual content" in December 2025 ' +
    '(net4people/bbs#546), and as many company networks are set up.',
  expectedEffect: 'The call never connects; only a relay over TCP could carry it. Texts arrive.',
  expected: { connects: 'never', lossRatio: null, delayMs: null, diagnoses: ['call-blocked'] },
  rules: [sourcedRule('delay 30ms', ORDINARY_DELAY), sourcedRule('call blackhole')],
});

/** Short total gaps. */
export const gap10s: BuiltInPath = builtInPath({
  name: 'gap-10s',
  group: 'restriction',
  summary: 'Every ten seconds the call loses everything for three quarters of a second, as a user told of Discord voice in Russia.',
  expectedEffect: 'Clear speech with a hole every ten seconds. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0.04, 0.09], down: [0.04, 0.09] },
    delayMs: { up: [30, 34], down: [30, 34] },
    diagnoses: ['choppy', 'clear'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule(
      'call outage every 10s for 750ms',
      assumed(
        'half a second to a second of loss about every ten seconds, as one user told of Discord voice (Flowseal/zapret-discord-youtube#12514); the middle',
      ),
    ),
  ],
});
