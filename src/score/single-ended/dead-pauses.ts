import { measured } from '../../core/measurement.ts';
import { noEvidence } from '../../core/single-ended.ts';
import { median } from '../../dsp/statistics.ts';
import { FRAME_SECONDS, type Listening } from './listening.ts';
import type { Sign } from './sign.ts';

/** A recording has a background when so much of its pauses, seconds, lies above this level, dBov: fainter is the rounding of 16 bits. */
const LEAST_BACKGROUND_SECONDS = 0.3;
const LEAST_BACKGROUND_DBOV = -85;
/** Dead: so far under the usual background, dB, for so many frames of 10 ms. */
const UNDER_BACKGROUND_DB = 20;
const LEAST_FRAMES = 6;
/**
 * Stretches in which even the background is gone, in a recording that has one: packets played as nothing between the words, a muted microphone, a
 * noise gate, a cut made afterwards. Measurement: their share of the time between the first word and the last; part `count`. It shows no damage by itself:
 * two of 13 clean talkers have such a cut. The idea is P.563's unnatural silences.
 */
export function deadPauses({ levelDb, activity, frames }: Listening): Sign {
  const background = levelDb.filter((db, t) => activity.pause[t] === 1 && db > LEAST_BACKGROUND_DBOV);
  if (background.length * FRAME_SECONDS < LEAST_BACKGROUND_SECONDS) {
    return { ...noEvidence('the pauses hold no background that could go missing'), events: [] };
  }
  const limit = median(background) - UNDER_BACKGROUND_DB;
  const first = activity.active.indexOf(1);
  const last = activity.active.lastIndexOf(1);
  let [count, dead] = [0, 0];
  for (let from = Math.max(0, first); from < Math.min(frames, last); from++) {
    if ((levelDb[from] as number) > limit) continue;
    let to = from;
    while (to < last && (levelDb[to] as number) <= limit) to++;
    if (to - from >= LEAST_FRAMES) {
      count++;
      dead += to - from;
    }
    from = to;
  }
  const share = last > first ? dead / (last - first) : 0;
  return { measurement: measured(share, 'ratio'), parts: { count: measured(count, 'count') }, strength: null, kind: null, events: [] };
}
