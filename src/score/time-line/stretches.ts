import type { HeardEvent } from '../../core/time-line.ts';
import { FRAMES_PER_SECOND } from '../front-end.ts';
/** An event as it is found, on the recording's time axis alone. */
export type FoundEvent = Omit<HeardEvent, 'spokenFrom' | 'spokenTo'>;

/** Frames from `from` to before `to`. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How marked frames become stretches. */
export interface Joining {
  /** Marks are joined across so many unmarked frames that could have been marked ... */
  readonly bridgedFrames: number;
  /** ... and across so many frames at most, whatever is in them. */
  readonly bridgedInAll: number;
  /** Stretches with fewer marks are left out. */
  readonly leastMarks: number;
}

/**
 * Stretches of marked frames, in order of time. Each begins and ends with a mark.
 * @param judged 1 for frames that could have been marked; a pause within a robot's speech does not end it
 */
export function joinMarks(marks: Uint8Array, judged: Uint8Array, joining: Joining): Stretch[] {
  const stretches: Stretch[] = [];
  let from = -1;
  let last = -1;
  let count = 0;
  let against = 0;
  const close = (): void => {
    if (from >= 0 && count >= joining.leastMarks) stretches.push({ from, to: last + 1 });
    from = -1;
    count = 0;
  };
  for (let t = 0; t < marks.length; t++) {
    if (marks[t] !== 1) {
      if (judged[t] === 1) against++;
      continue;
    }
    if (from >= 0 && (against > joining.bridgedFrames || t - last - 1 > joining.bridgedInAll)) close();
    if (from < 0) from = t;
    last = t;
    count++;
    against = 0;
  }
  close();
  return stretches;
}

/** Seconds from frames. */
export function secondsOf(frames: number): number {
  return frames / FRAMES_PER_SECOND;
}
