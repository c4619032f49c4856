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

/** Something else that was done, from `start` on the track for so many samples. */
export interface Repair {
  readonly kind: 'fec' | 'copy' | 'faster' | 'slower';
  readonly start: number;
  readonly samples: number;
}

/** What was done to the sound, in positions of the track, as the receiver went along. */
export interface SoundLog {
  readonly gaps: Gap[];
  readonly repairs: Repair[];
}

/** The part of the track that is the recording. */
export interface Bounds {
  readonly origin: number;
  readonly end: number;
}

/** A gap cut to what was recorded of it; null when nothing was. */
export function recordedGap(
  gap: Gap,
  { origin, end }: Bounds,
): { readonly start: number; readonly samples: number; readonly silentSamples: number } | null {
  const start = Math.max(gap.start, origin);
  const samples = Math.min(gap.end, end) - start;
  return samples <= 0 ? null : { start, samples, silentSamples: Math.min(gap.silentSamples, samples) };
}

/** How many samples of the recording were added or taken out, by repairs of one kind. */
export function recordedSamples(log: SoundLog, kind: Repair['kind'], { origin, end }: Bounds): number {
  return log.repairs.reduce((sum, r) => (r.kind === kind && r.start >= origin && r.start < end ? sum + r.samples : sum), 0);
}
