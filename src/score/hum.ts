import { powerSpectra } from '../dsp/stft.ts';
import { hann } from '../dsp/windows.ts';
import { FRAME_SAMPLES, FRONT_END_RATE_HZ, type FrontEnd } from './front-end.ts';

/** Mains frequencies and how many multiples of each are looked at. */
export const MAINS_HZ: readonly number[] = [50, 60];
const MULTIPLES = 6;
/** Windows of 256 ms: bins of 3.9 Hz. A line must stand this far above the bins around it, dB. */
export const HUM_WINDOW = 4096;
const LINE_DB = 10;
const SIDE_BINS: readonly [number, number] = [3, 6];
/** At least so many multiples must show a line: a single low tone is no hum. */
const LEAST_LINES = 2;

/** Mains hum: its level against the loud end of speech, dB, and whose mains it is, Hz. */
export interface Hum {
  readonly levelDb: number;
  readonly mainsHz: number;
}

/**
 * Mains hum in the pauses of the reference, read from the recording before its low end is filtered away. Null when there is none, or no
 * pause of a quarter of a second to hear it in.
 */
export function findHum(frontEnd: FrontEnd): Hum | null {
  const raw = frontEnd.input.recordingAt16k.samples;
  const gain = 10 ** ((-26 - frontEnd.recordingLevelDbov) / 20);
  const window = hann(HUM_WINDOW);
  const mean = new Float64Array(HUM_WINDOW / 2 + 1);
  let used = 0;
  const framesPerWindow = Math.ceil(HUM_WINDOW / FRAME_SAMPLES);
  for (let t = 0; t + framesPerWindow <= frontEnd.frames; t++) {
    if (!allSilent(frontEnd, t, framesPerWindow)) continue;
    const { power } = powerSpectra(raw, { window, hop: HUM_WINDOW, fftSize: HUM_WINDOW, frames: 1, offset: t * FRAME_SAMPLES });
    for (let k = 0; k < mean.length; k++) mean[k] = (mean[k] as number) + (power[k] as number) * gain * gain;
    used++;
    t += framesPerWindow - 1;
  }
  if (used === 0) return null;
  let best = { power: 0, mainsHz: 0 };
  for (const mainsHz of MAINS_HZ) {
    const power = linePower(mean, mainsHz) / used;
    if (power > best.power) best = { power, mainsHz };
  }
  return best.power > 0 ? { levelDb: 10 * Math.log10(best.power) - frontEnd.topDb, mainsHz: best.mainsHz } : null;
}

function allSilent(frontEnd: FrontEnd, from: number, count: number): boolean {
  for (let t = from; t < from + count; t++) if (frontEnd.silent[t] === 0) return false;
  return true;
}

/** Power of the lines at multiples of the mains frequency (a sine of amplitude A has A²/2); 0 when fewer than two stand out. */
export function linePower(spectrum: Float64Array, mainsHz: number): number {
  const binHz = FRONT_END_RATE_HZ / HUM_WINDOW;
  let sum = 0;
  let lines = 0;
  for (let multiple = 1; multiple <= MULTIPLES; multiple++) {
    const centre = Math.round((multiple * mainsHz) / binHz);
    const peak = Math.max(spectrum[centre - 1] as number, spectrum[centre] as number, spectrum[centre + 1] as number);
    let around = 0;
    for (let d = SIDE_BINS[0]; d <= SIDE_BINS[1]; d++) around = Math.max(around, spectrum[centre - d] ?? 0, spectrum[centre + d] ?? 0);
    if (peak <= around * 10 ** (LINE_DB / 10)) continue;
    lines++;
    sum += peak / 2;
  }
  return lines >= LEAST_LINES ? sum : 0;
}
