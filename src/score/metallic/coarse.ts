import { measured, notApplicable } from '../../core/measurement.ts';
import type { FrontEnd, FrontEndSpectra } from '../front-end.ts';
import { prominence } from '../front-end-spectra.ts';
import { holeShare } from './holes.ts';
import { createTally, type FrameTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** Only below 4 kHz does a voice have a fine structure that can be followed, Hz. */
const HIGHEST_HZ = 4000;
const BIN_HZ = 15.625;
/** Cells looked at: at most so far under the loudest of the reference, and with a local floor clear of the noise, dB. */
const RANGE_DB = 40;
const CLEAR_OF_NOISE_DB = 6;
/** Frames looked at: so many such cells, and a reference with such a structure (root mean square), dB. */
const LEAST_CELLS = 60;
const LEAST_STRUCTURE_DB = 3.5;
/** Fewer frames than this say nothing: 0.2 s. */
const LEAST_FRAMES = 20;
/** Half width of the mean taken off, bins: what is left is structure finer than 500 Hz. */
const SMOOTH_RADIUS = 16;
/** Structure of the recording at which a mismatch counts fully, dB, and the most it counts. */
const FULL_STRUCTURE_DB = 6;
const MOST_WEIGHT = 1.5;

/**
 * Speech coded, or cleaned of noise, with too little left of it. Features: `coarseMismatch`, how far the fine structure of the spectrum
 * (harmonics) no longer follows the reference's, mean of (1 − correlation) over voiced frames: low-rate coders, vocoders, pitch shifts;
 * `coarseHoles`, the share of speech cut out of the spectrum here and there: starved transform coders, noise suppressors.
 * @param alive 1 for each bin in which the recording holds on to the reference's sound
 * @param allowance taken off the feature: mismatch that reverberation or clipping explains
 */
export function coarse(frontEnd: FrontEnd, alive: Uint8Array, allowance: number): SubScore {
  const tallies = [createTally(frontEnd.frames, 'coarseMismatch'), createTally(frontEnd.frames, 'coarseHoles')] as const;
  const mismatch = fineMismatch(frontEnd, alive, allowance, tallies[0]);
  const share = holeShare(frontEnd, alive, tallies[1]);
  if (mismatch === null && share === null) {
    return nothingToMeasure({ coarseMismatch: notApplicable('too little voiced speech clear of noise') });
  }
  const feature = mismatch === null ? 0 : mismatch - allowance;
  const holes = share ?? 0;
  return {
    strength: Math.max(strengthOf('coarseMismatch', feature), strengthOf('coarseHoles', holes)),
    times: Math.max(timesOf('coarseMismatch', feature), timesOf('coarseHoles', holes)),
    features: {
      coarseMismatch: mismatch === null ? notApplicable('too little voiced speech clear of noise') : measured(feature, 'ratio'),
      coarseHoles: share === null ? notApplicable('too little speech') : measured(share, 'ratio'),
    },
    tallies,
  };
}

/**
 * Mean over speech of (1 − correlation of the two fine structures), weighted by how much structure the recording has.
 * @returns about 0 (the same) … 1.5; null where fewer than 0.2 s of frames can be judged
 */
function fineMismatch(frontEnd: FrontEnd, alive: Uint8Array, allowance: number, tally: FrameTally): number | null {
  const spectra = frontEnd.spectra();
  const gate = frontEnd.noiseGate();
  const { bins, firstBin } = spectra;
  const lastBin = Math.min(spectra.lastBin, Math.floor(HIGHEST_HZ / BIN_HZ));
  const own = new Float64Array(bins);
  const theirs = new Float64Array(bins);
  let sum = 0;
  let frames = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    const row = t * bins;
    fineStructure(spectra.degraded, spectra.degradedFloor, row, spectra, lastBin, own);
    fineStructure(spectra.reference, spectra.referenceFloor, row, spectra, lastBin, theirs);
    let cells = 0;
    let x = 0;
    let y = 0;
    let xx = 0;
    let yy = 0;
    let xy = 0;
    for (let k = firstBin; k <= lastBin; k++) {
      const i = row + k;
      if (alive[k] === 0 || gate.valid[i] === 0 || (spectra.reference[i] as number) <= spectra.topDb - RANGE_DB) continue;
      if ((spectra.degradedFloor[i] as number) <= (gate.noiseDb[k] as number) + CLEAR_OF_NOISE_DB) continue;
      const a = own[k] as number;
      const b = theirs[k] as number;
      x += a;
      y += b;
      xx += a * a;
      yy += b * b;
      xy += a * b;
      cells++;
    }
    if (cells < LEAST_CELLS || Math.sqrt(yy / cells) <= LEAST_STRUCTURE_DB) continue;
    const spread = (xx - (x * x) / cells) * (yy - (y * y) / cells);
    const correlation = spread > 1e-9 ? (xy - (x * y) / cells) / Math.sqrt(spread) : 0;
    const weight = Math.min(Math.sqrt(xx / cells) / FULL_STRUCTURE_DB, MOST_WEIGHT);
    sum += (1 - correlation) * weight;
    frames++;
    tally.value[t] = (1 - correlation) * weight - allowance;
    tally.weight[t] = 1;
  }
  return frames < LEAST_FRAMES ? null : sum / frames;
}

/** Prominence less its mean over ±16 bins, the window cut off at the ends of the band. */
function fineStructure(
  levels: Float32Array,
  floor: Float32Array,
  row: number,
  spectra: FrontEndSpectra,
  lastBin: number,
  out: Float64Array,
): void {
  const { firstBin } = spectra;
  const end = Math.min(spectra.lastBin, lastBin + SMOOTH_RADIUS);
  let sum = 0;
  let count = 0;
  for (let k = firstBin; k < firstBin + SMOOTH_RADIUS; k++) {
    sum += prominence(levels, floor, row + k);
    count++;
  }
  for (let k = firstBin; k <= lastBin; k++) {
    const entering = k + SMOOTH_RADIUS;
    if (entering <= end) {
      sum += prominence(levels, floor, row + entering);
      count++;
    }
    const leaving = k - SMOOTH_RADIUS - 1;
    if (leaving >= firstBin) {
      sum -= prominence(levels, floor, row + leaving);
      count--;
    }
    out[k] = prominence(levels, floor, row + k) - sum / count;
  }
}
