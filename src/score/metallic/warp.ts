import { measured, notApplicable } from '../../core/measurement.ts';
import { FRAMES_PER_SECOND, type FrontEnd } from '../front-end.ts';
import { localSteps } from './local-delay.ts';
import { createTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** Delay steps beyond this are a re-centring of the playout, heard as one jump and not as flutter, ms. */
const LONGEST_MS = 40;
/** Flutter alone makes a voice unsteady rather than metallic: it never counts for more than this. */
const MOST_STRENGTH = 0.8;

/** Time-stretching inside words, as a jitter buffer does to catch up. Feature `warpRate`: delay steps of 1.5 to 40 ms a second of speech. */
export function warp(frontEnd: FrontEnd): SubScore {
  if (frontEnd.activeFrames === 0) return nothingToMeasure({ warpRate: notApplicable('no speech to look at') });
  const steps = localSteps(frontEnd).filter((step) => Math.abs(step.ms) <= LONGEST_MS);
  const rate = (steps.length * FRAMES_PER_SECOND) / frontEnd.activeFrames;
  const tally = createTally(frontEnd.frames, 'warpRate');
  for (let t = 0; t < frontEnd.frames; t++) if (frontEnd.active[t] === 1) tally.weight[t] = 1 / FRAMES_PER_SECOND;
  for (const { seconds } of steps) {
    const frame = Math.max(0, Math.min(frontEnd.frames - 1, Math.floor(seconds * FRAMES_PER_SECOND)));
    tally.value[frame] = (tally.value[frame] as number) + 1;
  }
  return {
    strength: MOST_STRENGTH * strengthOf('warpRate', rate),
    times: timesOf('warpRate', rate),
    features: { warpRate: measured(rate, 'count/s') },
    tallies: [tally],
  };
}
