export type Outcome = 'pass' | 'warn' | 'fail' | 'inconclusive';

export type Diagnosis =
  | 'clear'
  | 'metallic'
  | 'distorted'
  | 'choppy'
  | 'noisy'
  | 'muffled'
  | 'echoing'
  | 'delayed'
  | 'one-way'
  | 'silent'
  | 'call-blocked'
  | 'call-dropped'
  | 'network-down'
  | 'unknown';

/** One comparison of a measured value with a limit. */
export interface Check {
  readonly id: string;
  readonly direction: 'up' | 'down' | 'recording' | 'call';
  readonly status: 'pass' | 'warn' | 'fail' | 'not-checked';
  readonly value: number | null;
  readonly limit: number;
  /** The check holds while the value is at least, or at most, the limit. */
  readonly must: 'at-least' | 'at-most';
}

export interface Verdict {
  readonly outcome: Outcome;
  /** `unknown` with outcome `inconclusive`, and with `pass` where there was no reference: no sign of damage is no diagnosis. */
  readonly diagnosis: Diagnosis;
  /** Whether voice alone suffers; `not-tested` when there was no control flow to tell. */
  readonly scope: 'voice-only' | 'all-traffic' | 'not-tested';
  /** Name of a documented pattern the findings are consistent with, or null. */
  readonly resembles: string | null;
  /** 0–1: how far the evidence carries the diagnosis. */
  readonly confidence: number;
  /** One plain sentence. */
  readonly summary: string;
  readonly checks: readonly Check[];
}

/** Limits of a verdict. `warn` and `fail` are for the worse of the directions. */
export interface Thresholds {
  readonly mosLqo: { readonly warnBelow: number; readonly failBelow: number };
  /** For each 0–1 score. */
  readonly score: { readonly warnAbove: number; readonly failAbove: number };
  /** One-way mouth-to-ear delay, ms (ITU-T G.114: 150 good, 400 the limit of acceptable). */
  readonly delayMs: { readonly warnAbove: number; readonly failAbove: number };
}
