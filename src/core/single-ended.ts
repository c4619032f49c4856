import { type Measurement, notApplicable } from './measurement.ts';

/** What can be told from a recording alone, in the order reports show it. */
export type EvidenceId =
  | 'mutes'
  | 'deadPauses'
  | 'repetition'
  | 'robotization'
  | 'constantPitch'
  | 'buzz'
  | 'clipping'
  | 'noise'
  | 'bandwidth'
  | 'level';

export const EVIDENCE_IDS: readonly EvidenceId[] = [
  'mutes',
  'deadPauses',
  'repetition',
  'robotization',
  'constantPitch',
  'buzz',
  'clipping',
  'noise',
  'bandwidth',
  'level',
];

/** From this strength on a sign counts as found. */
export const FOUND_FROM = 0.5;

/** One sign, and what was measured to say so. */
export interface Evidence {
  readonly measurement: Measurement;
  readonly parts: Readonly<Record<string, Measurement>>;
  /** How surely a natural voice would not show it, 0–1. Null where it was not measured, or shows no damage by itself (dead pauses, bandwidth, level). */
  readonly strength: number | null;
  /** Which of its kinds it is (of noise: `hum`, `babble` or `white`, which is any steady noise), or null. */
  readonly kind: string | null;
}

/** What a recording shows without what was spoken to compare it with: much weaker than the scores, and never a mean opinion score. */
export interface SingleEnded {
  /** `heard`: there was speech enough. Otherwise nothing of a voice was judged, and `reason` says why. */
  readonly status: 'heard' | 'short' | 'silent' | 'no-speech';
  readonly reason: string | null;
  /** Found by level and voicing alone, so that whatever is as loud and as voiced counts as speech. */
  readonly speechSeconds: Measurement;
  readonly speechRatio: Measurement;
  readonly evidence: Readonly<Record<EvidenceId, Evidence>>;
}

/** A sign that was not looked for, and why. */
export function noEvidence(reason: string): Evidence {
  return { measurement: notApplicable(reason), parts: {}, strength: null, kind: null };
}

/** The signs that were found, strongest first; equal ones in the reports' order. */
export function foundSigns({ evidence }: SingleEnded): EvidenceId[] {
  const strengthOf = (id: EvidenceId): number => evidence[id].strength ?? 0;
  return EVIDENCE_IDS.filter((id) => strengthOf(id) >= FOUND_FROM).sort((a, b) => strengthOf(b) - strengthOf(a));
}
