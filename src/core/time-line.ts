import type { Unit } from './measurement.ts';
import type { SoundEvent } from './playout-stats.ts';

/** The scores that are told second by second, in the order reports show them. `levelChange` is dB against the recording's usual level. */
export type TimeLineScore = 'mosLqo' | 'metallic' | 'discontinuity' | 'noisiness' | 'clipping' | 'levelChange';
export const TIME_LINE_SCORES: readonly TimeLineScore[] = ['mosLqo', 'metallic', 'discontinuity', 'noisiness', 'clipping', 'levelChange'];

/** One score over time. */
export interface ScoreCourse {
  readonly unit: Unit;
  /** One entry a step; null where that step does not let it be told, for the reason in `nullMeans`. */
  readonly values: readonly (number | null)[];
  readonly nullMeans: string;
}

/** The scores of a recording second by second, on its own time axis: entry n holds for the time from n · stepSeconds on. The last step may be cut short. */
export interface TimeLine {
  readonly stepSeconds: number;
  /** When the first step begins, where that is not 0: the reference was found so far into the recording. Then entry n holds from there + n · stepSeconds. */
  readonly fromSeconds?: number;
  /** How much of each step the reference speaks, seconds. */
  readonly speechSeconds: readonly number[];
  readonly scores: Readonly<Record<TimeLineScore, ScoreCourse>>;
  /** Events heard that were left out of the list because it was full; the strongest were kept. */
  readonly eventsLeftOut: number;
}

/** Something heard in a recording, on its own time axis, before anybody asked what caused it. */
export interface HeardEvent {
  readonly at: number;
  readonly seconds: number;
  /** Which stretch of the reference it befell, seconds on the reference's time axis: `at` and the end, less the recording's delay there. */
  readonly spokenFrom: number;
  readonly spokenTo: number;
  readonly kind: Extract<SoundEvent['kind'], 'metallic' | 'drop' | 'noise' | 'clipping'>;
  /** 0–1: the score of the worst second in it. */
  readonly strength: number;
  /** The part of the score that heard it, where there are several: `buzz`, `rep`, …; the kind of noise. */
  readonly part: string | null;
  /** What was heard more closely, in words: "buzz at 50 Hz". */
  readonly detail: string;
}

/** What was heard over time. */
export interface HeardOverTime {
  readonly timeLine: TimeLine;
  /** In order of time. */
  readonly events: readonly HeardEvent[];
}
