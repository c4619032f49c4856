import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';
import { ORDINARY_DELAY } from './common.ts';

/** Over the 2.2 of independent losses at that ratio; with much longer bursts concealment fades out and leaves silence instead of a metallic voice. */
const loss = assumed(
  'no measurement of these calls was published; 55 % in bursts of 2.75 on average (Gilbert 1960) is chosen so that concealment is heard ' +
    'as in user reports ("metallic voice", youtubeUnblock#265, 2025-08-19), well under the 70 to 90 % measured in Qatar (Signal-Android#9964)',
);
/** A count and not a time, so that one seed loses the same packets in every run. */
const spared = assumed(
  'half a second of voice at 20 ms a packet; users told of calls that connect fast and croak at once (youtubeUnblock#265)',
);

/**
 * How WhatsApp calls in Russia were described from 11 August 2025 on. Loss is up only because the one technical account of these boxes
 * (youtubeUnblock#361, 2026-02-13, of Telegram's data) has them drop, at random, packets the client sends, and no others. The set-up is spared because
 * the calls were described as connecting fast.
 */
export const whatsapp202508: BuiltInPath = builtInPath({
  name: 'whatsapp-2025-08',
  group: 'restriction',
  summary:
    'Voice throttling as users in Russia described WhatsApp calls in August 2025: the call connects, and half a second later the voice ' +
    'packets the caller sends are lost in bursts and come unevenly. Nothing else is touched: STUN, the DTLS handshake, data channel and texts pass.',
  expectedEffect: 'Robotic, metallic speech from caller to callee; the other direction is clear. Texts arrive.',
  expected: {
    connects: 'always',
    lossRatio: { up: [0.44, 0.62], down: [0, 0] },
    delayMs: { up: [50, 64], down: [30, 34] },
    diagnoses: ['metallic'],
  },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule('after 25 packets: up rtp jitter 25ms uniform', {
      jitterMs: assumed(
        '"gurgling, hissing and interference" (Telecom Daily in Vedomosti, 2025-08-13) names no figure; 0 to 50 ms is chosen',
      ),
      'after.packets': spared,
    }),
    sourcedRule('after 25 packets: up rtp loss 55% burst 2.75', { '*': loss, 'after.packets': spared }),
  ],
});
