import { powerToDb, rms, SILENCE_DBOV } from '../dsp/levels.ts';
import { percentile, runningMax } from '../dsp/statistics.ts';

/** Levels are taken over 20 ms, twice the frame. */
const LEVEL_FRAMES = 2;
const TOP_PERCENTILE = 0.95;
/** The reference speaks above, and is silent below, so many dB under its top level. */
const ACTIVE_RANGE_DB = 25;
const SILENT_RANGE_DB = 42;
/** Silence must hold so many frames on either side. */
const SILENT_RADIUS = 3;
/** Speech is dropped where the recording lies so far under the reference, and so far under its top level. */
const DROP_DB = 20;
const DROP_UNDER_TOP_DB = 30;
/** Gain is matched where the reference is within 15 dB of its top and the recording not 30 dB under its own. */
const MATCH_RANGE_DB = 15;
const MATCH_DROP_DB = 30;

/** Levels of 20 ms around each 10 ms frame, dB, at least −120. Frame t is centred on sample (t + ½)·hop. */
export function frameLevelsDb(samples: Float64Array, frames: number, hop: number): Float64Array {
  const out = new Float64Array(frames);
  const margin = ((LEVEL_FRAMES - 1) * hop) / 2;
  for (let t = 0; t < frames; t++) {
    const from = Math.max(0, t * hop - margin);
    const to = Math.min(samples.length, (t + 1) * hop + margin);
    out[t] = powerToDb(rms(samples, from, to) ** 2);
  }
  return out;
}

/** 95th percentile of the levels of frames that hold anything, dB; −120 for none. Silence before and after must not lower the top. */
function topLevelDb(levels: Float64Array): number {
  const sounding = levels.filter((db) => db > SILENCE_DBOV);
  return sounding.length > 0 ? percentile(sounding, TOP_PERCENTILE) : SILENCE_DBOV;
}

/**
 * How much louder the recording is than the reference in loud frames, dB: the median, over frames that were not dropped. 0 when no frame
 * qualifies.
 */
export function gainDifferenceDb(referenceDb: Float64Array, degradedDb: Float64Array): number {
  const refLimit = topLevelDb(referenceDb) - MATCH_RANGE_DB;
  const degLimit = topLevelDb(degradedDb) - MATCH_DROP_DB;
  const differences: number[] = [];
  for (let t = 0; t < referenceDb.length; t++) {
    const ref = referenceDb[t] as number;
    const deg = degradedDb[t] as number;
    if (ref > SILENCE_DBOV && ref > refLimit && deg > degLimit) differences.push(deg - ref);
  }
  return differences.length > 0 ? percentile(differences, 0.5) : 0;
}

/** What each frame is, 1 or 0; see FrontEnd. */
export interface FrameClasses {
  readonly topDb: number;
  readonly active: Uint8Array;
  readonly silent: Uint8Array;
  readonly dropped: Uint8Array;
  readonly activeFrames: number;
  readonly silentFrames: number;
}

/** Classes of frames from the levels of the warped reference and of the recording, gains matched. */
export function classifyFrames(referenceDb: Float64Array, degradedDb: Float64Array): FrameClasses {
  const topDb = topLevelDb(referenceDb);
  const sounds = topDb > SILENCE_DBOV;
  const active = Uint8Array.from(referenceDb, (db) => (sounds && db > topDb - ACTIVE_RANGE_DB ? 1 : 0));
  const silent = Uint8Array.from(runningMax(referenceDb, SILENT_RADIUS), (db) => (sounds && db < topDb - SILENT_RANGE_DB ? 1 : 0));
  const dropped = active.map((one, t) => {
    const deg = degradedDb[t] as number;
    return one === 1 && deg < (referenceDb[t] as number) - DROP_DB && deg < topDb - DROP_UNDER_TOP_DB ? 1 : 0;
  });
  return { topDb, active, silent, dropped, activeFrames: count(active), silentFrames: count(silent) };
}

function count(mask: Uint8Array): number {
  return mask.reduce((sum, one) => sum + one, 0);
}
