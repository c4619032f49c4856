import { designFir, filterFir } from '../dsp/filters.ts';
import { dbToAmplitude } from '../dsp/levels.ts';
import { melBank, melInto } from '../dsp/mel.ts';
import { clamp } from '../dsp/statistics.ts';
import type { PowerSpectra } from '../dsp/stft.ts';

const BANDS = 24;
const LOW_HZ = 100;
const HIGH_HZ = 7_000;
/** Differences of long-term spectra that are followed, dB. */
const LEAST_DB = -40;
const MOST_DB = 15;
const TAPS = 257;
/** Below this power a band holds nothing to compare. */
const LEAST_POWER = 1e-14;

/**
 * The warped reference with the long-term spectrum of the recording: band levels of both over active speech, their difference as a
 * linear-phase filter. Without it a mere low-pass would seem to make a voice more periodic.
 */
export function equalise(
  warped: Float64Array,
  degraded: PowerSpectra,
  reference: PowerSpectra,
  active: Uint8Array,
  sampleRateHz: number,
): Float64Array {
  const { bins } = reference;
  const fftSize = 2 * (bins - 1);
  const bank = melBank(BANDS, LOW_HZ, HIGH_HZ, fftSize, sampleRateHz);
  const own = bandPowers(reference, active, bank);
  const theirs = bandPowers(degraded, active, bank);
  const differences = own.map((power, b) => {
    const other = theirs[b] as number;
    return power > LEAST_POWER ? clamp(10 * Math.log10(Math.max(other, LEAST_POWER) / power), LEAST_DB, MOST_DB) : 0;
  });
  const gains = Float64Array.from({ length: bins }, (_, k) =>
    dbToAmplitude(between(bank.centresHz, differences, (k * sampleRateHz) / fftSize)),
  );
  return filterFir(warped, designFir(gains, TAPS));
}

function bandPowers(spectra: PowerSpectra, active: Uint8Array, bank: ReturnType<typeof melBank>): Float64Array {
  const mean = new Float64Array(spectra.bins);
  for (let t = 0; t < active.length; t++) {
    if (active[t] === 0) continue;
    const row = t * spectra.bins;
    for (let k = 0; k < spectra.bins; k++) mean[k] = (mean[k] as number) + (spectra.power[row + k] as number);
  }
  const out = new Float64Array(BANDS);
  melInto(bank, mean, 0, out, 0);
  return out;
}

/** Linear interpolation; the end values beyond the ends. */
function between(places: Float64Array, values: Float64Array, place: number): number {
  const last = places.length - 1;
  if (place <= (places[0] as number)) return values[0] as number;
  if (place >= (places[last] as number)) return values[last] as number;
  let i = 0;
  while ((places[i + 1] as number) < place) i++;
  const from = places[i] as number;
  const share = (place - from) / ((places[i + 1] as number) - from);
  return (values[i] as number) * (1 - share) + (values[i + 1] as number) * share;
}
