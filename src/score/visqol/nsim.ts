import { BANDS } from './gammatone.ts';
import type { Spectrogram } from './spectrogram.ts';

/** Frames of a patch: 0.4 s. */
export const PATCH_FRAMES = 20;

/** Weights of the 3 × 3 neighbourhood: corner, edge, centre (Hines & Harte, Speech Communication 54, 2012). */
const CORNER = 0.0113033910173052;
const EDGE = 0.0838251475442633;
const CENTRE = 0.619485845753726;
/** (0.01·L)² and (0.03·L)²/2 with the dynamic range L left at 1, as published. */
const C1 = 1e-4;
const C3 = 4.5e-4;

/** Local mean and standard deviation of every cell of a stretch of frames, over its 3 × 3 neighbourhood; edges are repeated. */
export interface Moments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Weighted sum over the neighbourhood of a cell. `left`, `own`, `right` are the offsets of three columns in `cells`, which may coincide. */
function smooth(cells: Float64Array, left: number, own: number, right: number, band: number): number {
  const up = band > 0 ? band - 1 : 0;
  const down = band < BANDS - 1 ? band + 1 : band;
  return (
    CORNER *
      ((cells[left + up] as number) + (cells[left + down] as number) + (cells[right + up] as number) + (cells[right + down] as number)) +
    EDGE *
      ((cells[left + band] as number) + (cells[right + band] as number) + (cells[own + up] as number) + (cells[own + down] as number)) +
    CENTRE * (cells[own + band] as number)
  );
}

/** How a column is placed in its patch: what lies to its left and right decides its neighbourhood. */
type Place = 'inner' | 'first' | 'last';

function momentsAs(spectrogram: Spectrogram, squares: Float64Array, place: Place): Moments {
  const { cells, frames } = spectrogram;
  const mean = new Float64Array(cells.length);
  const deviation = new Float64Array(cells.length);
  for (let t = 0; t < frames; t++) {
    const own = t * BANDS;
    const left = place === 'first' || t === 0 ? own : own - BANDS;
    const right = place === 'last' || t === frames - 1 ? own : own + BANDS;
    columnMoments(cells, squares, left, own, right, mean, deviation);
  }
  return { mean, deviation };
}

/** Fills in the moments of one column; the offsets are those of it and of the columns beside it. */
function columnMoments(
  cells: Float64Array,
  squares: Float64Array,
  left: number,
  own: number,
  right: number,
  mean: Float64Array,
  deviation: Float64Array,
): void {
  for (let band = 0; band < BANDS; band++) {
    const m = smooth(cells, left, own, right, band);
    mean[own + band] = m;
    deviation[own + band] = Math.sqrt(Math.max(0, smooth(squares, left, own, right, band) - m * m));
  }
}

/** A spectrogram with the moments of its columns wherever they may stand in a patch, so that patches can slide over it. */
export interface SlidingMoments {
  readonly spectrogram: Spectrogram;
  readonly inner: Moments;
  readonly first: Moments;
  readonly last: Moments;
}

/** Moments of every column as the inner, first and last one of a patch. */
export function slidingMoments(spectrogram: Spectrogram): SlidingMoments {
  const squares = spectrogram.cells.map((x) => x * x);
  return {
    spectrogram,
    inner: momentsAs(spectrogram, squares, 'inner'),
    first: momentsAs(spectrogram, squares, 'first'),
    last: momentsAs(spectrogram, squares, 'last'),
  };
}

/** No cell is more similar than 1, but for rounding. */
const MOST_CELL: number = 1 + 1e-6;

/** A comparison of stretches of up to so many frames; holds its scratch memory. */
export interface Comparer {
  /**
   * Neurogram similarity of `frames` frames from `refFrom` with as many from `degFrom` (Hines & Harte 2012: luminance times structure).
   * @param bands when given, receives the mean over time of each band
   * @returns the mean over all bands and frames, at most 1
   */
  compare(ref: SlidingMoments, refFrom: number, deg: SlidingMoments, degFrom: number, frames: number, bands?: Float64Array): number;
  /** The same; −Infinity, and no further looked at, once it is clear to be under `least`. */
  compareFrom(least: number, ref: SlidingMoments, refFrom: number, deg: SlidingMoments, degFrom: number, frames: number): number;
}

