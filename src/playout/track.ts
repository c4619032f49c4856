/** Silence before the recording, samples at 48 kHz, so that there is always a past to look back into: 40 ms, more than two of the longest pitch periods. */
const LEAD_SAMPLES = 1920;

/** Room after the recording's end for sound decoded and not played, samples: half a second. */
const SLACK_SAMPLES = 24_000;

/** How much decoded sound is always held back, to fade into what stands in for a packet that does not come: 0.625 ms (libwebrtc, Expand). */
export const OVERLAP_SAMPLES = 30;

/** The recording as it grows: played up to `head`, decided up to `tail`. Positions are in `samples`. */
export interface Track {
  readonly samples: Float32Array;
  /** Where the recording begins. */
  readonly origin: number;
  head: number;
  tail: number;
}

/** Makes a silent track for a recording of so many samples. */
export function createTrack(length: number): Track {
  return { samples: new Float32Array(LEAD_SAMPLES + length + SLACK_SAMPLES), origin: LEAD_SAMPLES, head: LEAD_SAMPLES, tail: LEAD_SAMPLES };
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
    samples[at + i] = (1 - share) * (samples[at + i] as number) + share * (sound[i] as number);
  }
  samples.set(sound.subarray(overlap), at + overlap);
  track.tail = at + sound.length;
}
