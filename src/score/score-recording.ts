import { type RecordingScores, SCORE_IDS, type Score, type ScoreId, type Scores } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';

import type { NetworkImpairment } from './e-model.ts';
import { type FrontEnd, prepareFrontEnd } from './front-end.ts';
import { measurePauses, type Pauses } from './pauses.ts';
import { SCORES } from './registry.ts';
import { noScore, type ScoringContext } from './scoring.ts';

export type { NetworkImpairment } from './e-model.ts';

/**
 * Scores a recording against what was spoken. Any sample rates of 8 … 192 kHz; gain, delay and silence before and after do not matter.
 * Where nothing of the reference is found, or either sound is too short or silent, every score that compares them, and every MOS, is
 * not applicable and says why; clipping and level are still read where there is sound.
 * @param network what the call did to the packets, for `mosCqe`; null for a recording without a known call
 */
export function scoreRecording(reference: Signal, recording: Signal, network: NetworkImpairment | null): RecordingScores {
  const frontEnd = prepareFrontEnd(reference, recording);
  return {
    scores: computeScores(frontEnd, network),
    alignment: frontEnd.alignment,
    speechFound: frontEnd.speechFound,
    noSpeechReason: frontEnd.noSpeechReason,
  };
}

/** All scores of an analysed pair. Scores that build on others share their results. */
export function computeScores(frontEnd: FrontEnd, network: NetworkImpairment | null): Scores {
  const known = new Map<ScoreId, Score>();
  let pauses: Pauses | null | undefined;
  const context: ScoringContext = {
    frontEnd,
    network,
    pauses: () => {
      if (pauses === undefined) pauses = measurePauses(frontEnd);
      return pauses;
    },
    score: (id) => {
      let score = known.get(id);
      if (score === undefined) {
        score = compute(id, context);
        known.set(id, score);
      }
      return score;
    },
  };
  return Object.fromEntries(SCORE_IDS.map((id) => [id, context.score(id)])) as Record<ScoreId, Score>;
}

function compute(id: ScoreId, context: ScoringContext): Score {
  const definition = SCORES[id];
  const { notApplicable } = context.frontEnd;
  return notApplicable !== null && !definition.withoutSpeech ? noScore(notApplicable) : definition.compute(context);
}
