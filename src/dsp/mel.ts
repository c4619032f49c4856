/** Mel scale of O'Shaughnessy: 2595·log10(1 + f/700). */
export function hzToMel(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

/** Inverse of `hzToMel`. */
export function melToHz(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}

/** Triangular bands over FFT bins. Band b weighs bins `first[b] …` with `weights[b]`. */
export interface MelBank {
  readonly bands: number;
  readonly centresHz: Float64Array;
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
}

/**
 * Triangular bands, evenly spaced in mel, each reaching from its lower neighbour's centre to its upper one's, with weights of sum 1:
 * a band's value is the mean power in it. A band narrower than the bin spacing takes its nearest bin.
 * @param lowHz,highHz outer feet of the first and the last band
 */
export function melBank(bands: number, lowHz: number, highHz: number, fftSize: number, sampleRateHz: number): MelBank {
  const low = hzToMel(lowHz);
  const step = (hzToMel(highHz) - low) / (bands + 1);
  const feet = Float64Array.from({ length: bands + 2 }, (_, i) => melToHz(low + i * step));
  const binHz = sampleRateHz / fftSize;
  const first = new Int32Array(bands);
  const weights: Float64Array[] = [];
  for (let b = 0; b < bands; b++) {
    const [left, centre, right] = [feet[b] as number, feet[b + 1] as number, feet[b + 2] as number];
    const from = Math.ceil(left / binHz);
    const to = Math.min(Math.floor(right / binHz), fftSize / 2);
    const row: number[] = [];
    for (let k = from; k <= to; k++) {
      const hz = k * binHz;
      row.push(Math.max(0, hz <= centre ? (hz - left) / (centre - left) : (right - hz) / (right - centre)));
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    first[b] = sum > 0 ? from : Math.round(centre / binHz);
    weights.push(sum > 0 ? Float64Array.from(row, (weight) => weight / sum) : Float64Array.of(1));
  }
  return { bands, centresHz: feet.slice(1, bands + 1), first, weights };
}

/** Mean power of each band of a power spectrum: reads `power[from + bin]`, writes `out[outFrom + band]`. */
export function melInto(
  bank: MelBank,
  power: Float32Array | Float64Array,
  from: number,
  out: Float32Array | Float64Array,
  outFrom: number,
): void {
  for (let b = 0; b < bank.bands; b++) {
    const row = bank.weights[b] as Float64Array;
    const start = from + (bank.first[b] as number);
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += (row[i] as number) * (power[start + i] as number);
    out[outFrom + b] = sum;
  }
}
