import { robustLine } from '../dsp/robust-line.ts';
import type { Anchor } from './alignment-anchors.ts';
import { acceptedAnchors } from './alignment-anchors.ts';

/** Fewer places, or places over fewer seconds than this, tell no drift. */
const LEAST_ANCHORS = 40;
const LEAST_SECONDS = 2;
/** Changes of delay from one place to the next beyond this are steps (a jitter buffer's), not drift, seconds. */
const STEP_SECONDS = 0.002;
/** Delays that scatter more than this about the line are no clock's, seconds. */
const MOST_SPREAD_SECONDS = 0.000_25;
/** A drift that is not known to this, one standard error, is not told, parts per million. */
const MOST_ERROR_PPM = 40;
/** No sound card is off by more; a delay that moves so is stretched time. */
const MOST_DRIFT_PPM = 1000;
/** Places overlap so that about every fifth is new. */
const DEPENDENT = 5;

/** The drift of the recording's clock against the player's, or why it cannot be told. */
export type Drift = { readonly ppm: number; readonly errorPpm: number } | { readonly unknown: string };

/**
 * Drift by a robust line through the delays of places where the waveforms agree, steps taken out. Positive where the recording came out too long.
 * @param anchors in order of time, delays in samples at `sampleRateHz`
 */
export function estimateDrift(anchors: readonly Anchor[], sampleRateHz: number): Drift {
  const accepted = acceptedAnchors(anchors);
  const first = accepted[0];
  const last = accepted.at(-1);
  if (first === undefined || last === undefined || accepted.length < LEAST_ANCHORS) {
    return { unknown: 'the waveforms of reference and recording agree in too few places' };
  }
  if (last.at - first.at < LEAST_SECONDS * sampleRateHz) return { unknown: 'there is too little speech to tell a drift by' };
  const plain = accepted.map(({ at, delay }) => ({ x: at, y: delay }));
  const most = MOST_SPREAD_SECONDS * sampleRateHz;
  let points = plain;
  let line = robustLine(points);
  if (line === null || line.spread > most) {
    points = withoutSteps(plain, STEP_SECONDS * sampleRateHz);
    line = robustLine(points);
  }
  const moving = { unknown: 'the delay moves otherwise than a clock drifts' };
  if (line === null || line.spread > most) return moving;
  const mean = points.reduce((sum, p) => sum + p.x, 0) / points.length;
  const width = Math.sqrt(points.reduce((sum, p) => sum + (p.x - mean) ** 2, 0));
  const errorPpm = (1e6 * line.spread * Math.sqrt(DEPENDENT)) / width;
  if (errorPpm > MOST_ERROR_PPM) return { unknown: 'the delays scatter too much to tell a drift by' };
  // The slope is per sample of the recording; the clocks' ratio is per sample of the reference.
  const ppm = (1e6 * line.slope) / (1 - line.slope);
  return Math.abs(ppm) > MOST_DRIFT_PPM ? moving : { ppm, errorPpm };
}

/** The delays as if it had never stepped: a jitter buffer's changes taken out, a clock's left. */
function withoutSteps(points: readonly { readonly x: number; readonly y: number }[], least: number): { x: number; y: number }[] {
  let removed = 0;
  return points.map(({ x, y }, i) => {
    const change = i > 0 ? y - (points[i - 1]?.y ?? y) : 0;
    if (Math.abs(change) > least) removed += change;
    return { x, y: y - removed };
  });
}
