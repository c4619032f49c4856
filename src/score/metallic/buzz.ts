import { measured, notApplicable } from '../../core/measurement.ts';
import {
  bandEnvelope,
  ENVELOPE_RATE_HZ,
  MODULATION_HOP,
  MODULATION_WINDOW,
  modulationSpectrum,
  soundingWindows,
} from '../../dsp/modulation.ts';
import { clamp, median, runningMedian } from '../../dsp/statistics.ts';
import type { FrontEnd } from '../front-end.ts';
import { FRAMES_PER_SECOND, FRONT_END_RATE_HZ } from '../front-end.ts';
import type { Gap } from '../gaps.ts';
import { createTally, type FrameTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** Bands whose envelopes are looked at, Hz: a buzz shows in all of them, a voice's own fluctuation differs from band to band. */
const BANDS_HZ: readonly (readonly [number, number])[] = [
  [300, 1000],
  [1000, 2200],
  [2200, 3600],
  [3600, 6500],
];
/** Range in which a modulation is heard as buzz or roughness rather than as rhythm or pitch, Hz. Its ends are no peaks. */
const LOWEST_HZ = 15.6;
const HIGHEST_HZ = 125;
/** Keeps the ratio of two near-silent modulations from meaning anything (a depth of 1 %). */
const POWER_FLOOR = 1e-4;
/** Half width of the median that a line must rise above, bins of 1.95 Hz. */
const LINE_MEDIAN_RADIUS = 7;
/** Dropped speech is bridged in the envelopes, and so much on either side, ms: else its edges would sound like a buzz. */
const DROP_MARGIN_MS = 30;

const BIN_HZ = ENVELOPE_RATE_HZ / MODULATION_WINDOW;
const FROM = Math.ceil(LOWEST_HZ / BIN_HZ);
const TO = Math.floor(HIGHEST_HZ / BIN_HZ);

/**
 * A line in the modulation spectrum of the recording that the reference does not have: ring and amplitude modulation, the packet rate
 * showing through, a constant pitch. Feature `buzzLine`: its height in dB, mean of four bands; `buzzFrequency` its place in Hz.
 */
export function buzz(frontEnd: FrontEnd, gaps: readonly Gap[]): SubScore {
  const line = new Float64Array(TO - FROM + 1);
  const bridged = bridgeMask(frontEnd, gaps);
  const envelopes: BandEnvelopes[] = [];
  for (const [low, high] of BANDS_HZ) {
    const degraded = bandEnvelope(frontEnd.degraded, FRONT_END_RATE_HZ, low, high);
    const reference = bandEnvelope(frontEnd.warped, FRONT_END_RATE_HZ, low, high);
    bridge(degraded, bridged);
    bridge(reference, bridged);
    const windows = soundingWindows(reference);
    const own = soundingWindows(degraded);
    for (let w = 0; w < windows.length; w++) if (own[w] === 0) windows[w] = 0;
    if (!windows.includes(1)) continue;
    addLine(modulationSpectrum(degraded, windows), modulationSpectrum(reference, windows), line);
    envelopes.push({ degraded, reference, windows });
  }
  const bands = envelopes.length;
  if (bands === 0) return nothingToMeasure({ buzzLine: notApplicable('no stretch of half a second in which both sound') });
  const best = highestPeak(line);
  if (best === null) return { strength: 0, times: 0, features: { buzzLine: measured(0, 'dB'), buzzFrequency: notApplicable('no line') } };
  const height = (line[best] as number) / bands;
  const features = { buzzLine: measured(height, 'dB'), buzzFrequency: measured((FROM + best + peakOffset(line, best)) * BIN_HZ, 'Hz') };
  const tally = height < LEAST_LOCAL_DB ? createTally(frontEnd.frames, 'buzzLine') : lineOverTime(envelopes, best, frontEnd.frames);
  return { strength: strengthOf('buzzLine', height), times: timesOf('buzzLine', height), features, tallies: [tally] };
}

/** What was compared in one band: 1 in `windows` for those in which both sound. */
interface BandEnvelopes {
  readonly degraded: Float64Array;
  readonly reference: Float64Array;
  readonly windows: Uint8Array;
}

/** Under this height over the whole recording no place is searched for the line, dB. */
const LEAST_LOCAL_DB = 1;
const ONE_WINDOW: Uint8Array = Uint8Array.of(1);

/** Height of one line in every window in which a band sounds. */
function lineOverTime(bands: readonly BandEnvelopes[], place: number, frames: number): FrameTally {
  const tally = createTally(frames, 'buzzLine');
  const framesPerHop = (MODULATION_HOP * FRAMES_PER_SECOND) / ENVELOPE_RATE_HZ;
  const line = new Float64Array(TO - FROM + 1);
  const count = bands[0]?.windows.length ?? 0;
  for (let w = 0; w < count; w++) {
    line.fill(0);
    let heard = 0;
    const cut = (envelope: Float64Array): Float64Array => envelope.subarray(w * MODULATION_HOP, w * MODULATION_HOP + MODULATION_WINDOW);
    for (const { degraded, reference, windows } of bands) {
      if (windows[w] === 0) continue;
      addLine(modulationSpectrum(cut(degraded), ONE_WINDOW), modulationSpectrum(cut(reference), ONE_WINDOW), line);
      heard++;
    }
    if (heard === 0) continue;
    const middle = ((w * MODULATION_HOP + MODULATION_WINDOW / 2) * FRAMES_PER_SECOND) / ENVELOPE_RATE_HZ;
    const from = Math.round(middle - framesPerHop / 2);
    const to = Math.round(middle + framesPerHop / 2);
    tally.value.fill((line[place] as number) / heard, from, to);
    tally.weight.fill(1, from, to);
  }
  return tally;
}

/** Adds one band's line spectrum: the rise of recording over reference above its own median, limited by the recording's own prominence. */
function addLine(degraded: Float64Array, reference: Float64Array, line: Float64Array): void {
  const rise = new Float64Array(line.length);
  for (let i = 0; i < rise.length; i++) {
    rise[i] = 10 * Math.log10(((degraded[FROM + i] as number) + POWER_FLOOR) / ((reference[FROM + i] as number) + POWER_FLOOR));
  }
  const usual = runningMedian(rise, LINE_MEDIAN_RADIUS);
  const middle = median(degraded.subarray(FROM, TO + 1)) + POWER_FLOOR;
  for (let i = 0; i < rise.length; i++) {
    const prominence = Math.max(0, 10 * Math.log10(((degraded[FROM + i] as number) + POWER_FLOOR) / middle));
    line[i] = (line[i] as number) + Math.min((rise[i] as number) - (usual[i] as number), prominence);
  }
}

/** The highest bin that stands above both its neighbours; null when there is none. */
function highestPeak(line: Float64Array): number | null {
  let best: number | null = null;
  for (let k = 1; k < line.length - 1; k++) {
    const here = line[k] as number;
    if (here < (line[k - 1] as number) || here < (line[k + 1] as number)) continue;
    if (best === null || here > (line[best] as number)) best = k;
  }
  return best;
}

/** Offset of a parabola's top through a peak that has neighbours, bins, within ±0.5. */
function peakOffset(values: Float64Array, peak: number): number {
  const [before, here, after] = [values[peak - 1] as number, values[peak] as number, values[peak + 1] as number];
  const bend = before - 2 * here + after;
  return bend < 0 ? clamp((0.5 * (before - after)) / bend, -0.5, 0.5) : 0;
}

/** Envelope samples (1 ms) to bridge over: dropped frames, gaps, and their surroundings. */
function bridgeMask(frontEnd: FrontEnd, gaps: readonly Gap[]): Uint8Array {
  const msPerFrame = 10;
  const mask = new Uint8Array(Math.floor((frontEnd.degraded.length * ENVELOPE_RATE_HZ) / FRONT_END_RATE_HZ));
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.dropped[t] === 1) mask.fill(1, Math.max(0, t * msPerFrame - DROP_MARGIN_MS), (t + 1) * msPerFrame + DROP_MARGIN_MS);
  }
  for (const { startSeconds, seconds } of gaps) {
    const start = startSeconds * ENVELOPE_RATE_HZ - DROP_MARGIN_MS;
    mask.fill(1, Math.max(0, Math.floor(start)), Math.ceil(start + seconds * ENVELOPE_RATE_HZ + 2 * DROP_MARGIN_MS));
  }
  return mask;
}

/** Draws a straight line over every masked stretch. */
function bridge(envelope: Float64Array, mask: Uint8Array): void {
  for (let from = 0; from < mask.length; from++) {
    if (mask[from] !== 1) continue;
    let to = from;
    while (to < mask.length && mask[to] === 1) to++;
    const right = to < mask.length ? (envelope[to] as number) : from > 0 ? (envelope[from - 1] as number) : 0;
    const left = from > 0 ? (envelope[from - 1] as number) : right;
    for (let i = from; i < to; i++) envelope[i] = left + ((right - left) * (i - from + 1)) / (to - from + 1);
    from = to;
  }
}
