import { createPeriodicityMeter } from '../dsp/periodicity.ts';
import { clamp, median } from '../dsp/statistics.ts';
import { FRAME_SAMPLES, FRAMES_PER_SECOND, type FrontEnd } from './front-end.ts';

/** Fewer silent frames of the reference than this say nothing about pauses: 0.2 s. */
const LEAST_PAUSE_FRAMES = 20;

/** What the recording holds where the reference is silent. */
export interface Pauses {
  readonly frames: number;
  /** Mean level against the loud end of speech, dB; and the same of the reference. −120 at least. */
  readonly noiseDb: number;
  readonly referenceDb: number;
  /** Median over frames of the recording's level: what sounds in most of the pauses, without the tails of words concealed into them. */
  readonly steadyDb: number;
  /** Share of frames that are periodic as a voice is: somebody talks in there. */
  readonly voicedShare: number;
  /** How well the level follows the reference's own level 50 to 400 ms before, −1 … 1, and at what delay: echo or reverberation. */
  readonly echoCorrelation: number;
  readonly echoDelayMs: number;
}

const VOICED = 0.6;
const WINDOW_SAMPLES = 640;
/** Levels are taken as dB above this, re the loud end of speech, for the echo search. */
const ECHO_RANGE_DB = 45;
const ECHO_FIRST_FRAME = 5;
const ECHO_LAST_FRAME = 40;

/** Looks into the pauses. Null when the reference has under 0.2 s of silence. */
export function measurePauses(frontEnd: FrontEnd): Pauses | null {
  if (frontEnd.silentFrames < LEAST_PAUSE_FRAMES) return null;
  const meter = createPeriodicityMeter(WINDOW_SAMPLES, 40, 320);
  let own = 0;
  let theirs = 0;
  let voiced = 0;
  const levels = frontEnd.degradedDb.filter((_, t) => frontEnd.silent[t] === 1);
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.silent[t] === 0) continue;
    own += 10 ** ((frontEnd.degradedDb[t] as number) / 10);
    theirs += 10 ** ((frontEnd.referenceDb[t] as number) / 10);
    const start = t * FRAME_SAMPLES + FRAME_SAMPLES / 2 - WINDOW_SAMPLES / 2;
    if (meter.measure(frontEnd.degraded, start, VOICED).strength > VOICED) voiced++;
  }
  const count = frontEnd.silentFrames;
  const echo = findEcho(frontEnd);
  return {
    frames: count,
    noiseDb: 10 * Math.log10(own / count) - frontEnd.topDb,
    referenceDb: 10 * Math.log10(theirs / count) - frontEnd.topDb,
    steadyDb: median(levels) - frontEnd.topDb,
    voicedShare: voiced / count,
    echoCorrelation: echo.correlation,
    echoDelayMs: echo.delayMs,
  };
}

/** Correlation over silent frames of the recording's level with the reference's level some time before; the best over delays. */
function findEcho(frontEnd: FrontEnd): { correlation: number; delayMs: number } {
  const above = (db: number): number => clamp(db - frontEnd.topDb + ECHO_RANGE_DB, 0, ECHO_RANGE_DB);
  let best = { correlation: 0, delayMs: 0 };
  for (let delay = ECHO_FIRST_FRAME; delay <= ECHO_LAST_FRAME; delay++) {
    let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
    for (let t = delay; t < frontEnd.frames; t++) {
      if (frontEnd.silent[t] === 0) continue;
      const a = above(frontEnd.degradedDb[t] as number);
      const b = above(frontEnd.referenceDb[t - delay] as number);
      n++;
      x += a;
      y += b;
      xx += a * a;
      yy += b * b;
      xy += a * b;
    }
    const spread = n === 0 ? 0 : (xx - (x * x) / n) * (yy - (y * y) / n);
    const correlation = spread > 1e-6 ? (xy - (x * y) / n) / Math.sqrt(spread) : 0;
    if (correlation > best.correlation) best = { correlation, delayMs: (delay * 1000) / FRAMES_PER_SECOND };
  }
  return best;
}
