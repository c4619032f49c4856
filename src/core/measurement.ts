/** Every unit a published number may carry. A `score` runs from 0 (nothing wrong) to 1 (worst); a `MOS` from 1 (bad) to 5 (excellent). */
export type Unit = 'MOS' | 'score' | 'ratio' | 's' | 'ms' | 'dB' | 'dBov' | 'Hz' | 'count' | 'count/s' | 'bit/s' | 'ppm' | 'R';

export interface Measured {
  readonly status: 'ok';
  readonly value: number;
  readonly unit: Unit;
}
export interface NotApplicable {
  readonly status: 'not-applicable';
  readonly reason: string;
}
export interface Failed {
  readonly status: 'failed';
  readonly code: string;
  readonly message: string;
}

/** A number with its unit, or why there is none. There is no sentinel for "unknown". */
export type Measurement = Measured | NotApplicable | Failed;

/** A measured value. Throws RangeError when the value is not finite: a bug upstream must not travel on as a number. */
export function measured(value: number, unit: Unit): Measured {
  if (!Number.isFinite(value)) throw new RangeError(`a measurement in ${unit} must be finite, got ${value}`);
  return { status: 'ok', value, unit };
}

/** There is nothing to measure here, and the reason why. */
export function notApplicable(reason: string): NotApplicable {
  return { status: 'not-applicable', reason };
}

/** The measurement was tried and could not be made. */
export function failed(code: string, message: string): Failed {
  return { status: 'failed', code, message };
}

/** The value where there is one, else null. */
export function measuredValue(measurement: Measurement | undefined): number | null {
  return measurement?.status === 'ok' ? measurement.value : null;
}
