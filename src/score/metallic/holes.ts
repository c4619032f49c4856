import { clamp, median } from '../../dsp/statistics.ts';
import type { FrontEnd } from '../front-end.ts';
import type { FrameTally } from './sub-score.ts';

/** Every second bin, its power taken over five (78 Hz): about what one harmonic of a voice covers. */
const STEP = 2;
const RADIUS = 2;
/** Cells of the reference within this of the loudest count: what lies lower is not missed. dB */
const RANGE_DB = 45;
/** A cell is a hole when it lies so far under the reference at the usual response of its bin and at the gain of its frame, dB. */
const HOLE_DB = 15;
/** A frame's own gain is followed so far, dB: softer sound is a gain control or a dropout, not a hole. */
const MOST_GAIN_DB = 30;
/** A frame with fewer cells to compare is left out; fewer frames than 0.2 s say nothing. */
const LEAST_CELLS = 20;
const LEAST_FRAMES = 20;
const FLOOR_POWER = 1e-14;

/**
 * Share of the cells (10 ms by 31 Hz) of speech that are missing from the recording while their surroundings are there. Noise fills holes,
 * filters and gain controls dig none, and dropouts take whole frames: all of these read about 0.
 * @param alive 1 for each bin in which the recording holds on to the reference's sound
 * @param tally takes what is found in each frame, where somebody wants it
 * @returns 0–1; null where there is too little speech
 */
export function holeShare(frontEnd: FrontEnd, alive: Uint8Array, tally?: FrameTally): number | null {
  const { degraded, reference } = frontEnd.power();
  const { bins, firstBin, lastBin, topDb } = frontEnd.spectra();
  const frames: number[] = [];
  for (let t = 0; t < frontEnd.frames; t++) if (frontEnd.active[t] === 1 && frontEnd.dropped[t] === 0) frames.push(t);
  if (frames.length < LEAST_FRAMES) return null;
  const columns: number[] = [];
  for (let k = firstBin; k <= lastBin; k += STEP) if (alive[k] === 1) columns.push(k);
  // How much weaker each cell arrives, dB; NaN where the reference has nothing to lose.
  const loss = new Float32Array(frames.length * columns.length).fill(Number.NaN);
  const least = 10 ** ((topDb - RANGE_DB) / 10);
  for (let row = 0, at = 0; row < frames.length; row++) {
    const cell = (frames[row] as number) * bins;
    for (let column = 0; column < columns.length; column++, at++) {
      const k = cell + (columns[column] as number);
      const theirs = powerAt(reference.power, k);
      if (theirs > least) loss[at] = 10 * Math.log10(theirs / powerAt(degraded.power, k));
    }
  }
  takeOffGain(loss, frames.length, columns.length);
  takeOffResponse(loss, frames.length, columns.length);
  takeOffGain(loss, frames.length, columns.length);
  let cells = 0;
  let holes = 0;
  for (const [row, t] of frames.entries()) {
    const [cellsBefore, holesBefore] = [cells, holes];
    for (let i = row * columns.length; i < (row + 1) * columns.length; i++) {
      const value = loss[i] as number;
      if (Number.isNaN(value)) continue;
      cells++;
      if (value > HOLE_DB) holes++;
    }
    if (tally === undefined) continue;
    tally.value[t] = holes - holesBefore;
    tally.weight[t] = cells - cellsBefore;
  }
  return cells === 0 ? null : holes / cells;
}

function powerAt(power: Float32Array, at: number): number {
  let sum = FLOOR_POWER;
  for (let i = at - RADIUS; i <= at + RADIUS; i++) sum += power[i] as number;
  return sum / (2 * RADIUS + 1);
}

/** Takes each frame's median off it and leaves out frames with too little to compare. */
function takeOffGain(loss: Float32Array, rows: number, columns: number): void {
  const values = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    let count = 0;
    const own = loss.subarray(row * columns, (row + 1) * columns);
    for (let i = 0; i < columns; i++) if (!Number.isNaN(own[i] as number)) values[count++] = own[i] as number;
    if (count < LEAST_CELLS) own.fill(Number.NaN);
    else {
      const softened = clamp(median(values.subarray(0, count)), -MOST_GAIN_DB, MOST_GAIN_DB);
      for (let i = 0; i < columns; i++) own[i] = (own[i] as number) - softened;
    }
  }
}

/** Takes each bin's median off it: what a filter does to a bin it does at all times. */
function takeOffResponse(loss: Float32Array, rows: number, columns: number): void {
  const values = new Float32Array(rows);
  for (let column = 0; column < columns; column++) {
    let count = 0;
    for (let i = column; i < loss.length; i += columns) if (!Number.isNaN(loss[i] as number)) values[count++] = loss[i] as number;
    if (count === 0) continue;
    const usual = median(values.subarray(0, count));
    for (let i = column; i < loss.length; i += columns) loss[i] = (loss[i] as number) - usual;
  }
}
