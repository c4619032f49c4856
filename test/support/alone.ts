import { measuredValue } from '../../src/core/measurement.ts';
import type { Signal } from '../../src/core/signal.ts';
import { type EvidenceId, foundSigns, type SingleEnded } from '../../src/core/single-ended.ts';
import { type HeardAlone, hearAlone } from '../../src/score/single-ended/hear-alone.ts';

/** What a sound at 16 kHz shows by itself. */
export function heard(samples: Float32Array, sampleRateHz = 16_000): HeardAlone {
  return hearAlone({ samples, sampleRateHz });
}

/** The signs found in a sound at 16 kHz. */
export function signsIn(samples: Float32Array): EvidenceId[] {
  return foundSigns(heard(samples).singleEnded);
}

/** A sign's measured value, or one of its parts; fails where it was not measured. */
export function valueOfSign({ evidence }: SingleEnded, id: EvidenceId, part?: string): number {
  const measurement = part === undefined ? evidence[id].measurement : evidence[id].parts[part];
  const value = measuredValue(measurement);
  if (value === null) throw new Error(`not measured: ${id} ${part ?? ''} ${JSON.stringify(measurement ?? null)}`);
  return value;
}

/** The same sound behind another. */
export function joined(...signals: readonly Signal[]): Float32Array {
  const out = new Float32Array(signals.reduce((sum, { samples }) => sum + samples.length, 0));
  let at = 0;
  for (const { samples } of signals) {
    out.set(samples, at);
    at += samples.length;
  }
  return out;
}
