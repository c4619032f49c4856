import type { PathProfile } from '../../core/path-profile.ts';
import { assumed } from '../provenance.ts';

/** The control: a good fixed line, without any loss. */
export const clear: PathProfile = {
  name: 'clear',
  summary: 'A good fixed line: 20 ms one way, a little jitter, no loss. The control every other path is compared with.',
  expectedEffect: 'Nothing to hear: the call connects and both directions sound like the stimulus. Texts arrive.',
  basis: 'assumed',
  rules: [
    {
      match: 'any',
      direction: 'both',
      action: { kind: 'delay', delayMs: 20 },
      provenance: { delayMs: assumed('a call within one country; well under the 150 ms of ITU-T G.114') },
    },
    {
      match: ['rtp', 'rtcp', 'text'],
      direction: 'both',
      action: { kind: 'jitter', distribution: 'uniform', jitterMs: 1, reorder: false },
      provenance: { jitterMs: assumed('uniform from 0 to 2 ms: a lightly loaded access line') },
    },
  ],
};
