import { measured, notApplicable } from '../../core/measurement.ts';
import { clamp } from '../../dsp/statistics.ts';
import type { FrontEnd, FrontEndSpectra } from '../front-end.ts';
import { prominence } from '../front-end-spectra.ts';
import { createTally, nothingToMeasure, type SubScore, strengthOf, timesOf } from './sub-score.ts';

/** A peak rises so far above its surroundings, dB, ... */
const PEAK_DB = 7;
/** ... and lies at most so far under the loudest parts of speech, dB. */
const RANGE_DB = 52;
/** It must go on: another peak within 2 bins (31 Hz), 30 ms before or after. */
const NEARBY_BINS = 2;
const CONTINUED_FRAMES = 3;
/** What the reference has within ±2 frames and ±2 bins explains it, plus a margin, dB. */
const REFERENCE_FRAMES = 2;
const LEAST_REFERENCE_DB = 4;
const MARGIN_DB = 4;
const MOST_EXCESS_DB = 15;
/** Ordinary prominence is what peaks have above 8 dB; 5 dB a frame keeps a speech without peaks from dividing by nothing. */
const ORDINARY_DB = 8;
const LEAST_TOTAL_DB = 5;

/**
 * Lasting spectral lines the reference does not have: aliasing and images of bad resamplers, frequency shift, sidebands of ring modulation,
 * birdies of low-rate coders. Feature `toneShare`: their prominence as a share of all peaks' prominence.
 * @param alive 1 for each bin in which the recording holds on to the reference's sound
 * @param weight factor on the feature: less than 1 where reverberation or echo explains part of it
 */
export function tone(frontEnd: FrontEnd, alive: Uint8Array, weight: number): SubScore {
  if (frontEnd.activeFrames === 0) return nothingToMeasure({ toneShare: notApplicable('no speech to look at') });
  const spectra = frontEnd.spectra();
  const { bins } = spectra;
  const peaks = findPeaks(frontEnd, alive);
  const tally = createTally(frontEnd.frames, 'toneShare');
  let excess = 0;
  let total = 0;
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    const [excessBefore, totalBefore] = [excess, total];
    for (let k = spectra.firstBin; k <= spectra.lastBin; k++) {
      if (peaks[t * bins + k] === 0) continue;
      const above = prominence(spectra.degraded, spectra.degradedFloor, t * bins + k);
      total += clamp(above - ORDINARY_DB, 0, MOST_EXCESS_DB);
      const more = above - MARGIN_DB - LEAST_REFERENCE_DB;
      if (more <= 0 || !(near(peaks, bins, t - CONTINUED_FRAMES, k) || near(peaks, bins, t + CONTINUED_FRAMES, k))) continue;
      const explained = Math.max(LEAST_REFERENCE_DB, highestNear(spectra, frontEnd.frames, t, k));
      excess += clamp(above - explained - MARGIN_DB, 0, MOST_EXCESS_DB);
    }
    tally.value[t] = weight * (excess - excessBefore);
    tally.weight[t] = total - totalBefore + LEAST_TOTAL_DB;
  }
  const share = (weight * excess) / (total + LEAST_TOTAL_DB * frontEnd.activeFrames);
  return {
    strength: strengthOf('toneShare', share),
    times: timesOf('toneShare', share),
    features: { toneShare: measured(share, 'ratio') },
    tallies: [tally],
  };
}

/** 1 for cells that are the largest of five bins, prominent, loud enough and above the noise. */
function findPeaks(frontEnd: FrontEnd, alive: Uint8Array): Uint8Array {
  const { bins, firstBin, lastBin, degraded, degradedFloor, topDb } = frontEnd.spectra();
  const { valid } = frontEnd.noiseGate();
  const out = new Uint8Array(frontEnd.frames * bins);
  for (let t = 0; t < frontEnd.frames; t++) {
    if (frontEnd.active[t] === 0) continue;
    for (let k = firstBin; k <= lastBin; k++) {
      const i = t * bins + k;
      if (alive[k] === 0 || valid[i] === 0 || prominence(degraded, degradedFloor, i) <= PEAK_DB) continue;
      const x = degraded[i] as number;
      if (x <= topDb - RANGE_DB) continue;
      if (x < (degraded[i - 1] as number) || x < (degraded[i - 2] as number)) continue;
      if (x < (degraded[i + 1] as number) || x < (degraded[i + 2] as number)) continue;
      out[i] = 1;
    }
  }
  return out;
}

function near(peaks: Uint8Array, bins: number, frame: number, bin: number): boolean {
  const row = frame * bins;
  if (row < 0 || row >= peaks.length) return false;
  for (let k = bin - NEARBY_BINS; k <= bin + NEARBY_BINS; k++) if (peaks[row + k] === 1) return true;
  return false;
}

function highestNear(
  { bins, firstBin, lastBin, reference, referenceFloor }: FrontEndSpectra,
  frames: number,
  frame: number,
  bin: number,
): number {
  const from = Math.max(firstBin, bin - NEARBY_BINS);
  const to = Math.min(lastBin, bin + NEARBY_BINS);
  let highest = 0;
  for (let t = Math.max(0, frame - REFERENCE_FRAMES); t <= Math.min(frames - 1, frame + REFERENCE_FRAMES); t++) {
    for (let k = from; k <= to; k++) highest = Math.max(highest, prominence(reference, referenceFloor, t * bins + k));
  }
  return highest;
}
