import { measuredValue } from '../../src/core/measurement.ts';
import type { Score, ScoreId } from '../../src/core/scores.ts';
import type { Signal } from '../../src/core/signal.ts';
import { prepareFrontEnd } from '../../src/score/front-end.ts';
import { createScorer, type PreparedReference, prepareReference } from '../../src/score/score-recording.ts';

/** A reference serves many tests of a file. */
const prepared = new WeakMap<Signal, PreparedReference>();

function preparedOf(reference: Signal): PreparedReference {
  const known = prepared.get(reference) ?? prepareReference(reference);
  prepared.set(reference, known);
  return known;
}

/** Scores of a degraded copy of a reference, computed as they are asked for. */
export function scorerOf(reference: Signal, samples: Float32Array): (id: ScoreId) => Score {
  return createScorer(prepareFrontEnd(preparedOf(reference), { samples, sampleRateHz: reference.sampleRateHz }), null);
}

/** One score's value; fails where it could not be measured. */
export function scoreValue(score: Score): number {
  if (score.measurement.status !== 'ok') throw new Error(`not measured: ${JSON.stringify(score.measurement)}`);
  return score.measurement.value;
}

/** One part's value; fails where it could not be measured. */
export function partOf(score: Score, name: string): number {
  const value = measuredValue(score.parts[name]);
  if (value === null) throw new Error(`no part ${name}: ${JSON.stringify(score.parts[name] ?? null)}`);
  return value;
}

/** The metallic score of a degraded copy. */
export function metallicOf(reference: Signal, samples: Float32Array): number {
  return scoreValue(scorerOf(reference, samples)('metallic'));
}
