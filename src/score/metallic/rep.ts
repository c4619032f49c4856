import { measured, notApplicable } from '../../core/measurement.ts';
import { createRepeatMeter } from '../../dsp/repetition.ts';
import { FRAME_SAMPLES, FRONT_END_RATE_HZ, type FrontEnd } from '../front-end.ts';
import type { Gap } from '../gaps.ts';
import type { Pauses } from '../pauses.ts';
import { createTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** Blocks of 10 ms every 5 ms, compared with what came 2.25 to 21.25 ms before (NetEq's pitch lags, and a packet of 20 ms). */
const BLOCK = 160;
const STEP = 80;
const MIN_LAG = 36;
const MAX_LAG = 340;
/** A repetition is verbatim in the recording ... */
const REPEATED = 0.98;
/** ... and far from verbatim in the reference, for this many steps to either side. */
const NOT_REPEATED = 0.94;
const LEAST_NATURAL = 0.9;
const NEIGHBOURS = 2;
/** A voice so periodic that its own cycles pass that test is still told from a verbatim repetition, which is this many times as exact. */
const VERBATIM = 0.998;
const NATURAL_VOICE = 0.99;
const EXACTNESS = 6;
/** Blocks more than this under the loud frames are left out, and such as do not stand this far above the noise, dB. */
const RANGE_DB = 30;
const CLEAR_OF_NOISE_DB = 12;

/**
 * Sound repeated verbatim where the reference is not periodic: pitch-cycle concealment as in NetEq, packets played twice. Feature
 * `repShare`: share of 10 ms blocks of speech that are such repetitions.
 * @param gaps blocks that reach into one are left out: the few samples beside the silence may resemble anything
 * @param pauses tell the noise, in which nothing is looked for; null when unknown
 */
export function rep(frontEnd: FrontEnd, gaps: readonly Gap[], pauses: Pauses | null): SubScore {
  const silenced = gapMask(gaps, frontEnd.degraded.length);
  const leastDb = frontEnd.topDb + Math.max(-RANGE_DB, (pauses?.noiseDb ?? Number.NEGATIVE_INFINITY) + CLEAR_OF_NOISE_DB);
  const steps = Math.floor((frontEnd.degraded.length - BLOCK) / STEP) + 1;
  const equalised = frontEnd.equalised();
  const best = createRepeatMeter(BLOCK, MIN_LAG, MAX_LAG);
  const periodicity = createRepeatMeter(BLOCK, MIN_LAG, MAX_LAG);
  const known = new Float64Array(Math.max(0, steps)).fill(Number.NaN);
  // Few blocks of the recording are repetitions, and only for these is the reference asked; under a certain likeness it does not matter how alike it is.
  const asked = new Float64Array(known.length);
  const referenceAt = (step: number, enough: number): number => {
    const told = (known[step] as number) < (asked[step] as number) || (asked[step] as number) >= enough;
    if (!told) {
      known[step] = periodicity(equalised, step * STEP, LEAST_NATURAL, enough);
      asked[step] = enough;
    }
    return known[step] as number;
  };
  const tally = createTally(frontEnd.frames, 'repShare');
  let looked = 0;
  let repeated = 0;
  for (let step = 0; step < steps; step++) {
    const frame = Math.min(frontEnd.frames - 1, Math.floor((step * STEP + BLOCK / 2) / FRAME_SAMPLES));
    if (frontEnd.active[frame] === 0) continue;
    looked++;
    tally.weight[frame] = (tally.weight[frame] as number) + 1;
    if ((frontEnd.degradedDb[frame] as number) <= leastDb || silenced[step] === 1) continue;
    const own = best(frontEnd.degraded, step * STEP, REPEATED);
    if (own <= REPEATED) continue;
    // Where the reference is as periodic as that, nothing counts as repeated; of what is not verbatim, already where it is a little periodic.
    const enough = own > VERBATIM ? NATURAL_VOICE : NOT_REPEATED;
    let natural = -1;
    for (let s = Math.max(0, step - NEIGHBOURS); s <= Math.min(steps - 1, step + NEIGHBOURS) && natural < enough; s++)
      natural = Math.max(natural, referenceAt(s, enough));
    if (natural >= enough) continue;
    const verbatim = own > VERBATIM && 1 - natural > EXACTNESS * (1 - own);
    if (natural >= NOT_REPEATED && !verbatim) continue;
    repeated++;
    tally.value[frame] = (tally.value[frame] as number) + 1;
  }
  if (looked === 0) return nothingToMeasure({ repShare: notApplicable('no speech to look at') });
  const share = repeated / looked;
  const features = { repShare: measured(share, 'ratio') };
  return { strength: strengthOf('repShare', share), times: timesOf('repShare', share), features, tallies: [tally] };
}

/** 1 for steps whose block reaches into a gap. */
function gapMask(gaps: readonly Gap[], length: number): Uint8Array {
  const mask = new Uint8Array(Math.ceil(length / STEP) + 1);
  for (const { startSeconds, seconds } of gaps) {
    const from = Math.ceil((startSeconds * FRONT_END_RATE_HZ - BLOCK) / STEP);
    const to = Math.floor(((startSeconds + seconds) * FRONT_END_RATE_HZ) / STEP);
    mask.fill(1, Math.max(0, from), to + 1);
  }
  return mask;
}
