import { SILENCE_DBOV } from '../../dsp/levels.ts';
import { sortedPercentile } from '../../dsp/statistics.ts';

/** Frames within so many dB of the loud end speak, if they stand clear of the floor. */
const ACTIVE_RANGE_DB = 25;
const CLEAR_OF_FLOOR_DB = 4;
const LOUD_PERCENTILE = 0.95;
const FLOOR_PERCENTILE = 0.05;
/** Frames not this much above digital silence are no sound at all and say nothing of the floor, dB. */
const DIGITAL_SILENCE_DB: number = SILENCE_DBOV + 20;
/** Pauses begin and end so many frames of 10 ms away from speech: words fade, rooms ring on. */
const PAUSE_MARGIN_FRAMES = 12;
/** A frame without speech between frames with speech is a pause from this length on. */
const LEAST_PAUSE_FRAMES = 20;

/** Where a sound speaks and where it pauses, by its level alone. */
export interface Activity {
  /** 1 where the level is within 25 dB of the loud end and 4 dB above the floor. */
  readonly active: Uint8Array;
  readonly activeFrames: number;
  /** 1 well inside a pause: 120 ms from any speech, in a silence of 200 ms and more. */
  readonly pause: Uint8Array;
  readonly pauseFrames: number;
  /** 95th percentile of the level of what stands clear of the floor, and the 5th percentile of all that is no digital silence, dBov. −120 where there is nothing. */
  readonly topDb: number;
  readonly floorDb: number;
  /** Mean power of the active frames, dBov; −120 for none. */
  readonly activeLevelDb: number;
}

/** Finds speech and pauses from levels a frame of 10 ms. Any length; silence has neither speech nor noise. */
export function findActivity(levelDb: Float32Array): Activity {
  const frames = levelDb.length;
  const sounding = levelDb.filter((db) => db > DIGITAL_SILENCE_DB).sort();
  const floorDb = sounding.length === 0 ? SILENCE_DBOV : sortedPercentile(sounding, FLOOR_PERCENTILE);
  const clear = sounding.filter((db) => db > floorDb + CLEAR_OF_FLOOR_DB);
  const topDb = clear.length === 0 ? floorDb : sortedPercentile(clear, LOUD_PERCENTILE);
  const limit = Math.max(topDb - ACTIVE_RANGE_DB, floorDb + CLEAR_OF_FLOOR_DB, DIGITAL_SILENCE_DB);
  const active = new Uint8Array(frames);
  let [activeFrames, power] = [0, 0];
  for (let t = 0; t < frames; t++) {
    const db = levelDb[t] as number;
    if (db <= limit) continue;
    active[t] = 1;
    activeFrames++;
    power += 10 ** (db / 10);
  }
  const pause = findPauses(active);
  const activeLevelDb = activeFrames === 0 ? SILENCE_DBOV : 10 * Math.log10(power / activeFrames);
  return { active, activeFrames, pause, pauseFrames: pause.reduce((sum, x) => sum + x, 0), topDb, floorDb, activeLevelDb };
}

function findPauses(active: Uint8Array): Uint8Array {
  const pause = new Uint8Array(active.length);
  for (let from = 0; from < active.length; from++) {
    if (active[from] === 1) continue;
    let to = from;
    while (to < active.length && active[to] === 0) to++;
    const first = from === 0 ? 0 : from + PAUSE_MARGIN_FRAMES;
    const last = to === active.length ? to : to - PAUSE_MARGIN_FRAMES;
    if (to - from >= LEAST_PAUSE_FRAMES && last > first) pause.fill(1, first, last);
    from = to;
  }
  return pause;
}
