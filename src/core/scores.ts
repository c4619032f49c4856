import { type Measurement, notApplicable } from './measurement.ts';
import type { HeardOverTime } from './time-line.ts';

/** `mosLqo`, `visqol`, `mosCqe` run 1–5, 5 best; the rest 0–1, 1 worst. Dimension names follow ITU-T P.863.2, MOS names P.800.1. */
export type ScoreId =
  | 'mosLqo'
  | 'visqol'
  | 'mosCqe'
  | 'metallic'
  | 'distortion'
  | 'discontinuity'
  | 'noisiness'
  | 'coloration'
  | 'echo'
  | 'clipping'
  | 'levelError';

/** In the order reports show them. */
export const SCORE_IDS: readonly ScoreId[] = [
  'mosLqo',
  'visqol',
  'mosCqe',
  'metallic',
  'distortion',
  'discontinuity',
  'noisiness',
  'coloration',
  'echo',
  'clipping',
  'levelError',
];

export const MOS_SCORES: ReadonlySet<ScoreId> = new Set<ScoreId>(['mosLqo', 'visqol', 'mosCqe']);

/** A score, the features it was made from, and for composite scores the name of the part that weighs most. */
export interface Score {
  readonly measurement: Measurement;
  readonly parts: Readonly<Record<string, Measurement>>;
  readonly dominant: string | null;
}

export type Scores = Readonly<Record<ScoreId, Score>>;

/** How well reference and recording could be laid over one another, and what there was to judge. */
export interface AlignmentSummary {
  /** Delay of the recording against the reference at the start, ms: the median of the track over active speech. */
  readonly delayMs: Measurement;
  /** Mean similarity of aligned frames, 0–1. */
  readonly similarity: Measurement;
  readonly activeSpeechSeconds: Measurement;
  readonly silenceSeconds: Measurement;
  /** `low` when less than 3 s of speech, 0.3 s of silence or a similarity of 0.6 back the scores. */
  readonly confidence: 'normal' | 'low';
}

/** All there is to say about one recording. */
export interface RecordingScores {
  readonly scores: Scores;
  readonly alignment: AlignmentSummary;
  /** False when nothing of the reference was found in the recording: silence, or another sound. Then no MOS is given. */
  readonly speechFound: boolean;
  /** Why no speech was found: the recording is silent, or it holds something else. */
  readonly noSpeechReason: 'silent' | 'unrelated' | null;
  /** Second by second; null where no speech was found, and where nobody compared. */
  readonly overTime: HeardOverTime | null;
}

/** A full set of scores none of which could be measured, for one reason. */
export function scoresNotApplicable(reason: string): Scores {
  const score: Score = { measurement: notApplicable(reason), parts: {}, dominant: null };
  return Object.fromEntries(SCORE_IDS.map((id) => [id, score])) as Record<ScoreId, Score>;
}

/** What there is to say of a recording that nobody compared with anything, for one reason. */
export function notScored(reason: string): RecordingScores {
  const none = notApplicable(reason);
  return {
    scores: scoresNotApplicable(reason),
    alignment: { delayMs: none, similarity: none, activeSpeechSeconds: none, silenceSeconds: none, confidence: 'low' },
    speechFound: false,
    noSpeechReason: null,
    overTime: null,
  };
}
