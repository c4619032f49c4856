import { measured } from '../../core/measurement.ts';
import { FOUND_FROM } from '../../core/single-ended.ts';
import { createFft } from '../../dsp/fft.ts';
import { butterworthHighPass, filterSections } from '../../dsp/filters.ts';
import { strengthOf, type Threshold } from '../metallic/sub-score.ts';
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
/** The same of a repetition with a little noise mixed in, as NetEq does. */
const NEARLY = 0.998;
const NEARLY_HIGH = 0.99;
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
const VERBATIM: Threshold = { centre: 0.014, width: 0.002 };
/** Near repetition counts where the sound reaches beyond a telephone's band: below, a synthetic voice has 1.5 % of it, above at most 0.3 %, people none. */
const NEAR: Threshold = { centre: 0.008, width: 0.001 };
const NEAR_FROM_HZ = 4500;

/**
 * Sound repeated verbatim: pitch-cycle concealment as in NetEq, packets played twice. Measurement: share of the speech that is such, exactly or nearly;
 * parts: `worst`, the exact share of the worst 15 s, and `nearWorst`, the share with near repetition. The idea is P.563's frame repetition; exactness in the
 * upper band stands in for the reference.
 */
export function repetition(listening: Listening, stretches: readonly Stretch[], bandwidthHz: number | null): Sign {
  const { exact, near } = findRepetitions(listening);
  const { activeFrames } = listening.activity;
  const worst = worstOf(stretches, (stretch) => shareIn(exact, stretch))?.value ?? 0;
  const nearWorst = worstOf(stretches, (stretch) => shareIn(near, stretch))?.value ?? 0;
  const isWide = bandwidthHz !== null && bandwidthHz >= NEAR_FROM_HZ;
  const strength = Math.max(strengthOf(worst, VERBATIM), isWide ? strengthOf(nearWorst, NEAR) : 0);
  const counted = isWide ? near : exact;
  return {
    measurement: measured(shareIn(counted, { from: 0, to: counted.length, activeFrames }), 'ratio'),
    parts: { worst: measured(worst, 'ratio'), nearWorst: measured(nearWorst, 'ratio') },
    strength,
    kind: null,
    events: strength < FOUND_FROM ? [] : mergedEvents(runsOf(counted), 'metallic', () => 'sound repeated verbatim'),
  };
}

/** 1 for each frame of 10 ms in which a block begins that repeats the sound before it, exactly, and nearly (which takes in the former). */
function findRepetitions({ samples, frames, levelDb, activity }: Listening): { exact: Uint8Array; near: Uint8Array } {
  const high = new Float32Array(samples.length);
  const sections = butterworthHighPass(4, HIGH_PASS_HZ, LISTENING_RATE_HZ);
  forEachPiece(samples, (piece, start, from, to) => {
    high.set(filterSections(piece, sections).subarray(from - start, to - start), from);
  });
  const test = createRepeatTest(samples, high);
  const steps = Math.max(0, Math.floor((samples.length - BLOCK) / STEP) + 1);
  const frameOf = (step: number): number => Math.min(frames - 1, Math.floor((step * STEP + BLOCK / 2) / FRAME_SAMPLES));
  const found = new Uint8Array(steps);
  for (let step = 0; step < steps; step++) {
    const t = frameOf(step);
    if (activity.active[t] === 1 && (levelDb[t] as number) >= activity.topDb - RANGE_DB) found[step] = test(step * STEP);
  }
  const marked = (least: number): Uint8Array => {
    const hits = found.map((kind) => (kind >= least ? 1 : 0));
    dropLongRuns(hits);
    const out = new Uint8Array(frames);
    for (let step = 0; step < steps; step++) if (hits[step] === 1) out[frameOf(step)] = 1;
    return out;
  };
  return { exact: marked(EXACTLY), near: marked(1) };
}

/** What a block is told to be: nothing of the kind (0), a near repetition (1), an exact one. */
const EXACTLY = 2;

/** Makes a function that tells whether, and how exactly, the block at a sample repeats what came before it. Its transforms are reused. */
function createRepeatTest(samples: Float32Array, high: Float32Array): (start: number) => number {
  const pattern = createFft(512);
  const past = createFft(512);
  const length = MAX_LAG - MIN_LAG + BLOCK;
  const kindAt = (start: number, lag: number, correlation: number): number => {
    const upper = correlationAt(high, start, lag);
    if (correlation > REPEATED && upper > REPEATED_HIGH) return EXACTLY;
    return upper > NEARLY_HIGH ? 1 : 0;
  };
  return (start) => {
    const from = start - MAX_LAG;
    if (from < 0) return 0;
    let [own, upper] = [0, 0];
    pattern.input.fill(0);
    for (let i = 0; i < BLOCK; i++) {
      const x = samples[start + i] as number;
      pattern.input[i] = x;
      own += x * x;
      upper += (high[start + i] as number) ** 2;
    }
    if (own <= 1e-10 || upper < LEAST_HIGH_SHARE * own) return 0;
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
    let kind = 0;
    for (let i = 0; i + BLOCK <= length && kind < EXACTLY; i++) {
      const whole = Math.sqrt(own * energy);
      if (energy > 1e-2 * own && (products[i] as number) > NEARLY * whole) {
        kind = Math.max(kind, kindAt(start, MAX_LAG - i, (products[i] as number) / whole));
      }
      energy += ((past.input[i + BLOCK] as number) ?? 0) ** 2 - (past.input[i] as number) ** 2;
    }
    for (const lag of LONG_LAGS) {
      const correlation = start >= lag ? correlationAt(samples, start, lag) : 0;
      if (kind < EXACTLY && correlation > NEARLY) kind = Math.max(kind, kindAt(start, lag, correlation));
    }
    return kind;
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
