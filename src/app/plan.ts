import { DEFAULT_OVERHEAD_MS } from '../config/defaults.ts';
import type { RunSettings } from '../config/run-settings.ts';
import type { CallPlan, RelayRoute, StimulusInfo } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import type { PathProfile } from '../core/path-profile.ts';

/**
 * All that a call will do. Both directions speak the same stimulus, so that their scores differ by the network alone.
 * Throws UserError when the whole run may not even take as long as the speech.
 */
export function planCall(
  settings: RunSettings,
  seed: number,
  stimulus: StimulusInfo,
  path: PathProfile,
  route: RelayRoute | null,
): CallPlan {
  const { leadInMs, tailMs, timeouts } = settings;
  const speechMs = leadInMs + stimulus.seconds * 1000 + tailMs;
  if (settings.totalMs !== null && settings.totalMs <= speechMs) {
    throw new UserError(
      'contradictory-flags',
      `--timeout ${settings.totalMs / 1000} s ends the run before its ${(speechMs / 1000).toFixed(1)} s of speech`,
      'raise --timeout, or give a shorter --reference',
    );
  }
  return {
    seed,
    stimuli: { up: stimulus, down: stimulus },
    peers: settings.peers,
    codec: settings.codec,
    path,
    ...(route === null ? {} : { route }),
    playout: settings.playout,
    timeouts: { ...timeouts, totalMs: settings.totalMs ?? timeouts.connectMs + speechMs + DEFAULT_OVERHEAD_MS },
    text: settings.text,
    leadInMs,
    tailMs,
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
