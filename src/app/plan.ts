import type { RunSettings } from '../config/run-settings.ts';
import type { CallPlan, RelayRoute, StimulusInfo } from '../core/call-plan.ts';
import type { PathProfile } from '../core/path-profile.ts';

/** All that a call will do. Both directions speak the same stimulus, so that their scores differ by the network alone. */
export function planCall(
  settings: RunSettings,
  seed: number,
  stimulus: StimulusInfo,
  path: PathProfile,
  route: RelayRoute | null,
): CallPlan {
  return {
    seed,
    stimuli: { up: stimulus, down: stimulus },
    codec: settings.codec,
    path,
    ...(route === null ? {} : { route }),
    playout: settings.playout,
    timeouts: settings.timeouts,
    text: settings.text,
    leadInMs: settings.leadInMs,
    tailMs: settings.tailMs,
  };
}

/** The path of a call over a real network to which this machine adds nothing. */
export const NOTHING_ADDED: PathProfile = {
  name: 'none',
  summary: 'nothing is added on this machine',
  expectedEffect: 'whatever the real network does',
  basis: 'documented',
  rules: [],
};
