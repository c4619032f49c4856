import { robustLine } from '../dsp/robust-line.ts';
import type { Anchor } from './alignment-anchors.ts';

/** The place of a step is sought within so many frames (250 ms) around where the correlation windows put it. */
const SEARCH_FRAMES = 25;
/** Delays that hold for less than this (40 ms, the spacing of the windows) are on the way from one to another. */
const LASTING_FRAMES = 4;
/** Changes of at least this many samples (1.5 ms at 16 kHz) are steps; smaller ones are drift or the grid of the search. */
export const LEAST_STEP = 24;
/** Of steps beyond 2 ms the drift is freed before its slope is taken. */
const DRIFT_STEP = 32;
/** Drift is not guessed from less than this, seconds. */
const DRIFT_SECONDS = 30;

/** Frames from `start` to before `end` whose delay does not step. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * Moves every step of a track to the frame where the waveforms change from one delay to the other: a window that straddles a step only
 * tells that there is one. What a track passes through on its way between two delays that last counts as one step.
 * @param delay per frame, samples; changed in place
 */
export function settleSteps(delay: Float64Array, reference: Float64Array, recording: Float64Array, hop: number): void {
  const lasting = runsOf(delay).filter((run) => run.end - run.start >= LASTING_FRAMES);
  for (let i = 1; i < lasting.length; i++) {
    const left = lasting[i - 1] as Run;
    const right = lasting[i] as Run;
    const before = delay[left.end - 1] as number;
    const after = delay[right.start] as number;
    const from = Math.max(left.start + 1, left.end - SEARCH_FRAMES);
    const to = Math.min(right.end - 1, right.start + SEARCH_FRAMES);
    const split = bestSplit(reference, recording, from, to, before, after, hop);
    if (split < left.end) delay.fill(after, split, right.start);
    else {
      delay.fill(before, left.end, Math.max(left.end, split));
      delay.fill(after, split, Math.max(split, right.start));
    }
  }
}

function runsOf(delay: Float64Array): Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (let t = 1; t <= delay.length; t++) {
    if (t < delay.length && Math.abs((delay[t] as number) - (delay[t - 1] as number)) < LEAST_STEP) continue;
    runs.push({ start, end: t });
    start = t;
  }
  return runs;
}

/** First frame of from … to + 1 that fits the delay `after` better than `before`, taking all frames of the range together. */
function bestSplit(ref: Float64Array, rec: Float64Array, from: number, to: number, before: number, after: number, hop: number): number {
  let gain = 0;
  let best = 0;
  let split = from;
  for (let t = from; t <= to; t++) {
    gain += frameProduct(ref, rec, t * hop, Math.round(before), hop) - frameProduct(ref, rec, t * hop, Math.round(after), hop);
    if (gain <= best) continue;
    best = gain;
    split = t + 1;
  }
  return split;
}

/** Twice the cross product less the reference's energy: how much of the recording's energy the reference at this delay explains. */
function frameProduct(ref: Float64Array, rec: Float64Array, start: number, delay: number, hop: number): number {
  let sum = 0;
  for (let i = start; i < start + hop; i++) {
    const r = ref[i - delay] ?? 0;
    sum += r * (2 * (rec[i] ?? 0) - r);
  }
  return sum;
}

/**
 * Clock drift: Huber's robust slope of the anchors' delays over time once their steps are taken out, parts per million; null when
 * they span less than 30 s.
 */
export function driftPpm(anchors: readonly Anchor[], sampleRateHz: number): number | null {
  const first = anchors[0];
  const last = anchors.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < DRIFT_SECONDS * sampleRateHz) return null;
  let removed = 0;
  const points = anchors.map((anchor, i) => {
    const change = i > 0 ? anchor.delay - (anchors[i - 1] as Anchor).delay : 0;
    if (Math.abs(change) > DRIFT_STEP) removed += change;
    return { x: anchor.at, y: anchor.delay - removed };
  });
  return (robustLine(points)?.slope ?? 0) * 1e6;
}
