import { type ScoreCourse, TIME_LINE_SCORES, type TimeLine, type TimeLineScore } from '../../core/time-line.ts';
import { median } from '../../dsp/statistics.ts';
import { clippingOf } from '../clipping.ts';
import { discontinuityOf } from '../discontinuity.ts';
import { FRAMES_PER_SECOND } from '../front-end.ts';
import { missingTerm, mosOfTerms } from '../mos-lqo.ts';
import { noisinessOf } from '../noisiness.ts';
import { impairmentOf, type ScoringContext } from '../scoring.ts';
import { type LocalDetector, localMetallic } from './local-metallic.ts';

/** A step of the time line, seconds. */
export const STEP_SECONDS = 1;
const STEP_FRAMES: number = STEP_SECONDS * FRAMES_PER_SECOND;
/** With less speech than this a second is not judged, nor its noise with a shorter pause, frames; what is judged counts as at least half a second. */
const LEAST_SPEECH_FRAMES = 20;
const LEAST_PAUSE_FRAMES = 10;
const FULL_SPEECH_FRAMES = 50;
/** Noise not this much above the reference's own is the reference's, dB. */
const ABOVE_REFERENCE_DB = 3;
/** Decimals kept: the rest is not meant. */
const DECIMALS = 1000;

const UNITS: Readonly<Record<TimeLineScore, ScoreCourse['unit']>> = {
  mosLqo: 'MOS',
  metallic: 'score',
  discontinuity: 'score',
  noisiness: 'score',
  clipping: 'score',
  levelChange: 'dB',
};
const TOO_LITTLE_SPEECH = `the reference speaks for less than ${LEAST_SPEECH_FRAMES / FRAMES_PER_SECOND} s of this second`;
const NULL_MEANS: Readonly<Record<TimeLineScore, string>> = {
  mosLqo: TOO_LITTLE_SPEECH,
  metallic: TOO_LITTLE_SPEECH,
  discontinuity: TOO_LITTLE_SPEECH,
  noisiness: `the reference pauses for less than ${LEAST_PAUSE_FRAMES / FRAMES_PER_SECOND} s of this second`,
  clipping: 'the recording is silent',
  levelChange: TOO_LITTLE_SPEECH,
};

/**
 * The scores of each second of a recording, from the same features as those of the whole. Only for a pair whose speech was found.
 * @param detectors the metallic score's, over time
 */
export function scoreSeconds(context: ScoringContext, detectors: readonly LocalDetector[]): Omit<TimeLine, 'eventsLeftOut'> {
  const { frontEnd } = context;
  const measure = { ...createMeters(context), metallic: (from: number, to: number) => localMetallic(detectors, from, to) };
  const opinion = createOpinion(context, measure.noisiness);
  const speechSeconds: number[] = [];
  const values = Object.fromEntries(TIME_LINE_SCORES.map((id) => [id, []])) as unknown as Record<TimeLineScore, (number | null)[]>;
  for (let from = 0; from < frontEnd.frames; from += STEP_FRAMES) {
    const to = Math.min(frontEnd.frames, from + STEP_FRAMES);
    const speech = count(frontEnd.active, from, to);
    speechSeconds.push(rounded(speech / FRAMES_PER_SECOND));
    for (const id of TIME_LINE_SCORES) {
      const spoken = id === 'noisiness' || id === 'clipping' || speech >= LEAST_SPEECH_FRAMES;
      const value = spoken ? (id === 'mosLqo' ? opinion(from, to) : measure[id](from, to)) : null;
      values[id].push(value === null ? null : rounded(value));
    }
  }
  const scores = TIME_LINE_SCORES.map((id) => [id, { unit: UNITS[id], values: values[id], nullMeans: NULL_MEANS[id] }] as const);
  return { stepSeconds: STEP_SECONDS, speechSeconds, scores: Object.fromEntries(scores) as unknown as TimeLine['scores'] };
}

/** A value of frames from … to; null where they do not let it be told. */
type Meter = (from: number, to: number) => number | null;

function createMeters(context: ScoringContext): Record<Exclude<TimeLineScore, 'mosLqo' | 'metallic'>, Meter> {
  const { frontEnd } = context;
  const { recording } = frontEnd.input;
  const dips = context.dips();
  const clipped = context.clipped();
  const clippedAnyway = frontEnd.prepared.clippedShare() ?? 0;
  return {
    discontinuity(from, to) {
      const { missingShare, begun, spoken } = gapsWithin(context, from, to);
      return discontinuityOf(missingShare, begun / spoken, sum(dips, from, to) / FRAMES_PER_SECOND / spoken);
    },
    noisiness(from, to) {
      const own: number[] = [];
      const theirs: number[] = [];
      for (let t = from; t < to; t++) {
        if (frontEnd.silent[t] === 0) continue;
        own.push(frontEnd.degradedDb[t] as number);
        theirs.push(frontEnd.referenceDb[t] as number);
      }
      if (own.length < LEAST_PAUSE_FRAMES) return null;
      const level = median(own);
      return level > median(theirs) + ABOVE_REFERENCE_DB ? noisinessOf(level - frontEnd.topDb) : 0;
    },
    clipping(from, to) {
      if (clipped === null) return null;
      const samples = ((to - from) * recording.sampleRateHz) / FRAMES_PER_SECOND;
      return clippingOf(Math.max(0, sum(clipped, from, to) / samples - clippedAnyway));
    },
    levelChange(from, to) {
      const changes: number[] = [];
      for (let t = from; t < to; t++) {
        if (frontEnd.active[t] === 1 && frontEnd.dropped[t] === 0) {
          changes.push((frontEnd.degradedDb[t] as number) - (frontEnd.referenceDb[t] as number));
        }
      }
      return changes.length === 0 ? null : median(changes);
    },
  };
}

/**
 * The opinion score of a second: the mapping of the whole recording, given that second's own terms. Noise that cannot be told of a second without a pause is taken from
 * the whole.
 */
function createOpinion(context: ScoringContext, noisiness: Meter): Meter {
  if (context.score('mosLqo').measurement.status !== 'ok') return () => null;
  const termsOf = context.mosTermsWithin();
  const noiseOfAll = impairmentOf(context.score('noisiness'));
  return (from, to) =>
    mosOfTerms({
      ...termsOf(from, to),
      missing: missingTerm(gapsWithin(context, from, to).missingShare),
      noise: noisiness(from, to) ?? noiseOfAll,
    });
}

/** What is missing of the speech in frames from … to: as a share of it, and how many gaps, those cut by the borders by their part. */
function gapsWithin({ frontEnd, gaps }: ScoringContext, from: number, to: number): { missingShare: number; begun: number; spoken: number } {
  const spoken = Math.max(FULL_SPEECH_FRAMES, count(frontEnd.active, from, to)) / FRAMES_PER_SECOND;
  let missing = 0;
  let begun = 0;
  for (const { startSeconds, seconds } of gaps()) {
    const start = Math.max(startSeconds, from / FRAMES_PER_SECOND);
    const end = Math.min(startSeconds + seconds, to / FRAMES_PER_SECOND);
    if (end <= start) continue;
    missing += end - start;
    begun += (end - start) / seconds;
  }
  return { missingShare: Math.min(1, missing / spoken), begun, spoken };
}

function count(mask: Uint8Array, from: number, to: number): number {
  let n = 0;
  for (let t = from; t < to; t++) n += mask[t] as number;
  return n;
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let t = from; t < Math.min(to, values.length); t++) total += values[t] as number;
  return total;
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}
