import { melBank, melInto } from '../dsp/mel.ts';
import { clamp } from '../dsp/statistics.ts';
import { FRONT_END_RATE_HZ, type FrontEnd } from './front-end.ts';

/** Bands about as wide as the ear's, 100–7000 Hz. */
const BANDS = 40;
const LOW_HZ = 100;
const HIGH_HZ = 7000;
const FFT_SIZE = 1024;
/** Speech of −26 dBov is heard at 79 dB SPL (the listening level of ITU-T P.830). */
const SPL_OF_DBOV = 105;
/** The spectra read a sound of mean power P as 4.8·P over all bins (Hann window of 640 samples in 1024). */
const POWER_OVER_BINS = 4.8;
/** Exponent of loudness over intensity (Zwicker and Fastl, Psychoacoustics, chapter 8). */
const LOUDNESS_EXPONENT = 0.23;
/** Differences under this share of the softer loudness are not noticed. */
const DEAD_ZONE = 0.1;
/** A band's long-term response is forgiven within ±20 dB, as power ratios: people mind colour less than what changes. */
const LEAST_RESPONSE = 0.01;
const MOST_RESPONSE = 100;

/** Squared differences of loudness, and the reference's squared loudness, summed over bands, frame by frame; 0 in frames without speech. Arbitrary units. */
export interface LoudnessCourse {
  readonly difference: Float64Array;
  readonly whole: Float64Array;
}

/**
 * How the loudness in the ear's bands differs from the reference's, the long-term response taken off. The loudness of a band is Zwicker's, over the threshold in quiet
 * of Terhardt (1979).
 */
export function loudnessCourse(frontEnd: FrontEnd): LoudnessCourse {
  const { degraded, reference } = frontEnd.power();
  const bank = melBank(BANDS, LOW_HZ, HIGH_HZ, FFT_SIZE, FRONT_END_RATE_HZ);
  const frames = Array.from({ length: frontEnd.frames }, (_, t) => t).filter((t) => frontEnd.active[t] === 1);
  const own = new Float64Array(frames.length * BANDS);
  const theirs = new Float64Array(frames.length * BANDS);
  for (const [row, t] of frames.entries()) {
    melInto(bank, degraded.power, t * degraded.bins, own, row * BANDS);
    melInto(bank, reference.power, t * reference.bins, theirs, row * BANDS);
  }
  const difference = new Float64Array(frontEnd.frames);
  const whole = new Float64Array(frontEnd.frames);
  for (let b = 0; b < BANDS; b++) {
    const loudness = loudnessOfBand(bank.centresHz[b] as number, bank.weights[b] as Float64Array);
    const response = responseOf(own, theirs, b);
    for (const [row, t] of frames.entries()) {
      const heard = loudness(own[row * BANDS + b] as number);
      const said = loudness((theirs[row * BANDS + b] as number) * response);
      const beyond = Math.abs(heard - said) - DEAD_ZONE * Math.min(heard, said);
      if (beyond > 0) difference[t] = (difference[t] as number) + beyond * beyond;
      whole[t] = (whole[t] as number) + said * said;
    }
  }
  return { difference, whole };
}

/**
 * The difference as a share of the reference's loudness, root mean square over bands and over speech: 0 for the same sound, about 0.5 for a voice hard to listen to; 0
 * too where there is no speech.
 */
export function loudnessDisturbance({ difference, whole }: LoudnessCourse): number {
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const all = sum(whole);
  return all > 0 ? Math.sqrt(sum(difference) / all) : 0;
}

/** Makes a function from the mean power in a band's bins to its specific loudness, in arbitrary units; 0 under the threshold in quiet. */
function loudnessOfBand(centreHz: number, weights: Float64Array): (power: number) => number {
  const thresholdPower = 10 ** (thresholdDb(centreHz) / 10);
  // A triangle of sum 1 whose highest weight is w is 1/w bins wide.
  const bins = 1 / weights.reduce((most, weight) => Math.max(most, weight), 0);
  const intensity = (bins * 10 ** (SPL_OF_DBOV / 10)) / POWER_OVER_BINS;
  const scale = thresholdPower ** LOUDNESS_EXPONENT;
  return (power) => Math.max(0, scale * ((0.5 + (0.5 * power * intensity) / thresholdPower) ** LOUDNESS_EXPONENT - 1));
}

/** Threshold in quiet, dB SPL (Terhardt 1979, equation 1). */
function thresholdDb(hz: number): number {
  const kHz = hz / 1000;
  return 3.64 * kHz ** -0.8 - 6.5 * Math.exp(-0.6 * (kHz - 3.3) ** 2) + 1e-3 * kHz ** 4;
}

function responseOf(own: Float64Array, theirs: Float64Array, band: number): number {
  let [x, y] = [0, 0];
  for (let i = band; i < own.length; i += BANDS) {
    x += own[i] as number;
    y += theirs[i] as number;
  }
  return y > 0 ? clamp(x / y, LEAST_RESPONSE, MOST_RESPONSE) : 1;
}
