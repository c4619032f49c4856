import type { FailureCode } from '../../core/call-record.ts';

export type RelayFailureCode = Extract<FailureCode, `turn-${string}`>;

/** Why a relay could not be used. Its message names no address: it goes into the report as it is. */
export class RelayFailure extends Error {
  readonly code: RelayFailureCode;
  constructor(code: RelayFailureCode, message: string) {
    super(message);
    this.name = 'RelayFailure';
    this.code = code;
  }
}
