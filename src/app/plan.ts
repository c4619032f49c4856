import type { RunSettings } from '../config/run-settings.ts';
import type { CallPlan, StimulusInfo } from '../core/call-plan.ts';
import type { PathProfile } from '../core/path-profile.ts';

/** All that a call will do. Both directions speak the same stimulus, so that their scores differ by the network alone. */
export function planCall(settings: RunSettings, seed: number, stimulus: StimulusInfo, path: PathProfile): CallPlan {
  return {
    seed,
    stimuli: { up: stimulus, down: stimulus },
    codec: settings.codec,
    path,
    playout: settings.playout,
    timeouts: settings.timeouts,
    text: settings.text,
    leadInMs: settings.leadInMs,
    tailMs: settings.tailMs,
  };
}
