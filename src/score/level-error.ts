import { measured } from '../core/measurement.ts';
import type { Score } from '../core/scores.ts';
import { SILENCE_DBOV } from '../dsp/levels.ts';
import { noScore, type ScoringContext } from './scoring.ts';

/** Differences of level within this are not noticed or are made good by the volume control, dB. */
const TOLERATED_DB = 6;
/** Beyond that, dB for a score of 1 − 1/e. */
const SCALE_DB = 10;

/**
 * How far the active level of the recording is from the reference's: 0 within ±6 dB, rising to 1. Parts: `levelChange` in dB, positive when
 * the recording is louder, and `recordingLevel` in dBov.
 */
export function levelError({ frontEnd }: ScoringContext): Score {
  const { referenceLevelDbov, recordingLevelDbov } = frontEnd;
  if (recordingLevelDbov <= SILENCE_DBOV) return noScore('the recording is silent');
  if (referenceLevelDbov <= SILENCE_DBOV) return noScore('the reference is silent');
  const change = recordingLevelDbov - referenceLevelDbov;
  const beyond = Math.max(0, Math.abs(change) - TOLERATED_DB);
  return {
    measurement: measured(1 - Math.exp(-beyond / SCALE_DB), 'score'),
    parts: { levelChange: measured(change, 'dB'), recordingLevel: measured(recordingLevelDbov, 'dBov') },
    dominant: null,
  };
}
