import { createPeriodicityMeter } from '../../dsp/periodicity.ts';
import { median } from '../../dsp/statistics.ts';
import { clippingOf } from '../clipping.ts';
import { FRAME_SAMPLES, FRAMES_PER_SECOND, type FrontEnd } from '../front-end.ts';
import { noisinessOf } from '../noisiness.ts';
import type { ScoringContext } from '../scoring.ts';
import { type FoundEvent, joinMarks, type Stretch, secondsOf } from './stretches.ts';

/** A frame is noisy when the pause around it (100 ms) is as loud as makes noise one half, and so much above the reference's own. */
const NOISE_NEAR_FRAMES = 5;
const LEAST_NOISE = 0.5;
const ABOVE_REFERENCE_DB = 6;
/** Joined across speech of up to 2 s and across 0.2 s of quiet; less than 0.1 s of noise says nothing. */
const NOISE_JOINING = { bridgedFrames: 20, bridgedInAll: 200, leastMarks: 10 };
/** Where more of it than this is periodic, a voice is in the pause: an echo, another talker, the tail of a word. */
const VOICED = 0.6;
const VOICED_SHARE = 0.2;
const VOICE_WINDOW = 640;
const LONGEST_LOOK_FRAMES = 100;

/** Noises of the whole recording that are periodic by themselves. */
const PERIODIC_NOISES: Readonly<Record<string, string>> = { hum: 'hum', babble: 'voices' };

/**
 * Noise heard in the pauses of the reference; over speech it is not heard. What sounds like a voice is none, unless the noise of the whole recording
 * is of such a kind.
 * @param kind the kind of noise that the whole recording has, or null
 */
export function noiseBursts(frontEnd: FrontEnd, kind: string | null): FoundEvent[] {
  const periodic = PERIODIC_NOISES[kind ?? ''];
  const { degradedDb, frames, referenceDb, silent, topDb } = frontEnd;
  const marks = new Uint8Array(frames);
  for (let t = 0; t < frames; t++) {
    if (silent[t] === 0 || noisinessOf((degradedDb[t] as number) - topDb) < LEAST_NOISE) continue;
    const near = { from: Math.max(0, t - NOISE_NEAR_FRAMES), to: Math.min(frames, t + NOISE_NEAR_FRAMES + 1) };
    const level = pauseLevel(frontEnd, degradedDb, near);
    if (noisinessOf(level - topDb) >= LEAST_NOISE && level > pauseLevel(frontEnd, referenceDb, near) + ABOVE_REFERENCE_DB) marks[t] = 1;
  }
  const meter = createPeriodicityMeter(VOICE_WINDOW, 40, 320);
  return joinMarks(marks, silent, NOISE_JOINING).flatMap((stretch) => {
    const step = Math.max(1, Math.floor((stretch.to - stretch.from) / LONGEST_LOOK_FRAMES));
    let [looked, voiced] = [0, 0];
    for (let t = stretch.from; t < stretch.to; t += step) {
      if (marks[t] === 0) continue;
      looked++;
      const start = t * FRAME_SAMPLES + (FRAME_SAMPLES - VOICE_WINDOW) / 2;
      if (meter.measure(frontEnd.degraded, start).strength > VOICED) voiced++;
    }
    if (looked === 0 || (periodic === undefined && voiced / looked > VOICED_SHARE)) return [];
    const level = pauseLevel(frontEnd, degradedDb, stretch) - topDb;
    return [
      {
        ...placed(stretch),
        kind: 'noise',
        strength: noisinessOf(level),
        part: kind,
        detail: `${periodic ?? 'noise'} in the pauses, ${Math.round(-level)} dB under the speech`,
      },
    ];
  });
}

/** Median level of the pauses within a stretch, dB. */
function pauseLevel({ silent }: FrontEnd, levels: Float64Array, { from, to }: Stretch): number {
  const chosen: number[] = [];
  for (let t = from; t < to; t++) if (silent[t] === 1) chosen.push(levels[t] as number);
  return chosen.length === 0 ? Number.NEGATIVE_INFINITY : median(chosen);
}

/** Clipped samples are joined across 0.3 s; a stretch counts when the second it is in would score this. */
const CLIPPING_JOINING = { bridgedFrames: 30, bridgedInAll: 30, leastMarks: 2 };
const LEAST_CLIPPING = 0.3;

/** Stretches with flat tops. */
export function clippedStretches({ clipped: perFrame, frontEnd }: Pick<ScoringContext, 'clipped' | 'frontEnd'>): FoundEvent[] {
  const clipped = perFrame();
  if (clipped === null) return [];
  const { recording } = frontEnd.input;
  const anyway = frontEnd.prepared.clippedShare() ?? 0;
  const marks = Uint8Array.from(clipped, (samples) => (samples > 0 ? 1 : 0));
  return joinMarks(marks, new Uint8Array(marks.length).fill(1), CLIPPING_JOINING).flatMap((stretch) => {
    const samples = clipped.subarray(stretch.from, stretch.to).reduce((sum, count) => sum + count, 0);
    const perSecond = Math.max(FRAMES_PER_SECOND, stretch.to - stretch.from);
    const strength = clippingOf(Math.max(0, (samples * FRAMES_PER_SECOND) / perSecond / recording.sampleRateHz - anyway));
    if (strength < LEAST_CLIPPING) return [];
    return [{ ...placed(stretch), kind: 'clipping', strength, part: null, detail: `${samples} samples with flat tops` }];
  });
}

function placed({ from, to }: Stretch): Pick<FoundEvent, 'at' | 'seconds'> {
  return { at: secondsOf(from), seconds: secondsOf(to - from) };
}
