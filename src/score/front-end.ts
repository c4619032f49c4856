import { measured, notApplicable } from '../core/measurement.ts';
import { once } from '../core/once.ts';
import type { AlignmentSummary } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { dbToAmplitude, SILENCE_DBOV } from '../dsp/levels.ts';
import { clamp, mean, median } from '../dsp/statistics.ts';
import type { PowerSpectra } from '../dsp/stft.ts';
import type { Alignment, DelayChange } from './alignment.ts';
import { alignSides, prepareAlignmentSide } from './alignment.ts';
import type { FrameClasses } from './frame-classes.ts';
import { classifyFrames, frameLevelsDb, gainDifferenceDb } from './frame-classes.ts';
import { equalise } from './front-end-equaliser.ts';
import { FRAME_SAMPLES, FRAMES_PER_SECOND, FRONT_END_RATE_HZ, prepareSide, type Side, scaled } from './front-end-side.ts';
import type { FrontEndSpectra, NoiseGate } from './front-end-spectra.ts';
import { framePower, frontEndSpectra, noiseGate } from './front-end-spectra.ts';
import { type PreparedReference, preparedReference } from './prepared-reference.ts';

export { FRAME_SAMPLES, FRAMES_PER_SECOND, FRONT_END_RATE_HZ } from './front-end-side.ts';
export type { FrontEndSpectra, NoiseGate } from './front-end-spectra.ts';

/** Shorter sounds are not judged. */
const LEAST_SECONDS = 0.5;
/** A recording whose active level is below this is silent. */
const SILENT_DBOV = -55;
/** So is one that keeps this far under the reference's top in nearly every active frame. */
const MISSING_UNDER_TOP_DB = 40;
const MISSING_SHARE = 0.95;
/** A recording as dissimilar as this in both respects holds something else. */
const UNRELATED_SIMILARITY = 0.6;
const UNRELATED_WAVEFORM = 0.4;
/** A step is sure when waveforms agree so well within so many frames (150 ms) before and after it. */
const STEP_WAVEFORM = 0.7;
const STEP_REACH = 15;
/** Below any of these the scores are of low confidence. */
const CONFIDENT_SPEECH_SECONDS = 3;
const CONFIDENT_SILENCE_SECONDS = 0.3;
const CONFIDENT_SIMILARITY = 0.6;

export interface DelayStep extends DelayChange {
  /**
   * Whether it surely fell in speech: at least 30 ms of it are active, and on either side the waveforms agree (0.7). There it is heard as a
   * warp; in a pause it is harmless, and between sounds that do not agree it may be none.
   */
  readonly inSpeech: boolean;
}

export interface DelayTrack extends Alignment {
  readonly steps: readonly DelayStep[];
}

/** Linear power spectra of `degraded` and `warped`, on the same frames and bins as `FrontEndSpectra`. */
export interface FrontEndPower {
  readonly degraded: PowerSpectra;
  readonly reference: PowerSpectra;
}

/**
 * What every full-reference score starts from. All at 16 kHz on the recording's own time axis, one value a 10 ms frame. Everything is
 * finite in every case; where `notApplicable` is not null no score may be read off.
 */
export interface FrontEnd {
  /** The two sounds as they were given: for clipping, level and bandwidth; and the recording at 16 kHz, but for that as given. */
  readonly input: { readonly reference: Signal; readonly recording: Signal; readonly recordingAt16k: Signal };
  /** What is known of the reference by itself. */
  readonly prepared: PreparedReference;
  /** Active levels as given, dBov; −120 for silence. */
  readonly referenceLevelDbov: number;
  readonly recordingLevelDbov: number;
  /** Reference and recording without DC, at −26 dBov active level, above 120 Hz; the recording's gain matched anew after alignment. */
  readonly reference: Float64Array;
  readonly degraded: Float64Array;
  /** The reference laid over the recording: w(n) = reference(n − delay), piecewise constant. As long as `degraded`. */
  readonly warped: Float64Array;
  readonly frames: number;
  readonly delay: DelayTrack;
  /** Levels of 20 ms around each frame of `warped` and `degraded`, dB, at least −120. */
  readonly referenceDb: Float64Array;
  readonly degradedDb: Float64Array;
  /** 95th percentile of `referenceDb`. */
  readonly topDb: number;
  /**
   * 1 where the reference speaks (within 25 dB of `topDb`); 1 where it has been silent for 30 ms either side (42 dB under); 1 where
   * speech was dropped (the recording 20 dB under the reference and 30 under `topDb`); else 0.
   */
  readonly active: Uint8Array;
  readonly silent: Uint8Array;
  readonly dropped: Uint8Array;
  readonly activeFrames: number;
  readonly silentFrames: number;
  /** Active speech of the whole reference that no frame of the recording covers (a recording cut short, a passage skipped), seconds. */
  readonly uncoveredSeconds: number;
  /** The costly parts, computed at first use and kept. */
  readonly power: () => FrontEndPower;
  readonly spectra: () => FrontEndSpectra;
  readonly noiseGate: () => NoiseGate;
  /** `warped` with the recording's long-term spectrum: for periodicity and repetition. */
  readonly equalised: () => Float64Array;
  readonly alignment: AlignmentSummary;
  /** False when nothing of the reference was found in the recording. */
  readonly speechFound: boolean;
  readonly noSpeechReason: 'silent' | 'unrelated' | null;
  /** Why no score that compares the two can be given, in plain words; null when it can. */
  readonly notApplicable: string | null;
}

