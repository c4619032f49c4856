import { dotProduct } from './correlation.ts';

/** Samples of a block that are summed up to tell quickly whether two blocks can be alike. */
const GROUP = 8;
/** A bound counts as passed only by so much: rounding must not decide. */
const MARGIN = 1e-6;
/** So many lags either side of the last block's best are looked at first. */
const HINT_REACH = 3;
/** A block with less energy than this is silent; an earlier one with less than this share of the block's own has nothing to repeat. */
const LEAST_ENERGY = 1e-12;
const LEAST_SHARE = 1e-3;

/**
 * Makes a function that tells how exactly the block at `start` repeats what came before it: the best normalised correlation with the blocks
 * `minLag` to `maxLag` samples earlier, 0 … 1; 0 for silence. Only what lies between `least` and `enough` is told exactly: where nothing exceeds
 * `least`, that comes back, and where anything reaches `enough`, something that does.
 *
 * Two blocks of length 1 with correlation r differ by √(2 − 2r), and by no less than their sums over groups of 8 samples, divided by √8, do: most
 * lags are settled by the first few of these.
 * @param block length in samples, a multiple of 8; RangeError otherwise
 */
export function createRepeatMeter(
  block: number,
  minLag: number,
  maxLag: number,
): (samples: Float64Array, start: number, least?: number, enough?: number) => number {
  if (block % GROUP !== 0) throw new RangeError(`a block is a multiple of ${GROUP} samples, got ${block}`);
  const groups = block / GROUP;
  const lags = maxLag - minLag + 1;
  const own = new Float64Array(block);
  const past = new Float64Array(lags - 1 + block);
  const ownSums = new Float64Array(groups);
  const sums = new Float64Array(past.length - GROUP + 1);
  const energies = new Float64Array(lags);
  const scale = 1 / Math.sqrt(GROUP);
  let likely = 0;
  return (samples, start, least = 0, enough = Infinity) => {
    const energy = load(own, samples, start);
    load(past, samples, start - maxLag);
    if (energy <= LEAST_ENERGY) return least;
    slidingEnergies(past, block, energies);
    let highest = least;
    // A voice goes on as it was: where the last block had its best, this one's is not far, and what is found there rules out most others.
    const to = Math.min(lags, likely + HINT_REACH + 1);
    for (let i = Math.max(0, likely - HINT_REACH); i < to; i++) highest = Math.max(highest, correlation(own, energy, past, i, energies));
    if (highest >= enough) return highest;
    const length = Math.sqrt(energy);
    for (let g = 0; g < groups; g++) ownSums[g] = (groupSum(own, g * GROUP) * scale) / length;
    slidingSums(past, scale, sums);
    for (let i = 0; i < lags; i++) {
      const most = 2 - 2 * highest + MARGIN;
      const shrink = 1 / Math.sqrt(energies[i] as number);
      let difference = 0;
      for (let g = 0, at = i; g < groups && difference <= most; g++, at += GROUP) {
        const d = (ownSums[g] as number) - (sums[at] as number) * shrink;
        difference += d * d;
      }
      if (!(difference <= most)) continue;
      const found = correlation(own, energy, past, i, energies);
      if (found < highest) continue;
      highest = found;
      likely = i;
      if (highest >= enough) return highest;
    }
    return highest;
  };
}

/** Normalised correlation of the whole block with the stretch from `from` on; 0 where that is too quiet. */
function correlation(own: Float64Array, energy: number, past: Float64Array, from: number, energies: Float64Array): number {
  const pastEnergy = energies[from] as number;
  return pastEnergy > LEAST_SHARE * energy ? dotProduct(own, 0, past, from, own.length) / Math.sqrt(energy * pastEnergy) : 0;
}

/** Energies of all stretches of a length, one after the other. */
function slidingEnergies(samples: Float64Array, length: number, out: Float64Array): void {
  let energy = dotProduct(samples, 0, samples, 0, length);
  out[0] = energy;
  for (let i = 1; i < out.length; i++) {
    energy += (samples[i + length - 1] as number) ** 2 - (samples[i - 1] as number) ** 2;
    out[i] = energy;
  }
}

/** Fills a stretch from a place of the samples on, silence beyond their ends, and gives its energy. */
function load(stretch: Float64Array, samples: Float64Array, start: number): number {
  let energy = 0;
  for (let i = 0; i < stretch.length; i++) {
    const at = start + i;
    const x = at >= 0 && at < samples.length ? (samples[at] as number) : 0;
    stretch[i] = x;
    energy += x * x;
  }
  return energy;
}

/** Sums of all groups, one after the other, times a scale. */
function slidingSums(values: Float64Array, scale: number, out: Float64Array): void {
  let sum = groupSum(values, 0);
  out[0] = sum * scale;
  for (let i = 1; i < out.length; i++) {
    sum += (values[i + GROUP - 1] as number) - (values[i - 1] as number);
    out[i] = sum * scale;
  }
}

function groupSum(values: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < from + GROUP; i++) sum += values[i] as number;
  return sum;
}
