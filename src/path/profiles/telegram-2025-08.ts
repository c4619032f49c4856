import { type BuiltInPath, builtInPath, sourcedRule } from '../built-in-path.ts';
import { assumed } from '../provenance.ts';
import { ORDINARY_DELAY } from './common.ts';

/** How Telegram calls in Russia were described from 11 August 2025 on: they hardly ever connect. */
export const telegram202508: BuiltInPath = builtInPath({
  name: 'telegram-2025-08',
  group: 'restriction',
  summary:
    'Call set-up blocked as users in Russia described Telegram calls in August 2025: every STUN packet the caller sends is lost, so the call ' +
    'never connects. Reports range from 70 to 100 % of attempts lost; all of them are here, so that a run has one outcome. Texts pass.',
  expectedEffect: 'The call never connects: ICE finds no working pair until the connect timeout ends the attempt. Texts arrive.',
  expected: { connects: 'never', lossRatio: null, delayMs: null, diagnoses: ['call-blocked'] },
  rules: [
    sourcedRule('delay 30ms', ORDINARY_DELAY),
    sourcedRule(
      'up stun loss 100%',
      assumed(
        'a capture shows binding requests every half second and no answer (Flowseal/zapret-discord-youtube#6148, 2025-10-31), and tools had to ' +
          'disguise STUN (youtubeUnblock PR#266); "barely functional" (Reuters) allows that some got through; no ratio was published',
      ),
    ),
  ],
});
