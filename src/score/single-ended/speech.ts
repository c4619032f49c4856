import { createFft } from '../../dsp/fft.ts';
import { median } from '../../dsp/statistics.ts';
import { windowInto } from '../../dsp/stft.ts';
import { hann } from '../../dsp/windows.ts';
import { FRAME_SAMPLES, type Listening } from './listening.ts';

/** Frames more periodic than this are voiced. Of speech at least a quarter is: of 13 talkers, damaged in every way, half and more; of noise nothing. */
const VOICED = 0.5;
const LEAST_VOICED_SHARE = 0.25;
/** A syllable's dip: the level falls and rises by 8 dB. A second of speech has 2 to 7; a second of something else often none. */
const DIP_DB = 8;
const DIP_RANGE_DB = 25;
const LEAST_DIPS_PER_SECOND = 1.2;
/** A pitch is held when it stays within 1 % for 100 ms. Speech holds up to 17 % of its voiced frames, a robot all of them on one pitch, music on several. */
const HELD_PITCH = 1.01;
const LEAST_HELD_FRAMES = 10;
const MOST_HELD_SHARE = 0.35;
const ONE_PITCH = 1.015;
const ONE_PITCH_SHARE = 0.65;
/** A tone: so much of the power in its two strongest lines, in most frames. Every so many frames is looked at. */
const TONE_SHARE = 0.98;
const TONE_LINES = 2;
const LINE_BINS = 2;
const TONE_WINDOW = 640;
const TONE_FFT = 1024;
const EVERY_FRAMES = 8;

/**
 * Whether there is speech to judge, by what speech always does: it is voiced in part, it has syllables, its pitch glides.
 * @returns null when there is, else what was heard in its stead. Singing, and music that does all of that, pass for speech.
 */
export function whyNoSpeech(listening: Listening): string | null {
  const { activeFrames, active } = listening.activity;
  if (activeFrames === 0) return 'no speech was found: the sound is steady, as a noise or a tone is';
  const { strength, lag } = listening.voicing();
  let voiced = 0;
  for (let t = 0; t < active.length; t++) if ((strength[t] as number) > VOICED) voiced++;
  if (voiced / activeFrames < LEAST_VOICED_SHARE) return 'no speech was found: hardly any of the sound is voiced';
  if (toneShare(listening) > TONE_SHARE) return 'no speech was found: the sound is made of tones';
  if ((100 * countDips(listening)) / activeFrames < LEAST_DIPS_PER_SECOND) return 'no speech was found: the sound has no syllables';
  const held = heldLags(strength, lag);
  if (held.length / voiced > MOST_HELD_SHARE && onOnePitch(held) < ONE_PITCH_SHARE) {
    return 'no speech was found: the pitch moves in steps, as in music';
  }
  return null;
}

/** How often the level falls by 8 dB and comes back. */
function countDips({ levelDb, activity }: Listening): number {
  let [dips, extreme, falling] = [0, Number.NEGATIVE_INFINITY, false];
  for (const db of levelDb) {
    if (falling) {
      extreme = Math.min(extreme, db);
      if (db > extreme + DIP_DB && db > activity.topDb - DIP_RANGE_DB) [dips, extreme, falling] = [dips + 1, db, false];
    } else {
      extreme = Math.max(extreme, db);
      if (db < extreme - DIP_DB) [extreme, falling] = [db, true];
    }
  }
  return dips;
}

/** The lag of every voiced frame whose pitch is held, in ascending order. */
function heldLags(strength: Float32Array, lag: Float32Array): Float32Array {
  const held: number[] = [];
  for (let from = 0; from < lag.length; from++) {
    if ((strength[from] as number) <= VOICED) continue;
    let [low, high, to] = [lag[from] as number, lag[from] as number, from + 1];
    for (; to < lag.length && (strength[to] as number) > VOICED; to++) {
      [low, high] = [Math.min(low, lag[to] as number), Math.max(high, lag[to] as number)];
      if (high > low * HELD_PITCH) break;
    }
    if (to - from >= LEAST_HELD_FRAMES) for (let t = from; t < to; t++) held.push(lag[t] as number);
    from = to - 1;
  }
  return Float32Array.from(held).sort();
}

/** Share of lags in ascending order that lie within ±1.5 % of the commonest. */
function onOnePitch(sorted: Float32Array): number {
  let most = 0;
  for (let low = 0, high = 0; low < sorted.length; low++) {
    while (high < sorted.length && (sorted[high] as number) <= (sorted[low] as number) * ONE_PITCH ** 2) high++;
    most = Math.max(most, high - low);
  }
  return sorted.length === 0 ? 1 : most / sorted.length;
}

/** Median over active frames of the share of power in the two strongest lines of the spectrum. */
function toneShare({ raw, activity: { active } }: Listening): number {
  const fft = createFft(TONE_FFT);
  const window = hann(TONE_WINDOW);
  const power = new Float64Array(TONE_FFT / 2 + 1);
  const shares: number[] = [];
  let seen = 0;
  for (let t = 0; t < active.length; t++) {
    if (active[t] !== 1 || seen++ % EVERY_FRAMES !== 0) continue;
    windowInto(fft, raw, t * FRAME_SAMPLES + (FRAME_SAMPLES - TONE_WINDOW) / 2, window);
    const spectrum = fft.forward();
    let total = 1e-12;
    for (let k = 0; k < power.length; k++) {
      power[k] = (spectrum[2 * k] as number) ** 2 + (spectrum[2 * k + 1] as number) ** 2;
      total += power[k] as number;
    }
    let inLines = 0;
    for (let line = 0; line < TONE_LINES; line++) inLines += takeStrongest(power);
    shares.push(inLines / total);
  }
  return shares.length === 0 ? 0 : median(shares);
}

/** Power around the strongest bin, which is then taken out. */
function takeStrongest(power: Float64Array): number {
  let peak = 0;
  for (let k = 1; k < power.length; k++) if ((power[k] as number) > (power[peak] as number)) peak = k;
  let sum = 0;
  for (let k = Math.max(0, peak - LINE_BINS); k <= Math.min(power.length - 1, peak + LINE_BINS); k++) {
    sum += power[k] as number;
    power[k] = 0;
  }
  return sum;
}
