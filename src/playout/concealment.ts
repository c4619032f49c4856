import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { Rng } from '../core/rng.ts';
import type { BackgroundNoise } from './background-noise.ts';
import { mergeInto, ramped } from './merge.ts';
import { createRepetition } from './repetition.ts';
import { append, fadeInto, type Track } from './track.ts';

/** Quieter than half a 16-bit step is silence. */
const SILENCE: number = 0.5 / 32768;

/** A receiver that cannot say how far its concealment has faded is taken to be heard for so long, ms. */
const HEARD_MS = 100;

/** A frame that goes on in turn after a repetition is faded into over 1 ms; its level is taken from its first 8 ms, samples at 8 kHz. */
const RESUME_FADE_MS = 1;
const RESUME_ENERGY_8K = 64;

/** Stands in for packets that did not come, from one good packet to the next. */
export interface Concealment {
  /** Adds some sound to the track's tail and says whether it was silent. */
  extend(track: Track): boolean;
  /** Goes on with the frame that was waited for, at the track's tail; returns where on the track it begins. */
  resume(track: Track, frame: Float32Array): number;
  /** Skips to a frame further on; returns where on the track it begins. */
  merge(track: Track, frame: Float32Array): number;
  /** How much of the sound is left, 1 to 0. */
  gain(): number;
}

/** What a concealment may draw on. */
export interface ConcealmentSources {
  readonly decoder: SpeechDecoder;
  readonly background: BackgroundNoise;
  readonly rng: Rng;
  /** Frames the decoder's own concealment comes in, samples. */
  readonly frameSamples: number;
}

function isSilent(track: Track, from: number): boolean {
  for (let i = from; i < track.tail; i++) if (Math.abs(track.samples[i] as number) > SILENCE) return false;
  return true;
}

/** The gain of a concealment that fades by itself: on, then off. */
function heard(made: number, { rate }: Track): number {
  return made < HEARD_MS * rate.samplesPerMs ? 1 : 0;
}

function byRepetition(track: Track, { background, rng }: ConcealmentSources): Concealment {
  const { rate } = track;
  const repetition = createRepetition(track, rate, rng);
  return {
    extend(onto) {
      repetition.extend(onto);
      return repetition.gain() === 0;
    },
    resume(onto, frame) {
      const at = onto.tail;
      repetition.hold();
      repetition.extend(onto);
      const fade = Math.min(RESUME_FADE_MS * rate.samplesPerMs, onto.tail - at);
      const gain = Math.max(repetition.gain(), levelOver(background, frame, RESUME_ENERGY_8K * rate.fold));
      fadeInto(onto, at, ramped(frame, gain, rate.fold), fade);
      return at;
    },
    merge: (onto, frame) => mergeInto(onto, repetition, frame),
    gain: () => repetition.gain(),
  };
}

/** Amplitude of the background over that of a frame's beginning, at most 1: a frame no louder than the background needs no fade. */
function levelOver(background: BackgroundNoise, frame: Float32Array, length: number): number {
  const count = Math.min(length, frame.length);
  let power = 0;
  for (let i = 0; i < count; i++) power += (frame[i] as number) ** 2 / count;
  return power === 0 ? 1 : Math.min(1, Math.sqrt((background.heard() ?? 0) / power));
}

/** Joins a frame as it is. */
function putAfter(track: Track, frame: Float32Array): number {
  const at = track.tail;
  append(track, frame);
  return at;
}

/** Joins a frame with the shortest of fades, wherever it happens to fit. */
function fadeIn(track: Track, frame: Float32Array): number {
  const { overlapSamples } = track.rate;
  const at = track.tail - overlapSamples;
  fadeInto(track, at, frame, overlapSamples);
  return at;
}

function byDecoder(track: Track, { decoder: { recovery }, frameSamples }: ConcealmentSources): Concealment {
  if (recovery === null) throw new RangeError('this codec has no concealment of its own');
  let made = 0;
  return {
    extend(onto) {
      const from = onto.tail;
      append(onto, recovery.conceal(frameSamples));
      made += frameSamples;
      return isSilent(onto, from);
    },
    resume: putAfter,
    merge: putAfter,
    gain: () => heard(made, track),
  };
}

function bySilence(track: Track): Concealment {
  const { overlapSamples, tickSamples } = track.rate;
  const silence = new Float32Array(tickSamples + overlapSamples);
  let made = 0;
  return {
    extend(onto) {
      fadeInto(onto, onto.tail - overlapSamples, silence, overlapSamples);
      made += tickSamples;
      return true;
    },
    resume: fadeIn,
    merge: fadeIn,
    gain: () => heard(made, track),
  };
}

/** Plays the last packet's sound over and over, as receivers without any signal processing do. */
function byPacket(track: Track, { frameSamples }: ConcealmentSources): Concealment {
  const { overlapSamples } = track.rate;
  const last = track.samples.slice(Math.max(0, track.tail - overlapSamples - frameSamples), track.tail);
  let made = 0;
  return {
    extend(onto) {
      const from = onto.tail;
      fadeInto(onto, from - overlapSamples, last, overlapSamples);
      made += onto.tail - from;
      return isSilent(onto, from);
    },
    resume: fadeIn,
    merge: fadeIn,
    gain: () => heard(made, track),
  };
}

/**
 * Begins to conceal at the tail of a track. `neteq` repeats pitch periods as libwebrtc does, `opus` asks the codec (RangeError where it has nothing), `repeat`
 * plays the last packet again, `silence` plays nothing (both with fades of 0.625 ms, so that they do not click).
 */
export function beginConcealment(mode: PlayoutSettings['concealment'], track: Track, sources: ConcealmentSources): Concealment {
  if (mode === 'neteq') return byRepetition(track, sources);
  if (mode === 'repeat') return byPacket(track, sources);
  return mode === 'opus' ? byDecoder(track, sources) : bySilence(track);
}