/**
 * Prepares a pair for scoring: 16 kHz, levels matched, high-passed, aligned, frames classed. Deaf to gain and to a constant delay.
 * @param reference what was sent, as it is or prepared; @param recording what was heard; any rates of 8 … 192 kHz (RangeError otherwise), any lengths
 */
export function prepareFrontEnd(reference: Signal | PreparedReference, recording: Signal): FrontEnd {
  const prepared = preparedReference(reference);
  const ref = prepared.side();
  const rec = prepareSide(recording);
  const alignment = alignSides(prepared.alignment(), prepareAlignmentSide(rec.samples, FRONT_END_RATE_HZ, FRAME_SAMPLES));
  const frames = alignment.samples.length;
  const warped = warp(ref.samples, alignment.samples, rec.samples.length);
  const referenceDb = frameLevelsDb(warped, frames, FRAME_SAMPLES);
  const rematchDb = gainDifferenceDb(referenceDb, frameLevelsDb(rec.samples, frames, FRAME_SAMPLES));
  const degraded = scaled(rec.samples, dbToAmplitude(-rematchDb));
  const degradedDb = frameLevelsDb(degraded, frames, FRAME_SAMPLES);
  const classes = classifyFrames(referenceDb, degradedDb);
  const findings = findSpeech(prepared.signal, recording, { ref, rec, alignment, classes, degradedDb });
  const power = once(() => ({
    degraded: framePower(degraded, frames, FRAME_SAMPLES),
    reference: framePower(warped, frames, FRAME_SAMPLES),
  }));
  const spectra = once(() => frontEndSpectra(power().degraded, power().reference, classes.active, classes.silent));
  return {
    input: { reference: prepared.signal, recording, recordingAt16k: rec.at16k },
    prepared,
    referenceLevelDbov: ref.levelDbov,
    recordingLevelDbov: rec.levelDbov,
    reference: ref.samples,
    degraded,
    warped,
    frames,
    delay: {
      ...alignment,
      steps: alignment.steps.map((step) => ({ ...step, inSpeech: inSpeech(step.frame, classes.active, alignment.waveform) })),
    },
    referenceDb,
    degradedDb,
    ...classes,
    uncoveredSeconds: uncoveredSeconds(prepared.active(), alignment.samples),
    power,
    spectra,
    noiseGate: once(() => noiseGate(spectra(), classes.active, classes.silent)),
    equalised: once(() => equalise(warped, power().degraded, power().reference, classes.active, FRONT_END_RATE_HZ)),
    alignment: summarise(alignment, classes, findings.notApplicable),
    ...findings,
  };
}

function warp(reference: Float64Array, delay: Float64Array, length: number): Float64Array {
  const out = new Float64Array(length);
  for (let t = 0; t < delay.length; t++) {
    const shift = Math.round(delay[t] as number);
    const from = Math.max(t * FRAME_SAMPLES, shift);
    const to = Math.min(t === delay.length - 1 ? length : (t + 1) * FRAME_SAMPLES, reference.length + shift);
    for (let n = from; n < to; n++) out[n] = reference[n - shift] as number;
  }
  return out;
}

/** Three frames around a step, the step's own among them, are active, and waveforms agree before and after it. */
function inSpeech(frame: number, active: Uint8Array, waveform: Float64Array): boolean {
  const sounds = active[frame - 1] === 1 && active[frame] === 1 && (active[frame - 2] === 1 || active[frame + 1] === 1);
  const near = (from: number, to: number): number =>
    waveform.subarray(Math.max(0, from), Math.max(0, to)).reduce((most, value) => Math.max(most, value), 0);
  return sounds && near(frame - STEP_REACH, frame) > STEP_WAVEFORM && near(frame, frame + STEP_REACH) > STEP_WAVEFORM;
}

