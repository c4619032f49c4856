import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { Rng } from '../core/rng.ts';
import type { BackgroundNoise } from './background-noise.ts';
import { beginConcealment, type Concealment } from './concealment.ts';
import type { LastMode } from './decision.ts';
import type { Gap, Repair, SoundLog } from './sound-log.ts';
import { append, type Track } from './track.ts';

/** What is written on a track: decoded sound, and what stands in for it. Knows of gaps, not of packets. */
export interface Voice {
  readonly track: Track;
  readonly log: SoundLog;
  /** Where on the track the first sound was written; null before. */
  started(): number | null;
  /** Says where the first sound will be written. */
  startAt(place: number): void;
  /** What was written last. */
  last(): LastMode;
  /** How much of the sound made up is left to hear, 1 to 0; 1 where none is. */
  gain(): number;
  /** Samples decoded and not played yet, without those always held back. */
  left(): number;
  /**
   * Writes a decoded sound whose first sample is `timestamp`; where a gap goes before, as the concealment joins it: to what was waited for, or to what is
   * skipped to. Returns where on the track it begins.
   */
  write(sound: Float32Array, timestamp: number, skips: boolean): number;
  /** The same at a place of the caller's own, who lays it there with `lay`. */
  writeAt(timestamp: number, lay: (track: Track) => number): number;
  /** Makes up some sound for the gap that begins with `wanted`. */
  conceal(wanted: number, epoch: number): void;
  /** Adds 10 ms of the sender's silence. */
  addNoise(sound: Float32Array): void;
  /** Says that what was written last is the sender's silence. */
  isNoise(): void;
  note(kind: Repair['kind'], start: number, samples: number): void;
}

export interface VoiceParts {
  readonly settings: PlayoutSettings;
  readonly decoder: SpeechDecoder;
  readonly background: BackgroundNoise;
  readonly track: Track;
  readonly rng: Rng;
  /** Frames the decoder's own concealment comes in, samples. */
  readonly frameSamples: number;
}

/** Makes a voice that has said nothing yet. */
export function createVoice({ settings, decoder, background, track, rng, frameSamples }: VoiceParts): Voice {
  const log: SoundLog = { gaps: [], repairs: [] };
  const sources = { decoder, background, rng, frameSamples };
  let startedAt: number | null = null;
  let last: LastMode = 'normal';
  let concealment: Concealment | null = null;
  let gap: Gap | null = null;

  const begun = (at: number, timestamp: number): number => {
    if (gap !== null) {
      gap.end = Math.max(gap.start, at);
      gap.resumed = timestamp;
      gap = null;
    }
    concealment = null;
    last = 'normal';
    return at;
  };

  return {
    track,
    log,
    started: () => startedAt,
    startAt(place) {
      if (startedAt === null) track.tail = place;
      startedAt ??= place;
    },
    last: () => last,
    gain: () => concealment?.gain() ?? 1,
    left: () => track.tail - track.head - track.rate.overlapSamples,
    write(sound, timestamp, skips) {
      if (concealment !== null) return begun(skips ? concealment.merge(track, sound) : concealment.resume(track, sound), timestamp);
      const at = track.tail;
      append(track, sound);
      return begun(at, timestamp);
    },
    writeAt: (timestamp, lay) => begun(lay(track), timestamp),
    conceal(wanted, epoch) {
      const from = track.tail;
      concealment ??= beginConcealment(settings.concealment, track, sources);
      if (gap === null) {
        gap = { start: from, end: from, silentSamples: 0, epoch, wanted, resumed: null };
        log.gaps.push(gap);
      }
      const silent = concealment.extend(track);
      gap.end = track.tail;
      if (silent) gap.silentSamples += track.tail - from;
      last = 'concealed';
    },
    addNoise(sound) {
      append(track, sound);
      last = 'noise';
    },
    isNoise() {
      last = 'noise';
    },
    note(kind, start, samples) {
      log.repairs.push({ kind, start, samples });
    },
  };
}
