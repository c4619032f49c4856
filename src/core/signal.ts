/** A mono sound. Samples lie nominally in [-1, 1]; full scale is 1. */
export interface Signal {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}

/** Length of a signal in seconds; 0 for an empty one. */
export function durationSeconds(signal: Signal): number {
  return signal.samples.length / signal.sampleRateHz;
}
