import { type Measurement, measured, notApplicable } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { clamp, runningMedian } from '../dsp/statistics.ts';
import { frameLevelsDb } from './frame-classes.ts';
import { FRAME_SAMPLES, FRAMES_PER_SECOND, type FrontEnd } from './front-end.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** What brings the exponent to 1: share of speech missing, gaps a second of speech, mean loss of level, dB. */
const MUTE_SCALE = 0.06;
const RATE_SCALE = 1.5;
const DIP_SCALE_DB = 4;
/** Losses of level below 6 dB are no dropouts, beyond 36 dB not worse ones, dB. */
export const DIP_FROM_DB = 6;
const DIP_MOST_DB = 30;
/** Half width of the median that tells the usual level: 1 s of speech on either side, frames. */
const USUAL_RADIUS = 100;

/**
 * Speech that is missing: D = 1 − exp(−(missing/0.06 + gaps per second/1.5 + dip/4 dB)). Parts: `missingSpeech` (share of the reference's
 * speech in gaps, or never played), `gapRate` a second of speech, `longestGap`, `dip` (mean loss of level beyond 6 dB over speech),
 * `hardEdges` (share of gaps cut off at once on both sides: muting rather than fading).
 */
export function discontinuity(context: ScoringContext): Score {
  const { frontEnd } = context;
  if (frontEnd.activeFrames === 0) return noScore('no speech to look at');
  const gaps = context.gaps();
  const spoken = frontEnd.activeFrames / FRAMES_PER_SECOND;
  const uncovered = frontEnd.uncoveredSeconds;
  const missing = Math.min(1, (gaps.reduce((sum, gap) => sum + gap.seconds, 0) + uncovered) / (spoken + uncovered));
  const rate = gaps.length / spoken;
  const dips = context.dips();
  const dip = dips.reduce((sum, db) => sum + db, 0) / frontEnd.activeFrames;
  const longest = gaps.reduce((most, gap) => Math.max(most, gap.seconds), 0);
  const hardEdges: Measurement =
    gaps.length === 0 ? notApplicable('there are no gaps') : measured(gaps.filter((gap) => gap.hard).length / gaps.length, 'ratio');
  return {
    measurement: measured(discontinuityOf(missing, rate, dip), 'score'),
    parts: {
      missingSpeech: measured(missing, 'ratio'),
      gapRate: measured(rate, 'count/s'),
      longestGap: measured(longest, 's'),
      dip: measured(dip, 'dB'),
      hardEdges,
    },
    dominant: null,
  };
}

/** D = 1 − exp(−(missing/0.06 + gaps per second/1.5 + dip/4 dB)), 0–1. */
export function discontinuityOf(missing: number, gapRate: number, dipDb: number): number {
  return 1 - Math.exp(-(missing / MUTE_SCALE + gapRate / RATE_SCALE + dipDb / DIP_SCALE_DB));
}

/** In each frame of speech, the loss of level beyond 6 dB against what is usual around, dB, at most 30: a slow gain control is no dropout. */
export function levelDips(frontEnd: FrontEnd): Float64Array {
  const referenceDb = frameLevelsDb(frontEnd.equalised(), frontEnd.frames, FRAME_SAMPLES);
  const spoken = new Float64Array(frontEnd.activeFrames);
  let n = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 1) spoken[n++] = (referenceDb[t] as number) - (frontEnd.degradedDb[t] as number);
  }
  const usual = runningMedian(spoken, USUAL_RADIUS);
  const out = new Float64Array(frontEnd.frames);
  for (let t = 0, i = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    out[t] = clamp((spoken[i] as number) - (usual[i] as number) - DIP_FROM_DB, 0, DIP_MOST_DB);
    i++;
  }
  return out;
}
