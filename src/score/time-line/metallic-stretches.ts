import { measuredValue } from '../../core/measurement.ts';
import type { Score } from '../../core/scores.ts';
import type { FrontEnd } from '../front-end.ts';
import { type LocalDetector, localMetallic } from './local-metallic.ts';
import { type FoundEvent, joinMarks, type Stretch, secondsOf } from './stretches.ts';

/** A detector is believed about a frame when the second around it is metallic, and placed where the feature is over its centre, frames on either side. */
const AROUND_FRAMES = 50;
const NEAR_FRAMES = 5;
const LEAST_STRENGTH = 0.5;
/** Joined across 0.3 s of speech that is not metallic, and across pauses of up to 1.5 s; less than 40 ms of marks is nothing to listen to. */
const JOINING = { bridgedFrames: 30, bridgedInAll: 150, leastMarks: 4 };
/** Several detectors hear one artefact. The first of these that heard at least this share of what the best one heard names it; the last are the vaguest. */
const TELLING: readonly string[] = ['rep', 'musical', 'buzz', 'mono', 'comb', 'tone', 'coarse', 'warp'];
const TELLING_SHARE = 0.3;
/** Steps in which a stretch is looked over for its worst second, frames. */
const LOOK_STEP = 10;

/** Stretches of metallic voice, in order of time, each named after one of the detectors that heard it. */
export function metallicStretches(frontEnd: FrontEnd, detectors: readonly LocalDetector[], score: Score): FoundEvent[] {
  const { frames, active } = frontEnd;
  const marks = new Uint8Array(frames);
  const marksOf = detectors.map((detector) => {
    const own = new Uint8Array(frames);
    for (let t = 0; t < frames; t++) {
      if (!detector.over(Math.max(0, t - NEAR_FRAMES), Math.min(frames, t + NEAR_FRAMES + 1))) continue;
      if (detector.strength(Math.max(0, t - AROUND_FRAMES), Math.min(frames, t + AROUND_FRAMES)) <= LEAST_STRENGTH) continue;
      own[t] = 1;
      marks[t] = 1;
    }
    return own;
  });
  return joinMarks(marks, active, JOINING).map((stretch) => {
    const part = nameOf(stretch, detectors, marksOf, score.dominant);
    return {
      at: secondsOf(stretch.from),
      seconds: secondsOf(stretch.to - stretch.from),
      kind: 'metallic',
      strength: worst(frontEnd, detectors, stretch),
      part,
      detail: detailOf(part, score),
    };
  });
}

/** The most telling detector of those that heard a good part of a stretch: the one that names the whole recording, else the first of `TELLING`. */
function nameOf({ from, to }: Stretch, detectors: readonly LocalDetector[], marksOf: readonly Uint8Array[], whole: string | null): string {
  const heard = new Map<string, number>();
  for (const [i, { name }] of detectors.entries()) {
    const count = (marksOf[i] as Uint8Array).subarray(from, to).reduce((sum, one) => sum + one, 0);
    heard.set(name, Math.max(count, heard.get(name) ?? 0));
  }
  const least = TELLING_SHARE * Math.max(...heard.values());
  return [...(whole === null ? [] : [whole]), ...TELLING].find((name) => (heard.get(name) ?? 0) >= least) ?? 'coarse';
}

function worst({ frames }: FrontEnd, detectors: readonly LocalDetector[], { from, to }: Stretch): number {
  let most = 0;
  for (let t = from; t < to; t += LOOK_STEP) {
    most = Math.max(most, localMetallic(detectors, Math.max(0, t - AROUND_FRAMES), Math.min(frames, t + AROUND_FRAMES)));
  }
  return Math.min(1, most);
}

const DETAILS: Readonly<Record<string, string>> = {
  mono: 'a pitch that does not move',
  rep: 'sound repeated',
  tone: 'tones that were not spoken',
  coarse: 'the fine structure of the voice is gone',
  musical: 'musical noise in the pauses',
  warp: 'time stretched back and forth',
};

/** The frequency of a buzz and the delay of a comb are those of the whole recording. */
function detailOf(part: string, { parts }: Score): string {
  const [buzzHz, combMs] = [measuredValue(parts['buzzFrequency']), measuredValue(parts['combDelay'])];
  if (part === 'buzz' && buzzHz !== null) return `buzz at ${buzzHz.toFixed(0)} Hz`;
  if (part === 'comb' && combMs !== null) return `mixed with itself ${combMs.toFixed(1)} ms later`;
  return DETAILS[part] ?? 'metallic voice';
}
