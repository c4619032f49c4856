/** Stops a scheduled callback; harmless when it has run already. */
export type Cancel = () => void;

/** Time as the program sees it. Real calls use the machine's monotonic clock, simulated ones and tests a virtual one. */
export interface Clock {
  /** Milliseconds, monotonic, from an arbitrary origin, with a fraction. */
  now(): number;
  /** Runs the callback once, when `now()` has reached `atMs`, or as soon as possible when that has passed. */
  schedule(atMs: number, callback: () => void): Cancel;
}
