import { type Measurement, measuredValue } from '../core/measurement.ts';
import type { Score, ScoreId, Scores } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { amplitudeToDb, rms } from '../dsp/levels.ts';
import { percentile } from '../dsp/statistics.ts';
import { prepareFrontEnd } from './front-end.ts';
import { createScorer } from './score-recording.ts';

/** A pair this good, or as metallic as this, is taken as it was given. */
const GOOD_MOS = 4.4;
const METALLIC = 0.3;
/** A damage is the first file's when it is so much more of it, the other way round, and no other is so much less. */
const GAIN = 0.7;
const LOSS = 0.3;
/** Speech missing in gaps, as a share, for a damage of 1 − 1/e. */
const MISSING_SCALE = 0.03;

/** Noise in the first file's pauses that is louder than this, against its speech, and so much louder than in the second, is the recording's, dB. */
const NOISE_DB = -40;
const NOISE_MORE_DB = 15;
const PAUSE_SHARE = 0.1;
const LOUD_SHARE = 0.95;

/** What a damaged copy has and its original lacks, whichever of the two is called the reference. */
function damagesOf(score: (id: ScoreId) => Score): number[] {
  const value = (measurement: Measurement | undefined): number => measuredValue(measurement) ?? 0;
  return [
    value(score('metallic').parts['rep']),
    value(score('noisiness').measurement),
    value(score('clipping').measurement),
    1 - Math.exp(-value(score('discontinuity').parts['missingSpeech']) / MISSING_SCALE),
  ];
}

/**
 * Whether the reference looks like a damaged copy of the recording: noise, gaps, clipping or repeated packets that only it has. Scores the pair the other
 * way round where the scores leave room for doubt. Robot voices, ring modulation and filters are as different one way as the other: they are not told.
 * @param scores of the pair as it was given
 */
export function looksSwapped(reference: Signal, recording: Signal, scores: Scores): boolean {
  const noiseDb = pausesDb(reference);
  if (noiseDb > NOISE_DB && noiseDb - pausesDb(recording) > NOISE_MORE_DB) return true;
  const mos = measuredValue(scores.mosLqo.measurement);
  if (mos === null || mos >= GOOD_MOS || (measuredValue(scores.metallic.measurement) ?? 0) > METALLIC) return false;
  const forward = damagesOf((id) => scores[id]);
  const backward = damagesOf(createScorer(prepareFrontEnd(recording, reference), null));
  const gains = backward.map((damage, i) => damage - (forward[i] as number));
  return Math.max(...gains) > GAIN && Math.min(...gains) > -LOSS;
}

/** Level of the softest tenth of a sound's frames against its loud ones, dB. */
function pausesDb({ samples, sampleRateHz }: Signal): number {
  const frame = Math.round(0.02 * sampleRateHz);
  const levels = Float64Array.from({ length: Math.floor(samples.length / frame) }, (_, t) =>
    amplitudeToDb(rms(samples, t * frame, (t + 1) * frame)),
  );
  return levels.length === 0 ? 0 : percentile(levels, PAUSE_SHARE) - percentile(levels, LOUD_SHARE);
}
