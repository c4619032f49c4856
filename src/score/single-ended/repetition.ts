import { measured } from '../../core/measurement.ts';
import { createFft } from '../../dsp/fft.ts';
import { butterworthHighPass, filterSections } from '../../dsp/filters.ts';
import { logistic } from '../../dsp/statistics.ts';
import { FRAME_SAMPLES, forEachPiece, LISTENING_RATE_HZ, type Listening } from './listening.ts';
import { mergedEvents, type Sign } from './sign.ts';
import { type Stretch, shareIn, worstOf } from './stretches.ts';

/** Blocks of 10 ms every 5 ms, compared with what came 2.25 to 21.25 ms before (NetEq's pitch lags, and a packet of 20 ms), samples. */
const BLOCK = 160;
const STEP = 80;
const MIN_LAG = 36;
const MAX_LAG = 340;
/** Packets of 40 and 60 ms, played again, samples. */
const LONG_LAGS: readonly number[] = [640, 960];
/** Correlation of a verbatim repetition, and of what lies above 1500 Hz at the same lag: there no voice repeats itself, for its breath does not. */
const REPEATED = 0.999;
const REPEATED_HIGH = 0.995;
const HIGH_PASS_HZ = 1500;
/** Without this share of the power up there (−34 dB) it is a tone or the muffled end of a word, and the second test would test the filter. */
const LEAST_HIGH_SHARE = 4e-4;
/** Blocks more than this under the loud end are left out, dB. */
const RANGE_DB = 30;
/** What repeats for longer is a tone and no concealment, which has faded by then: 400 ms, steps. */
const LONGEST_RUN_STEPS = 80;
/**
 * Share of speech that counts as half present. The most of 13 clean talkers was 0, through a telephone's filters 0.8 % (a synthetic voice);
 * 8 % of packets concealed by repeated pitch cycles give 6 % and more.
 */
const CENTRE = 0.014;
const WIDTH = 0.002;

/**
 * Sound repeated verbatim: pitch-cycle concealment as in NetEq, packets played twice. Measurement: share of the speech that is such; part
 * `worst`: the same of the worst 15 s. The idea is P.563's frame repetition; exactness in the upper band stands in for the reference.
 */
export function repetition(listening: Listening, stretches: readonly Stretch[]): Sign {
  const marked = findRepetitions(listening);
  const { activeFrames } = listening.activity;
  const overall = shareIn(marked, { from: 0, to: marked.length, activeFrames });
  const worst = worstOf(stretches, (stretch) => shareIn(marked, stretch))?.value ?? 0;
  const strength = logistic(worst, CENTRE, WIDTH);
  return {
    measurement: measured(overall, 'ratio'),
    parts: { worst: measured(worst, 'ratio') },
    strength,
    kind: null,
    events: strength < 0.5 ? [] : mergedEvents(runsOf(marked), 'metallic', () => 'sound repeated verbatim'),
  };
}

/** 1 for each frame of 10 ms whose first or second half ends in a block that repeats the sound before it. */
function findRepetitions({ samples, frames, levelDb, activity }: Listening): Uint8Array {
  const high = new Float32Array(samples.length);
  const sections = butterworthHighPass(4, HIGH_PASS_HZ, LISTENING_RATE_HZ);
  forEachPiece(samples, (piece, start, from, to) => {
    high.set(filterSections(piece, sections).subarray(from - start, to - start), from);
  });
  const repeats = createRepeatTest(samples, high);
  const steps = Math.max(0, Math.floor((samples.length - BLOCK) / STEP) + 1);
  const hits = new Uint8Array(steps);
  for (let step = 0; step < steps; step++) {
    const t = Math.min(frames - 1, Math.floor((step * STEP + BLOCK / 2) / FRAME_SAMPLES));
    if (activity.active[t] !== 1 || (levelDb[t] as number) < activity.topDb - RANGE_DB) continue;
    if (repeats(step * STEP)) hits[step] = 1;
  }
  dropLongRuns(hits);
  const marked = new Uint8Array(frames);
  for (let step = 0; step < steps; step++) {
    if (hits[step] === 1) marked[Math.min(frames - 1, Math.floor((step * STEP + BLOCK / 2) / FRAME_SAMPLES))] = 1;
  }
  return marked;
}

/** Makes a function that tells whether the block at a sample repeats what came before it. Its transforms are reused. */
function createRepeatTest(samples: Float32Array, high: Float32Array): (start: number) => boolean {
  const pattern = createFft(512);
  const past = createFft(512);
  const length = MAX_LAG - MIN_LAG + BLOCK;
  const confirmed = (start: number, lag: number): boolean => correlationAt(high, start, lag) > REPEATED_HIGH;
  return (start) => {
    const from = start - MAX_LAG;
    if (from < 0) return false;
    let [own, upper] = [0, 0];
    pattern.input.fill(0);
    for (let i = 0; i < BLOCK; i++) {
      const x = samples[start + i] as number;
      pattern.input[i] = x;
      own += x * x;
      upper += (high[start + i] as number) ** 2;
    }
    if (own <= 1e-10 || upper < LEAST_HIGH_SHARE * own) return false;
    past.input.fill(0);
    for (let i = 0; i < length; i++) past.input[i] = samples[from + i] as number;
    const p = pattern.forward();
    const q = past.forward();
    for (let k = 0; k < p.length; k += 2) {
      const [pr, pi, qr, qi] = [p[k] as number, p[k + 1] as number, q[k] as number, q[k + 1] as number];
      p[k] = pr * qr + pi * qi;
      p[k + 1] = pr * qi - pi * qr;
    }
    const products = pattern.inverse();
    let energy = 0;
    for (let i = 0; i < BLOCK; i++) energy += (past.input[i] as number) ** 2;
    for (let i = 0; i + BLOCK <= length; i++) {
      if (energy > 1e-2 * own && (products[i] as number) > REPEATED * Math.sqrt(own * energy) && confirmed(start, MAX_LAG - i)) return true;
      energy += ((past.input[i + BLOCK] as number) ?? 0) ** 2 - (past.input[i] as number) ** 2;
    }
    return LONG_LAGS.some((lag) => start >= lag && correlationAt(samples, start, lag) > REPEATED && confirmed(start, lag));
  };
}

function correlationAt(samples: Float32Array, start: number, lag: number): number {
  let [xy, xx, yy] = [0, 1e-14, 1e-14];
  for (let i = start; i < start + BLOCK; i++) {
    const x = samples[i] as number;
    const y = samples[i - lag] as number;
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  return xy / Math.sqrt(xx * yy);
}

function dropLongRuns(hits: Uint8Array): void {
  for (let from = 0; from < hits.length; from++) {
    if (hits[from] === 0) continue;
    let to = from;
    while (to < hits.length && hits[to] === 1) to++;
    if (to - from > LONGEST_RUN_STEPS) hits.fill(0, from, to);
    from = to;
  }
}

function runsOf(marked: Uint8Array): { at: number; seconds: number }[] {
  const runs: { at: number; seconds: number }[] = [];
  const seconds = FRAME_SAMPLES / LISTENING_RATE_HZ;
  for (let from = 0; from < marked.length; from++) {
    if (marked[from] === 0) continue;
    let to = from;
    while (to < marked.length && marked[to] === 1) to++;
    runs.push({ at: from * seconds, seconds: (to - from) * seconds });
    from = to;
  }
  return runs;
}
