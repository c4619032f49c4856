import type { PathProfile } from '../../core/path-profile.ts';
import { gilbertElliottFor } from '../impairments/gilbert-elliott-loss.ts';
import { assumed } from '../provenance.ts';

const LOSS_RATIO = 0.08;
const MEAN_BURST = 3;
/** DTLS records of each direction that pass before losses begin: what opening the data channel takes. */
const SPARED_RECORDS = 8;

const loss = assumed(`chosen: ${LOSS_RATIO * 100} % loss in bursts of ${MEAN_BURST} on average, a queue that overflows now and then`);
const gilbert = assumed('the simplest model of bursts: all is lost in the bad state, nothing in the good (Gilbert 1960)');

/** A crowded link that treats all traffic alike: what throttling must be told from. */
export const congested: PathProfile = {
  name: 'congested',
  summary:
    'A crowded link: 8 % loss in short bursts and the jitter of a filling queue, both ways, calls and texts alike. ' +
    'STUN and the DTLS handshake lose nothing, so the call always connects (a limit of the test call, not of congestion).',
  expectedEffect: 'Choppy, now and then metallic, yet followable speech in both directions. Texts arrive, some late.',
  basis: 'assumed',
  rules: [
    {
      match: 'any',
      direction: 'both',
      action: { kind: 'delay', delayMs: 40 },
      provenance: { delayMs: assumed('within the 30 to 60 ms of an ordinary path') },
    },
    {
      match: ['rtp', 'rtcp', 'text'],
      direction: 'both',
      action: { kind: 'jitter', distribution: 'normal', jitterMs: 10, reorder: false },
      provenance: { jitterMs: assumed('a queue that fills and drains; most packets wait under 20 ms, few over 40') },
    },
    {
      match: ['rtp'],
      direction: 'both',
      action: gilbertElliottFor(LOSS_RATIO, MEAN_BURST),
      provenance: { enterBadRatio: loss, leaveBadRatio: loss, lossInBadRatio: gilbert, lossInGoodRatio: gilbert },
    },
    {
      match: ['rtcp', 'text'],
      direction: 'both',
      action: { kind: 'bernoulli-loss', lossRatio: LOSS_RATIO },
      provenance: { lossRatio: assumed('as of voice; single losses, because these packets come too far apart for one burst to take two') },
    },
    {
      match: ['dtls-data'],
      direction: 'both',
      after: { packets: SPARED_RECORDS },
      action: { kind: 'bernoulli-loss', lossRatio: LOSS_RATIO },
      provenance: {
        lossRatio: assumed('as of voice; single losses, because these packets come too far apart for one burst to take two'),
        'after.packets': assumed('lets the data channel open, as the handshake before it is spared'),
      },
    },
  ],
};
