import { dbToAmplitude } from '../dsp/levels.ts';
import { prefixEnergies } from '../dsp/statistics.ts';
import { frameLevelsDb } from './frame-classes.ts';
import { FRAME_SAMPLES, FRONT_END_RATE_HZ, type FrontEnd } from './front-end.ts';

/** A stretch in which the reference speaks and the recording does not. */
export interface Gap {
  /** On the recording's time axis. */
  readonly startSeconds: number;
  readonly seconds: number;
  /** Whether the sound is cut off and comes back at once, as when a packet is muted, rather than fading. */
  readonly hard: boolean;
}

/** Levels over 8 ms every 2 ms: short enough that a gap of one 20 ms packet is seen whole, long enough to bridge a pitch period of 125 Hz. */
const WINDOW = 128;
const HOP = 32;
/** Silent: so far under the reference's level around (20 ms), under its own level in the very place, and under the loud end of speech, dB. */
const UNDER_REFERENCE_DB = 25;
const UNDER_PLACE_DB = 15;
const UNDER_TOP_DB = 35;
/** Shorter gaps are not told from a deep trough between pitch pulses: 14 ms. */
const LEAST_HOPS = 4;
/** An edge is hard when the level changes by 20 dB within 10 ms (P.563's sharp decline looks at the same rate of change). */
const EDGE_DB = 20;
const EDGE_HOPS = 5;
const EDGE_REACH_HOPS = 5;
const FLOOR_POWER = 1e-12;

/** Gaps of 14 ms and more, in order of time. */
export function findGaps(frontEnd: FrontEnd): Gap[] {
  const degraded = powers(frontEnd.degraded);
  const equalised = frontEnd.equalised();
  const silent = silentHops(frontEnd, degraded, powers(equalised), frameLevelsDb(equalised, frontEnd.frames, FRAME_SAMPLES));
  const gaps: Gap[] = [];
  for (let from = 0; from < silent.length; from++) {
    if (silent[from] === 0) continue;
    let to = from;
    while (to < silent.length && silent[to] === 1) to++;
    if (to - from >= LEAST_HOPS) gaps.push(gapOf(degraded, from, to));
    from = to;
  }
  return gaps;
}

/** The reference is looked at with the recording's own spectrum, so that a sound the line does not pass at all is no gap. */
function silentHops(frontEnd: FrontEnd, degraded: Float64Array, reference: Float64Array, referenceDb: Float64Array): Uint8Array {
  const out = new Uint8Array(degraded.length);
  for (let h = 0; h < out.length; h++) {
    const t = Math.min(frontEnd.frames - 1, Math.floor((h * HOP + WINDOW / 2) / FRAME_SAMPLES));
    if (t < 0 || frontEnd.active[t] === 0) continue;
    const level = 10 * Math.log10(degraded[h] as number);
    const around = referenceDb[t] as number;
    const place = 10 * Math.log10(reference[h] as number);
    if (level < around - UNDER_REFERENCE_DB && level < place - UNDER_PLACE_DB && level < frontEnd.topDb - UNDER_TOP_DB) out[h] = 1;
  }
  return out;
}

/** A window that lies wholly in the gap is silent: so the gap is longer than its silent hops by the rest of a window. */
function gapOf(degraded: Float64Array, from: number, to: number): Gap {
  const samples = (to - from - 1) * HOP + WINDOW;
  const ratio = dbToAmplitude(EDGE_DB) ** 2;
  return {
    startSeconds: (from * HOP) / FRONT_END_RATE_HZ,
    seconds: samples / FRONT_END_RATE_HZ,
    hard: steepest(degraded, from, -1) > ratio && steepest(degraded, to - 1, 1) > ratio,
  };
}

/** Largest power ratio between two hops 10 ms apart, searched outward from the edge of a gap. */
function steepest(powerOf: Float64Array, edge: number, direction: -1 | 1): number {
  let most = 0;
  for (let h = 0; h <= EDGE_REACH_HOPS; h++) {
    const inside = powerOf[edge + direction * h];
    const outside = powerOf[edge + direction * (h + EDGE_HOPS)];
    if (inside !== undefined && outside !== undefined) most = Math.max(most, outside / inside);
  }
  return most;
}

function powers(samples: Float64Array): Float64Array {
  const squares = prefixEnergies(samples);
  const out = new Float64Array(Math.max(0, Math.floor((samples.length - WINDOW) / HOP) + 1));
  for (let h = 0; h < out.length; h++) {
    out[h] = Math.max(FLOOR_POWER, ((squares[h * HOP + WINDOW] as number) - (squares[h * HOP] as number)) / WINDOW);
  }
  return out;
}
