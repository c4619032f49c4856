import type { DecodeRate } from './decode-rate.ts';
import { step16 } from './similarity.ts';

/** Silence before the recording, ms, so that there is always a past to look back into: more than two of the longest pitch periods. */
const LEAD_MS = 40;

/** Room after the recording's end for sound decoded and not played, ms. */
const SLACK_MS = 500;

/** The recording as it grows: played up to `head`, decided up to `tail`. Positions are in `samples`. */
export interface Track {
  readonly rate: DecodeRate;
  readonly samples: Float32Array;
  /** Where the recording begins. */
  readonly origin: number;
  head: number;
  tail: number;
}

/** Makes a silent track for a recording of so many samples. */
export function createTrack(length: number, rate: DecodeRate): Track {
  const origin = LEAD_MS * rate.samplesPerMs;
  const samples = new Float32Array(origin + length + SLACK_MS * rate.samplesPerMs);
  return { rate, samples, origin, head: origin, tail: origin };
}

/** Puts a sound after the tail. */
export function append(track: Track, sound: Float32Array): void {
  track.samples.set(sound, track.tail);
  track.tail += sound.length;
}

/** Lays a sound over the track from `at`, fading into it over `fade` samples; the tail is its end. What lay beyond the fade is replaced. */
export function fadeInto(track: Track, at: number, sound: Float32Array, fade: number): void {
  const { samples } = track;
  const overlap = Math.min(fade, sound.length);
  for (let i = 0; i < overlap; i++) {
    const share = (i + 1) / (overlap + 1);
    samples[at + i] = step16((1 - share) * (samples[at + i] as number) + share * (sound[i] as number));
  }
  samples.set(sound.subarray(overlap), at + overlap);
  track.tail = at + sound.length;
}
