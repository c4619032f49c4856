import { createFft, nextPowerOfTwo } from '../dsp/fft.ts';
import { prefixSums } from '../dsp/statistics.ts';
import type { AlignmentFeatures } from './alignment-features.ts';
import { FEATURE_BANDS } from './alignment-features.ts';

/** An overlap should hold this share of the active frames of at least one of the sounds; a short chance match at the ends counts less. */
const FULL_SHARE = 0.6;
/** And it counts as holding at least this share of the energy of the features of either. */
const LEAST_ENERGY_SHARE = 0.2;

/**
 * The one delay, in frames, at which both sounds agree best: how much later the recording has it. Any lag that lets them touch is
 * tried, either way. The similarity of log-mel features, which survives robot voices and vocoders, and the correlation of waveforms,
 * which survives noise and loss, count alike. Frames in which the recording is silent say nothing. 0 when either has no frames.
 * @param wave correlation of the waveforms near a lag in frames, 0 … 1 (see `waveformSupport`)
 */
export function globalLag(reference: AlignmentFeatures, recording: AlignmentFeatures, wave: (lag: number) => number): number {
  if (reference.frames === 0 || recording.frames === 0) return 0;
  const { products, energies } = correlate(reference, recording);
  const ownActive = prefixSums(reference.active);
  const otherActive = prefixSums(recording.active);
  const otherEnergy = prefixSums(recording.energy.map((energy, t) => energy * (recording.sounding[t] as number)));
  const ownTotal = ownActive[reference.frames] as number;
  const otherTotal = otherActive[recording.frames] as number;
  if (ownTotal === 0 || otherTotal === 0) return 0;
  const energyLeast = LEAST_ENERGY_SHARE * energies.reduce((most, energy) => Math.max(most, energy), 0);
  const otherLeast = LEAST_ENERGY_SHARE * (otherEnergy[recording.frames] as number);
  let best = -Infinity;
  let bestLag = 0;
  for (let lag = 1 - reference.frames; lag < recording.frames; lag++) {
    const from = Math.max(0, lag);
    const to = Math.min(recording.frames, reference.frames + lag);
    const at = (lag + products.length) % products.length;
    const energy =
      Math.max(energies[at] as number, energyLeast) * Math.max((otherEnergy[to] as number) - (otherEnergy[from] as number), otherLeast);
    if (energy <= 0) continue;
    const ownShare = ((ownActive[to - lag] as number) - (ownActive[from - lag] as number)) / ownTotal;
    const otherShare = ((otherActive[to] as number) - (otherActive[from] as number)) / otherTotal;
    const score = ((products[at] as number) / Math.sqrt(energy)) * Math.min(1, Math.max(ownShare, otherShare) / FULL_SHARE) + wave(lag);
    if (score <= best) continue;
    best = score;
    bestLag = lag;
  }
  return bestLag;
}

interface Correlations {
  /** Σ over bands and sounding frames t of reference[t − lag] · recording[t]; negative lags lie at the end. */
  readonly products: Float64Array;
  /** Energy of the reference under the recording's sounding frames, likewise. */
  readonly energies: Float64Array;
}

function correlate(reference: AlignmentFeatures, recording: AlignmentFeatures): Correlations {
  const size = nextPowerOfTwo(reference.frames + recording.frames);
  const left = createFft(size);
  const right = createFft(size);
  const sum = new Float64Array(size + 2);
  const add = (): void => {
    const x = left.forward();
    const y = right.forward();
    for (let k = 0; k < sum.length; k += 2) {
      const xr = x[k] as number;
      const xi = x[k + 1] as number;
      const yr = y[k] as number;
      const yi = y[k + 1] as number;
      sum[k] = (sum[k] as number) + xr * yr + xi * yi;
      sum[k + 1] = (sum[k + 1] as number) + xr * yi - xi * yr;
    }
  };
  left.input.set(reference.energy);
  right.input.set(recording.sounding);
  add();
  left.spectrum.set(sum);
  const energies = left.inverse().slice();
  sum.fill(0);
  for (let band = 0; band < FEATURE_BANDS; band++) {
    for (let t = 0; t < reference.frames; t++) left.input[t] = reference.values[t * FEATURE_BANDS + band] as number;
    for (let t = 0; t < recording.frames; t++) {
      right.input[t] = (recording.values[t * FEATURE_BANDS + band] as number) * (recording.sounding[t] as number);
    }
    add();
  }
  left.spectrum.set(sum);
  return { products: left.inverse().slice(), energies };
}