/** Makes a comparer for stretches of at most `maxFrames` frames. */
export function createComparer(maxFrames: number): Comparer {
  const products = new Float64Array(maxFrames * BANDS);
  const multiply = (ref: SlidingMoments, refFrom: number, deg: SlidingMoments, degFrom: number, frame: number): void => {
    const r = ref.spectrogram.cells;
    const d = deg.spectrogram.cells;
    const [at, rAt, dAt] = [frame * BANDS, (refFrom + frame) * BANDS, (degFrom + frame) * BANDS];
    for (let i = 0; i < BANDS; i++) products[at + i] = (r[rAt + i] as number) * (d[dAt + i] as number);
  };
  const compareFrom = (
    least: number,
    ref: SlidingMoments,
    refFrom: number,
    deg: SlidingMoments,
    degFrom: number,
    frames: number,
    bands?: Float64Array,
  ): number => {
    const size = frames * BANDS;
    bands?.fill(0);
    let total = 0;
    multiply(ref, refFrom, deg, degFrom, 0);
    for (let t = 0; t < frames; t++) {
      if (t + 1 < frames) multiply(ref, refFrom, deg, degFrom, t + 1);
      const place = t === 0 ? 'first' : t === frames - 1 ? 'last' : 'inner';
      total += compareColumn(products, t, frames, ref[place], (refFrom + t) * BANDS, deg[place], (degFrom + t) * BANDS, bands);
      if (total + (frames - 1 - t) * BANDS * MOST_CELL < least * size) return -Infinity;
    }
    if (bands !== undefined) for (let band = 0; band < BANDS; band++) bands[band] = (bands[band] as number) / frames;
    return total / size;
  };
  return {
    compareFrom,
    compare: (ref, refFrom, deg, degFrom, frames, bands) => compareFrom(-Infinity, ref, refFrom, deg, degFrom, frames, bands),
  };
}

function compareColumn(
  products: Float64Array,
  t: number,
  frames: number,
  ref: Moments,
  refAt: number,
  deg: Moments,
  degAt: number,
  bands: Float64Array | undefined,
): number {
  const own = t * BANDS;
  const left = t > 0 ? own - BANDS : own;
  const right = t < frames - 1 ? own + BANDS : own;
  const { mean: rMean, deviation: rDeviation } = ref;
  const { mean: dMean, deviation: dDeviation } = deg;
  let sum = 0;
  // Rolling rows: the two side columns together, and the own column, at the band below, at it and above.
  let sidesBelow = (products[left] as number) + (products[right] as number);
  let ownBelow = products[own] as number;
  let sides = sidesBelow;
  let centre = ownBelow;
  for (let band = 0; band < BANDS; band++) {
    const next = band < BANDS - 1 ? band + 1 : band;
    const sidesAbove = (products[left + next] as number) + (products[right + next] as number);
    const ownAbove = products[own + next] as number;
    const cross = CORNER * (sidesBelow + sidesAbove) + EDGE * (sides + ownBelow + ownAbove) + CENTRE * centre;
    const mr = rMean[refAt + band] as number;
    const md = dMean[degAt + band] as number;
    const both = mr * md;
    const deviations = (rDeviation[refAt + band] as number) * (dDeviation[degAt + band] as number);
    const cell = ((2 * both + C1) * (cross - both + C3)) / ((mr * mr + md * md + C1) * (deviations + C3));
    sum += cell;
    if (bands !== undefined) bands[band] = (bands[band] as number) + cell;
    sidesBelow = sides;
    ownBelow = centre;
    sides = sidesAbove;
    centre = ownAbove;
  }
  return sum;
}
