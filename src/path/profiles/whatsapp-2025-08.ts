import type { PathProfile } from '../../core/path-profile.ts';
import { gilbertElliottFor } from '../impairments/gilbert-elliott-loss.ts';
import { assumed } from '../provenance.ts';

const LOSS_RATIO = 0.55;
/** Over the 2.2 of independent losses at that ratio; with much longer bursts concealment fades out and leaves silence instead of a metallic voice. */
const MEAN_BURST = 2.75;
/** RTP packets that pass before harm begins. A count and not a time, so that one seed loses the same packets in every run. */
const SPARED_PACKETS = 25;

const loss = assumed(
  `no measurement of these calls was published; ${LOSS_RATIO * 100} % in bursts of ${MEAN_BURST} on average is chosen so that concealment is heard ` +
    'as in user reports ("metallic voice", youtubeUnblock#265, 2025-08-19), well under the 70 to 90 % measured in Qatar (Signal-Android#9964)',
);
const gilbert = assumed('the simplest model of bursts: all is lost in the bad state, nothing in the good (Gilbert 1960)');
const spared = assumed(
  'half a second of voice at 20 ms a packet; users told of calls that connect fast and croak at once (youtubeUnblock#265)',
);

/**
 * How WhatsApp calls in Russia were described from 11 August 2025 on. Loss is up only because the one technical account of these boxes
 * (youtubeUnblock#361, 2026-02-13, of Telegram's data) has them drop, at random, packets the client sends, and no others.
 */
export const whatsapp202508: PathProfile = {
  name: 'whatsapp-2025-08',
  summary:
    'Voice throttling as users in Russia described WhatsApp calls in August 2025: the call connects, and half a second later the voice ' +
    'packets the caller sends are lost in bursts and come unevenly. Nothing else is touched: STUN, the DTLS handshake, data channel and texts pass.',
  expectedEffect: 'Robotic, metallic speech from caller to callee; the other direction is clear. Texts arrive.',
  basis: 'assumed',
  rules: [
    {
      match: 'any',
      direction: 'both',
      action: { kind: 'delay', delayMs: 30 },
      provenance: { delayMs: assumed('within the 30 to 60 ms of an ordinary path') },
    },
    {
      match: ['rtp'],
      direction: 'up',
      after: { packets: SPARED_PACKETS },
      action: { kind: 'jitter', distribution: 'uniform', jitterMs: 25, reorder: false },
      provenance: {
        jitterMs: assumed(
          '"gurgling, hissing and interference" (Telecom Daily in Vedomosti, 2025-08-13) names no figure; 0 to 50 ms is chosen',
        ),
        'after.packets': spared,
      },
    },
    {
      match: ['rtp'],
      direction: 'up',
      after: { packets: SPARED_PACKETS },
      action: gilbertElliottFor(LOSS_RATIO, MEAN_BURST),
      provenance: {
        enterBadRatio: loss,
        leaveBadRatio: loss,
        lossInBadRatio: gilbert,
        lossInGoodRatio: gilbert,
        'after.packets': spared,
      },
    },
  ],
};
