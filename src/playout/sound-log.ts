import type { SoundEvent } from '../core/playout-stats.ts';

/** A stretch of concealment on the track. */
export interface Gap {
  readonly start: number;
  end: number;
  /** How much of it made no sound, samples. */
  silentSamples: number;
  /** The stream's epoch, and the timestamp whose packet was wanted. */
  readonly epoch: number;
  readonly wanted: number;
  /** The timestamp playing went on with; null when it never did. */
  resumed: number | null;
}

/** What was done to the sound, in positions of the track, as the receiver went along. */
export interface SoundLog {
  readonly gaps: Gap[];
  readonly others: SoundEvent[];
}

/** A gap cut to what was really played, `origin` and `end` bounding the recording; null when nothing of it was. */
export function playedGap(gap: Gap, end: number): { readonly samples: number; readonly silentSamples: number } | null {
  const samples = Math.min(gap.end, end) - gap.start;
  return samples <= 0 ? null : { samples, silentSamples: Math.min(gap.silentSamples, samples) };
}