/** @param active frames of the whole reference that speak */
function uncoveredSeconds(active: Uint8Array, delay: Float64Array): number {
  const frames = active.length;
  const covered = new Uint8Array(frames);
  for (let t = 0; t < delay.length; t++) {
    const at = t - Math.round((delay[t] as number) / FRAME_SAMPLES);
    if (at >= 0 && at < frames) covered[at] = 1;
  }
  let missing = 0;
  // A frame beside a covered one is covered too: delays fall between frames.
  for (let t = 0; t < frames; t++) if (active[t] === 1 && !(covered[t - 1] || covered[t] || covered[t + 1])) missing++;
  return missing / FRAMES_PER_SECOND;
}

interface Findings {
  readonly speechFound: boolean;
  readonly noSpeechReason: 'silent' | 'unrelated' | null;
  readonly notApplicable: string | null;
}

interface Evidence {
  readonly ref: Side;
  readonly rec: Side;
  readonly alignment: Alignment;
  readonly classes: FrameClasses;
  readonly degradedDb: Float64Array;
}

function findSpeech(reference: Signal, recording: Signal, evidence: Evidence): Findings {
  const none = (noSpeechReason: 'silent' | 'unrelated' | null, why: string): Findings => ({
    speechFound: false,
    noSpeechReason,
    notApplicable: why,
  });
  const { ref, rec, alignment, classes, degradedDb } = evidence;
  if (reference.samples.length < LEAST_SECONDS * reference.sampleRateHz)
    return none(null, `the reference is shorter than ${LEAST_SECONDS} s`);
  if (ref.levelDbov <= SILENCE_DBOV) return none(null, 'the reference is silent');
  if (recording.samples.length < LEAST_SECONDS * recording.sampleRateHz)
    return none('silent', `the recording is shorter than ${LEAST_SECONDS} s`);
  if (rec.levelDbov < SILENT_DBOV) return none('silent', 'the recording is silent');
  if (missingShare(classes, degradedDb) > MISSING_SHARE) return none('silent', 'the recording is silent where the reference speaks');
  const similarity = overActive(alignment.similarity, classes.active);
  const waveform = overActive(alignment.waveform, classes.active);
  if (classes.activeFrames === 0 || (similarity < UNRELATED_SIMILARITY && waveform < UNRELATED_WAVEFORM)) {
    return none('unrelated', 'nothing of the reference was found in the recording');
  }
  return { speechFound: true, noSpeechReason: null, notApplicable: null };
}

function missingShare({ active, activeFrames, topDb }: FrameClasses, degradedDb: Float64Array): number {
  let missing = 0;
  for (let t = 0; t < active.length; t++) if (active[t] === 1 && (degradedDb[t] as number) < topDb - MISSING_UNDER_TOP_DB) missing++;
  return activeFrames > 0 ? missing / activeFrames : 0;
}

/** Mean over active frames; 0 when there are none. */
function overActive(values: Float64Array, active: Uint8Array): number {
  const chosen = values.filter((_, t) => active[t] === 1);
  return chosen.length > 0 ? mean(chosen) : 0;
}

function summarise(alignment: Alignment, classes: FrameClasses, obstacle: string | null): AlignmentSummary {
  const activeSeconds = classes.activeFrames / FRAMES_PER_SECOND;
  const silenceSeconds = classes.silentFrames / FRAMES_PER_SECOND;
  if (obstacle !== null) {
    const nothing = notApplicable(obstacle);
    return { delayMs: nothing, similarity: nothing, activeSpeechSeconds: nothing, silenceSeconds: nothing, confidence: 'low' };
  }
  const similarity = clamp(overActive(alignment.similarity, classes.active), 0, 1);
  const delays = alignment.samples.filter((_, t) => classes.active[t] === 1);
  const confident =
    activeSeconds >= CONFIDENT_SPEECH_SECONDS && silenceSeconds >= CONFIDENT_SILENCE_SECONDS && similarity >= CONFIDENT_SIMILARITY;
  return {
    delayMs: measured((median(delays) / FRONT_END_RATE_HZ) * 1000, 'ms'),
    similarity: measured(similarity, 'ratio'),
    activeSpeechSeconds: measured(activeSeconds, 's'),
    silenceSeconds: measured(silenceSeconds, 's'),
    confidence: confident ? 'normal' : 'low',
  };
}
