import { clamp, median } from '../../dsp/statistics.ts';
import type { FrontEnd } from '../front-end.ts';

/** Every second bin, its power taken over five (78 Hz): about what one harmonic of a voice covers. */
const STEP = 2;
const RADIUS = 2;
/** Cells of the reference within this of the loudest count: what lies lower is not missed. dB */
const RANGE_DB = 45;
/** A cell is a hole when it lies so far under the reference at the usual response of its bin and at the gain of its frame, dB. */
const HOLE_DB = 15;
/** A frame's own gain is followed within these limits, dB: softer sound is a gain control or a dropout, not a hole. */
const LEAST_GAIN_DB = -30;
/** A frame with fewer cells to compare is left out; fewer frames than 0.2 s say nothing. */
const LEAST_CELLS = 20;
const LEAST_FRAMES = 20;
const FLOOR_POWER = 1e-14;

/**
 * Share of the cells (10 ms by 31 Hz) of speech that are missing from the recording while their surroundings are there. Noise fills holes,
 * filters and gain controls dig none, and dropouts take whole frames: all of these read about 0.
 * @param alive 1 for each bin in which the recording holds on to the reference's sound
 * @returns 0–1; null where there is too little speech
 */
export function holeShare(frontEnd: FrontEnd, alive: Uint8Array): number | null {
  const { degraded, reference } = frontEnd.power();
  const { bins, firstBin, lastBin, topDb } = frontEnd.spectra();
  const frames: number[] = [];
  for (let t = 0; t < frontEnd.frames; t++) if (frontEnd.active[t] === 1 && frontEnd.dropped[t] === 0) frames.push(t);
  if (frames.length < LEAST_FRAMES) return null;
  const columns: number[] = [];
  for (let k = firstBin; k <= lastBin; k += STEP) if (alive[k] === 1) columns.push(k);
  // How much weaker each cell arrives, dB; NaN where the reference has nothing to lose.
  const loss = new Float32Array(frames.length * columns.length).fill(Number.NaN);
  frames.forEach((t, row) => {
    columns.forEach((k, column) => {
      const theirs = levelAt(reference.power, t * bins + k);
      if (theirs > topDb - RANGE_DB) loss[row * columns.length + column] = theirs - levelAt(degraded.power, t * bins + k);
    });
  });
  takeOffResponse(loss, frames.length, columns.length);
  let cells = 0;
  let holes = 0;
  const own = new Float32Array(columns.length);
  for (let row = 0; row < frames.length; row++) {
    const count = compact(loss, row * columns.length, columns.length, own);
    if (count < LEAST_CELLS) continue;
    const used = own.subarray(0, count);
    const gain = clamp(median(used), 0, -LEAST_GAIN_DB);
    for (const value of used) if (value - gain > HOLE_DB) holes++;
    cells += count;
  }
  return cells === 0 ? null : holes / cells;
}

function levelAt(power: Float64Array | Float32Array, at: number): number {
  let sum = FLOOR_POWER;
  for (let i = at - RADIUS; i <= at + RADIUS; i++) sum += power[i] as number;
  return 10 * Math.log10(sum / (2 * RADIUS + 1));
}

/** Takes each column's median off it: what a filter does to a bin it does at all times. */
function takeOffResponse(loss: Float32Array, rows: number, columns: number): void {
  const values: number[] = [];
  for (let column = 0; column < columns; column++) {
    values.length = 0;
    for (let row = 0; row < rows; row++) {
      const value = loss[row * columns + column] as number;
      if (!Number.isNaN(value)) values.push(value);
    }
    if (values.length === 0) continue;
    const usual = median(values);
    for (let row = 0; row < rows; row++) loss[row * columns + column] = (loss[row * columns + column] as number) - usual;
  }
}

/** Copies the numbers of a row to the front of `out`, and says how many there are. */
function compact(values: Float32Array, from: number, count: number, out: Float32Array): number {
  let n = 0;
  for (let i = from; i < from + count; i++) if (!Number.isNaN(values[i] as number)) out[n++] = values[i] as number;
  return n;
}
