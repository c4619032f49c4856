import { measured, notApplicable } from '../../core/measurement.ts';
import { clamp } from '../../dsp/statistics.ts';
import type { FrontEnd } from '../front-end.ts';
import { prominence } from '../front-end-spectra.ts';
import type { Pauses } from '../pauses.ts';
import { createTally, type FrameTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** Noise in the pauses must reach this level re the loud end of speech, and stand this far above the reference's own, dB. */
const LEAST_NOISE_DB = -62;
const ABOVE_REFERENCE_DB = 3;
/** An island is a spectral peak this far above its surroundings; more than 20 dB further does not count, dB. */
const ISLAND_DB = 9;
const MOST_ISLAND_DB = 20;
/** Pauses with a voice in them (another talker, an echo) are no musical noise: from 5 % voiced frames the feature fades, at 15 % it is gone. */
const VOICED_FROM = 0.05;
const VOICED_SPAN = 0.1;

/**
 * Isolated tonal islands in the pauses, as noise suppressors leave them. Feature `musicalIslands`: summed prominence of the islands in a
 * frame, dB, mean over the pauses.
 * @param pauses null when the reference has too little silence to judge
 */
export function musical(frontEnd: FrontEnd, pauses: Pauses | null): SubScore {
  if (pauses === null) return nothingToMeasure({ musicalIslands: notApplicable('the reference has too little silence') });
  const noisy = pauses.noiseDb > LEAST_NOISE_DB && pauses.noiseDb > pauses.referenceDb + ABOVE_REFERENCE_DB;
  const voice = clamp((pauses.voicedShare - VOICED_FROM) / VOICED_SPAN, 0, 1);
  const tally = createTally(frontEnd.frames, 'musicalIslands');
  const islands = noisy ? islandProminence(frontEnd, 1 - voice, tally) * (1 - voice) : 0;
  return {
    strength: noisy ? strengthOf('musicalIslands', islands) : 0,
    times: timesOf('musicalIslands', islands),
    features: { musicalIslands: measured(islands, 'dB') },
    tallies: [tally],
  };
}

function islandProminence(frontEnd: FrontEnd, weight: number, tally: FrameTally): number {
  const { bins, firstBin, lastBin, degraded, degradedFloor } = frontEnd.spectra();
  let sum = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.silent[t] === 0) continue;
    const before = sum;
    for (let k = firstBin; k <= lastBin; k++) {
      const i = t * bins + k;
      const above = prominence(degraded, degradedFloor, i);
      if (above <= ISLAND_DB) continue;
      const x = degraded[i] as number;
      if (x < (degraded[i - 1] as number) || x < (degraded[i + 1] as number)) continue;
      if (x < (degraded[i - 2] as number) || x < (degraded[i + 2] as number)) continue;
      sum += Math.min(above - ISLAND_DB, MOST_ISLAND_DB);
    }
    tally.value[t] = weight * (sum - before);
    tally.weight[t] = 1;
  }
  return sum / frontEnd.silentFrames;
}
