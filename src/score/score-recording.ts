import { once } from '../core/once.ts';
import { type RecordingScores, SCORE_IDS, type Score, type ScoreId, type Scores } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { clippedPerFrame } from './clipping.ts';
import { levelDips } from './discontinuity.ts';
import { addedSoundDb } from './distortion.ts';
import type { NetworkImpairment } from './e-model.ts';
import { type FrontEnd, prepareFrontEnd } from './front-end.ts';
import { findGaps } from './gaps.ts';
import { longTermSpectra } from './long-term.ts';
import { metallicSubScores } from './metallic/metallic.ts';
import { createMosTerms } from './mos-lqo.ts';
import { measurePauses } from './pauses.ts';
import type { PreparedReference } from './prepared-reference.ts';
import { SCORES } from './registry.ts';
import { noScore, type ScoringContext } from './scoring.ts';
import { hearOverTime } from './time-line/time-line.ts';
import { compareWithVisqol } from './visqol-score.ts';

export type { NetworkImpairment } from './e-model.ts';
export { type PreparedReference, prepareReference } from './prepared-reference.ts';

/**
 * Scores a recording against what was spoken. Any sample rates of 8 … 192 kHz; gain, delay and silence before and after do not matter.
 * Where nothing of the reference is found, or either sound is too short or silent, every score that compares them, and every MOS, is
 * not applicable and says why; clipping and level are still read where there is sound.
 * @param reference as it is, or prepared where several recordings have the same
 * @param network what the call did to the packets, for `mosCqe`; null for a recording without a known call
 */
export function scoreRecording(
  reference: Signal | PreparedReference,
  recording: Signal,
  network: NetworkImpairment | null,
): RecordingScores {
  const frontEnd = prepareFrontEnd(reference, recording);
  const scoring = createScoring(frontEnd, network);
  return {
    scores: computeScores(scoring),
    alignment: frontEnd.alignment,
    speechFound: frontEnd.speechFound,
    noSpeechReason: frontEnd.noSpeechReason,
    overTime: hearOverTime(scoring),
  };
}

/** All scores of an analysed pair. */
function computeScores({ score }: ScoringContext): Scores {
  return Object.fromEntries(SCORE_IDS.map((id) => [id, score(id)])) as Record<ScoreId, Score>;
}

/** Makes a function that computes single scores of an analysed pair, each once; scores that build on others share their results. */
export function createScorer(frontEnd: FrontEnd, network: NetworkImpairment | null): (id: ScoreId) => Score {
  return createScoring(frontEnd, network).score;
}

/** The scores of an analysed pair and what they share, each computed once, at first use. */
export function createScoring(frontEnd: FrontEnd, network: NetworkImpairment | null): ScoringContext {
  const known = new Map<ScoreId, Score>();
  const context: ScoringContext = {
    frontEnd,
    network,
    pauses: once(() => measurePauses(frontEnd)),
    gaps: once(() => findGaps(frontEnd)),
    longTerm: once(() => longTermSpectra(frontEnd)),
    clipped: once(() => clippedPerFrame(frontEnd.input.recording)),
    dips: once(() => levelDips(frontEnd)),
    addedSound: once(() => addedSoundDb(frontEnd)),
    visqol: once(() => compareWithVisqol(context)),
    mosTermsWithin: once(() => createMosTerms(context)),
    subScores: once(() => metallicSubScores(context)),
    score: (id) => {
      const score = known.get(id) ?? compute(id, context);
      known.set(id, score);
      return score;
    },
  };
  return context;
}

function compute(id: ScoreId, context: ScoringContext): Score {
  const definition = SCORES[id];
  const { notApplicable } = context.frontEnd;
  return notApplicable !== null && !definition.withoutSpeech ? noScore(notApplicable) : definition.compute(context);
}
