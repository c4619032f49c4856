import type { Signal } from '../../src/core/signal.ts';
import { crossCorrelate, normalisedCorrelation, peakLag } from '../../src/dsp/correlation.ts';
import { rms } from '../../src/dsp/levels.ts';

/** Pieces of speech that are compared, and how far playing faster and slower may move one against all. */
const WINDOW_SECONDS = 0.5;
const MOVED_SECONDS = 0.25;
/** Quieter than this a piece is taken for a pause. */
const SPEECH_RMS = 0.01;
/** Louder than this a sample is sound: the first and the last such sample bound the speech. */
const SOUND = 0.01;
/** Silence between sounds that a codec does not make. */
const GAP_SECONDS = 0.02;

export interface HeardSpeech {
  /** Where the speech as a whole begins in the recording, seconds. */
  readonly startSeconds: number;
  /** The correlation of each piece of speech with what was heard in its place. */
  readonly correlations: readonly number[];
  /** How much longer the sound is in the recording than in the speech, seconds. */
  readonly longerSeconds: number;
  /** Stretches of exact silence in the recording while the speech was not, seconds each. */
  readonly gaps: readonly number[];
}

/** Sets a recording beside the speech that is in it; both at the same rate. */
export function compareSpeech(speech: Signal, recording: Signal): HeardSpeech {
  const rate = speech.sampleRateHz;
  const start = peakLag(crossCorrelate(speech.samples, recording.samples));
  const length = Math.round(WINDOW_SECONDS * rate);
  const margin = Math.round(MOVED_SECONDS * rate);
  const correlations: number[] = [];
  const gaps: number[] = [];
  for (let from = 0; from + length <= speech.samples.length; from += length) {
    const piece = speech.samples.subarray(from, from + length);
    if (rms(piece) < SPEECH_RMS) continue;
    const begin = Math.max(0, from + start - margin);
    const place = recording.samples.subarray(begin, from + start + length + margin);
    const lag = Math.max(0, Math.min(place.length - length, peakLag(crossCorrelate(piece, place))));
    correlations.push(place.length < length ? 0 : normalisedCorrelation(place, lag, piece, 0, length));
    gaps.push(...silences(place.subarray(lag, lag + length), piece, GAP_SECONDS * rate).map((samples) => samples / rate));
  }
  return { startSeconds: start / rate, correlations, gaps, longerSeconds: (soundingSamples(recording) - soundingSamples(speech)) / rate };
}

/** Runs of zeros at least so long in what was heard, where what was said is not silent. */
function silences(heard: Float32Array, said: Float32Array, atLeast: number): number[] {
  const runs: number[] = [];
  let from = 0;
  for (let at = 0; at <= heard.length; at++) {
    if (at < heard.length && heard[at] === 0) continue;
    if (at - from >= atLeast && rms(said, from, at) > SPEECH_RMS) runs.push(at - from);
    from = at + 1;
  }
  return runs;
}

function soundingSamples({ samples }: Signal): number {
  const isSound = (sample: number): boolean => Math.abs(sample) > SOUND;
  return samples.findLastIndex(isSound) - samples.findIndex(isSound);
}
