import { measured } from '../../core/measurement.ts';
import { noEvidence } from '../../core/single-ended.ts';
import { logistic } from '../../dsp/statistics.ts';
import { FRAME_SECONDS, LISTENING_RATE_HZ, type Listening } from './listening.ts';
import { mergedEvents, type Sign } from './sign.ts';
import { type Stretch, worstOf } from './stretches.ts';

/** Levels over 8 ms every 2 ms: short enough that a gap of one 20 ms packet is seen whole, long enough to bridge a pitch period of 125 Hz. */
const WINDOW = 128;
const HOP = 32;
const FLOOR_POWER = 1e-12;
/** Quiet: so far under the loud end of speech, dB. */
const UNDER_TOP_DB = 28;
/** Shorter is not told from a deep trough between pitch pulses (14 ms); longer is no gap in a word (2 s). Hops. */
const LEAST_HOPS = 4;
const MOST_HOPS = 1000;
/**
 * The edges are hard when the level falls, and rises, so much within 10 ms. Words begin so and do not end so: the hardest silence in 13 clean talkers
 * had 27 dB, and one talker without anything under 600 Hz has one of 30. A packet left out has 46 dB and more, or as much as the noise leaves.
 */
const EDGE_DB = 30;
const EDGE_HOPS = 5;
/** Sound whose last 8 ms lie so far under the 20 ms before the silence has faded, as behind a noise gate, dB. */
const FADED_DB = 8;
/** Within so many hops (20 ms) of its edges there is speech, within so many dB of the loud end. */
const REACH_HOPS = 10;
const SPEECH_WITHIN_DB = 25;
/** Share of speech and mutes together that counts as half present: three lost packets of 20 ms in 10 s. */
const CENTRE = 0.006;
const WIDTH = 0.0012;
/** One short silence alone may be anything: it counts for no more than this when shorter than 100 ms. */
const LONE_MUTE_SECONDS = 0.1;
const LONE_MUTE_STRENGTH = 0.4;
/** Where the smallest step of the samples is larger than this (under 9 bits), soft sounds are rounded to silence, and the edges of that are hard too. */
const COARSEST_STEP = 2 ** -8.5;

/** A silence cut out of speech. */
export interface Mute {
  readonly at: number;
  readonly seconds: number;
}

/**
 * Silences with a hard edge on either side in the midst of speech: packets that never came and were played as nothing. Measurement: their share of
 * the worst 15 s of speech; parts: `count` and `seconds` over the whole. The idea is P.563's mutes and sharp declines.
 */
export function mutes(listening: Listening, stretches: readonly Stretch[]): Sign {
  if (smallestStep(listening.input.samples) > COARSEST_STEP) {
    return { ...noEvidence('the samples have so few steps that soft sounds are silence'), events: [] };
  }
  const found = findMutes(listening);
  const inside = ({ from, to }: Stretch): Mute[] => found.filter(({ at }) => at >= from * FRAME_SECONDS && at < to * FRAME_SECONDS);
  const share = (stretch: Stretch): number => {
    const seconds = inside(stretch).reduce((sum, mute) => sum + mute.seconds, 0);
    return seconds === 0 ? 0 : seconds / (seconds + stretch.activeFrames * FRAME_SECONDS);
  };
  const worst = worstOf(stretches, share);
  const value = worst?.value ?? 0;
  const there = worst === null ? [] : inside(worst.stretch);
  const isLone = there.length === 1 && (there[0] as Mute).seconds < LONE_MUTE_SECONDS;
  const total = found.reduce((sum, mute) => sum + mute.seconds, 0);
  return {
    measurement: measured(value, 'ratio'),
    parts: { count: measured(found.length, 'count'), seconds: measured(total, 's') },
    strength: Math.min(isLone ? LONE_MUTE_STRENGTH : 1, logistic(value, CENTRE, WIDTH)),
    kind: null,
    events: mergedEvents(found, 'drop', (count) => (count === 1 ? 'a silence with hard edges' : `${count} silences with hard edges`)),
  };
}

/** Every mute, in order of time. */
function findMutes({ samples, activity: { topDb } }: Listening): Mute[] {
  const db = shortLevels(samples);
  const quiet = topDb - UNDER_TOP_DB;
  const out: Mute[] = [];
  for (let from = 0; from < db.length; from++) {
    if ((db[from] as number) > quiet) continue;
    let to = from;
    while (to < db.length && (db[to] as number) <= quiet) to++;
    if (to - from >= LEAST_HOPS && to - from <= MOST_HOPS && isCutOut(db, from, to, topDb - SPEECH_WITHIN_DB)) {
      // A window that lies wholly in the mute is quiet: so the mute is longer than its quiet hops by the rest of a window.
      out.push({ at: (from * HOP) / LISTENING_RATE_HZ, seconds: ((to - from - 1) * HOP + WINDOW) / LISTENING_RATE_HZ });
    }
    from = to;
  }
  return out;
}

/** Whether the quiet hops [from, to) lie between speech, and that speech is cut rather than faded. */
function isCutOut(db: Float32Array, from: number, to: number, speechDb: number): boolean {
  if (loudest(db, from - REACH_HOPS, from) < speechDb || loudest(db, to, to + REACH_HOPS) < speechDb) return false;
  const last = db[from - WINDOW / HOP] ?? Number.NEGATIVE_INFINITY;
  if (last < loudest(db, from - REACH_HOPS, from) - FADED_DB) return false;
  return steepest(db, from, -1) > EDGE_DB && steepest(db, to - 1, 1) > EDGE_DB;
}

/** The smallest sample that is not zero; 0 for none. */
function smallestStep(samples: Float32Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < samples.length; i++) {
    const size = Math.abs(samples[i] as number);
    if (size > 0 && size < least) least = size;
  }
  return Number.isFinite(least) ? least : 0;
}

/** Level of every 8 ms, every 2 ms, dBov. */
function shortLevels(samples: Float32Array): Float32Array {
  const out = new Float32Array(Math.max(0, Math.floor((samples.length - WINDOW) / HOP) + 1));
  const perWindow = WINDOW / HOP;
  const hops = new Float64Array(out.length + perWindow);
  for (let h = 0; h < hops.length; h++) {
    let sum = 0;
    for (let i = h * HOP; i < Math.min(samples.length, (h + 1) * HOP); i++) sum += (samples[i] as number) ** 2;
    hops[h] = sum;
  }
  for (let h = 0; h < out.length; h++) {
    let sum = 0;
    for (let k = 0; k < perWindow; k++) sum += hops[h + k] as number;
    out[h] = 10 * Math.log10(Math.max(FLOOR_POWER, sum / WINDOW));
  }
  return out;
}

function loudest(db: Float32Array, from: number, to: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let h = Math.max(0, from); h < Math.min(db.length, to); h++) most = Math.max(most, db[h] as number);
  return most;
}

/** Largest change of level over 10 ms across the edge of a silence, dB. @param direction where the sound is: −1 before, 1 after */
function steepest(db: Float32Array, edge: number, direction: -1 | 1): number {
  let most = 0;
  for (let h = -EDGE_HOPS; h <= EDGE_HOPS; h++) {
    const inside = db[edge + direction * h];
    const outside = db[edge + direction * (h + EDGE_HOPS)];
    if (inside !== undefined && outside !== undefined) most = Math.max(most, outside - inside);
  }
  return most;
}
