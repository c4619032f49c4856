import { measuredValue, type NotApplicable, notApplicable } from '../core/measurement.ts';
import type { Score, ScoreId } from '../core/scores.ts';
import type { NetworkImpairment } from './e-model.ts';
import type { FrontEnd } from './front-end.ts';
import type { Gap } from './gaps.ts';
import type { LongTerm } from './long-term.ts';
import type { SubScores } from './metallic/naming.ts';
import type { TermsWithin } from './mos-lqo.ts';
import type { Pauses } from './pauses.ts';
import type { VisqolResult } from './visqol/visqol.ts';

/** What a score may look at. Costly things are computed once, at first use. */
export interface ScoringContext {
  readonly frontEnd: FrontEnd;
  /** What the network did, for scores that are computed from it alone; null for a recording with no known call behind it. */
  readonly network: NetworkImpairment | null;
  /** The pauses of the reference, or null when there are too few. */
  readonly pauses: () => Pauses | null;
  readonly gaps: () => readonly Gap[];
  readonly longTerm: () => LongTerm;
  /** Clipped samples of the recording in each 10 ms; see `clippedPerFrame`. */
  readonly clipped: () => Float64Array | null;
  /** Losses of level, frame by frame, dB; see `levelDips`. */
  readonly dips: () => Float64Array;
  /** Sound added beside the reference's, frame by frame, dB; see `addedSoundDb`. */
  readonly addedSound: () => Float64Array;
  /** ViSQOL's comparison, patch by patch. */
  readonly visqol: () => VisqolResult | NotApplicable;
  /** What the listening MOS is made of, of any stretch of frames. */
  readonly mosTermsWithin: () => TermsWithin;
  /** What the metallic score is made of. */
  readonly subScores: () => SubScores;
  /** Another score of the same recording, for composite scores. */
  readonly score: (id: ScoreId) => Score;
}

/** A score: how it is computed, and what it can do without. */
export interface ScoreDefinition {
  /** Whether it can be read off a recording in which nothing of the reference was found. */
  readonly withoutSpeech: boolean;
  readonly compute: (context: ScoringContext) => Score;
}

/** A score that could not be measured, and why. */
export function noScore(reason: string): Score {
  return { measurement: notApplicable(reason), parts: {}, dominant: null };
}

/** Value of a 0–1 score for use in a composite one: 0 where it could not be measured. */
export function impairmentOf(score: Score): number {
  return measuredValue(score.measurement) ?? 0;
}
