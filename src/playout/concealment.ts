import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { Rng } from '../core/rng.ts';
import type { BackgroundNoise } from './background-noise.ts';
import { mergeInto } from './merge.ts';
import { createRepetition } from './repetition.ts';
import { append, fadeInto, type Track } from './track.ts';

/** Quieter than half a 16-bit step is silence. */
const SILENCE: number = 0.5 / 32768;

/** A receiver that cannot say how far its concealment has faded is taken to be heard for so long, ms. */
const HEARD_MS = 100;

/** Stands in for packets that did not come, from one good packet to the next. */
export interface Concealment {
  /** Adds some sound to the track's tail and says whether it was silent. */
  extend(track: Track): boolean;
  /** Joins the next good frame; returns where on the track it begins. */
  join(track: Track, frame: Float32Array): number;
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

function byRepetition(track: Track, sources: ConcealmentSources): Concealment {
  const repetition = createRepetition(track, sources.background, sources.rng);
  return {
    extend(onto) {
      const silent = repetition.gain() === 0;
      const from = onto.tail;
      repetition.extend(onto);
      return silent || isSilent(onto, from);
    },
    join: (onto, frame) => mergeInto(onto, repetition, frame),
    gain: () => repetition.gain(),
  };
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
    join(onto, frame) {
      const at = onto.tail;
      append(onto, frame);
      return at;
    },
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
    join: fadeIn,
    gain: () => heard(made, track),
  };
}

/** Joins a frame with the shortest of fades, wherever it happens to fit. */
function fadeIn(track: Track, frame: Float32Array): number {
  const { overlapSamples } = track.rate;
  const at = track.tail - overlapSamples;
  fadeInto(track, at, frame, overlapSamples);
  return at;
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
    join: fadeIn,
    gain: () => heard(made, track),
  };
}

/**
 * Begins to conceal at the tail of a track. `neteq` repeats pitch periods as libwebrtc does, `opus` asks the codec (RangeError where it has nothing), `repeat` plays the last packet again,
 * `silence` plays nothing (both with fades of 0.625 ms, so that they do not click).
 */
export function beginConcealment(mode: PlayoutSettings['concealment'], track: Track, sources: ConcealmentSources): Concealment {
  if (mode === 'neteq') return byRepetition(track, sources);
  if (mode === 'repeat') return byPacket(track, sources);
  return mode === 'opus' ? byDecoder(track, sources) : bySilence(track);
}
