import type { PhaseId, PhaseResult } from '../core/call-record.ts';

/** What a call tells while it is going on. */
export type CallProgress =
  | { readonly kind: 'phase-began'; readonly id: PhaseId }
  | { readonly kind: 'phase-ended'; readonly result: PhaseResult }
  /** About once a second while both sides talk. */
  | { readonly kind: 'media'; readonly seconds: number; readonly ofSeconds: number };
