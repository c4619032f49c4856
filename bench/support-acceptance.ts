import { DEFAULT_THRESHOLDS } from '../src/config/defaults.ts';
import { measuredValue, notApplicable } from '../src/core/measurement.ts';
import type { DirectionReport } from '../src/core/report.ts';
import { createRng } from '../src/core/rng.ts';
import { SCORE_IDS, type ScoreId, type Scores, scoresNotApplicable } from '../src/core/scores.ts';
import type { Signal } from '../src/core/signal.ts';
import { prepareFrontEnd } from '../src/score/front-end.ts';
import { createScorer } from '../src/score/score-recording.ts';
import { checkAll } from '../src/verdict/checks.ts';
import { findDamage } from '../src/verdict/damage.ts';
import type { VerdictInput } from '../src/verdict/input.ts';
import type { SoundClass } from './support-classes.ts';
import type { Talker } from './support-speech.ts';

/** Scores that are compared; the published and the network's MOS are no business of a detector. */
export const COMPARED: readonly ScoreId[] = SCORE_IDS.filter((id) => id !== 'visqol' && id !== 'mosCqe');

/** What was found in one degraded copy. */
export interface Row {
  readonly kind: string;
  readonly talker: string;
  /** 0 the mildest. */
  readonly severity: number;
  readonly metallic: number;
  /** Strengths and features of the metallic score. */
  readonly parts: Readonly<Record<string, number>>;
  readonly label: string | null;
  readonly scores: Readonly<Partial<Record<ScoreId, number>>>;
  readonly noiseLevel: number | null;
  readonly noiseKind: string | null;
  /** The diagnosis the tool would give; null where it was not asked for, as it takes the MOS. */
  readonly damage: string | null;
}

/** Half a second of silence before and after: a stimulus has pauses, and without any there is no noise to be measured. */
export function withPauses(speech: Signal): Signal {
  const margin = Math.round(speech.sampleRateHz / 2);
  const samples = new Float32Array(speech.samples.length + 2 * margin);
  samples.set(speech.samples, margin);
  return { samples, sampleRateHz: speech.sampleRateHz };
}

/** Degrades a talker in one way and looks at what the scores say. */
export async function measure(
  talker: Talker,
  others: readonly Talker[],
  sound: SoundClass,
  severity: number,
  diagnose: boolean,
): Promise<Row> {
  const make = sound.severities[severity];
  if (make === undefined) throw new RangeError(`${sound.kind} has no severity ${severity}`);
  const rng = createRng(8).fork(`${talker.name}/${sound.kind}/${severity}`);
  const samples = await make(talker.signal, rng, others);
  return rowOf(
    talker.signal,
    { samples, sampleRateHz: talker.signal.sampleRateHz },
    { kind: sound.kind, talker: talker.name, severity },
    diagnose,
  );
}

/** Scores one pair. */
export function rowOf(reference: Signal, recording: Signal, of: Pick<Row, 'kind' | 'talker' | 'severity'>, diagnose: boolean): Row {
  const frontEnd = prepareFrontEnd(reference, recording);
  const score = createScorer(frontEnd, null);
  const ids = COMPARED.filter((id) => diagnose || id !== 'mosLqo');
  const measured = Object.fromEntries(ids.map((id) => [id, score(id)])) as Partial<Scores>;
  const scores = Object.fromEntries(ids.map((id) => [id, measuredValue(measured[id]?.measurement) ?? Number.NaN]));
  const metallic = score('metallic');
  const parts = Object.fromEntries(Object.entries(metallic.parts).map(([name, part]) => [name, measuredValue(part) ?? Number.NaN]));
  const noisiness = score('noisiness');
  return {
    ...of,
    metallic: measuredValue(metallic.measurement) ?? Number.NaN,
    parts,
    label: metallic.dominant,
    scores,
    noiseLevel: measuredValue(noisiness.parts['noiseLevel']),
    noiseKind: noisiness.dominant,
    damage: diagnose ? damageOf({ ...scoresNotApplicable('not asked for'), ...measured }, frontEnd) : null,
  };
}

/** What the tool would name as the damage of a recording with these scores. */
function damageOf(scores: Scores, { alignment, speechFound, noSpeechReason }: ReturnType<typeof prepareFrontEnd>): string {
  const report: DirectionReport = {
    network: null,
    playout: null,
    mouthToEarDelaySeconds: notApplicable('a recording'),
    scores,
    alignment,
    speechFound,
    noSpeechReason,
    events: [],
    recording: 'recording.wav',
  };
  const input: VerdictInput = {
    kind: 'recording',
    phases: [],
    directions: { recording: report },
    flows: null,
    path: null,
    healthValid: true,
    healthReason: null,
    aborted: null,
    thresholds: DEFAULT_THRESHOLDS,
  };
  return findDamage('recording', report, checkAll(input), DEFAULT_THRESHOLDS).damage;
}
