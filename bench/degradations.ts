import { measuredValue } from '../src/core/measurement.ts';
import { createRng } from '../src/core/rng.ts';
import { prepareFrontEnd } from '../src/score/front-end.ts';
import { createScorer } from '../src/score/score-recording.ts';
import { type Degradation, METALLIC_KINDS, OTHER_KINDS } from '../test/support/degradations.ts';
import { talkers16k } from './support-speech.ts';
import { areaUnderRoc } from './support-statistics.ts';

const PARTS = ['buzz', 'mono', 'rep', 'tone', 'comb', 'coarse', 'musical', 'warp'];
const FEATURES = [
  'buzzLine',
  'buzzFrequency',
  'monoPitchShare',
  'monoHighBand',
  'repShare',
  'toneShare',
  'combRipple',
  'coarseMismatch',
  'musicalIslands',
  'warpRate',
];
const DIMENSIONS = ['discontinuity', 'noisiness', 'coloration', 'clipping', 'distortion'] as const;

/**
 * The metallic score over synthetic artefacts at three severities, of every talker there is.
 * Arguments: only kinds whose name contains the first; `features` as the second prints each feature's mean.
 */
export async function run([only = '', detail = '', some = '']: string[]): Promise<void> {
  const voices = talkers16k().filter((talker) => talker.name.includes(some));
  const measured = (kinds: readonly Degradation[]): { kind: string; severity: number; value: number }[] =>
    kinds
      .filter(({ kind }) => kind.includes(only))
      .flatMap(({ kind, severities }) =>
        severities.flatMap((degrade, severity) => {
          const rows = voices.map(({ name, signal }) => {
            const samples = degrade(signal.samples, createRng(7).fork(`${name}/${kind}/${severity}`));
            const score = createScorer(prepareFrontEnd(signal, { samples, sampleRateHz: signal.sampleRateHz }), null);
            const metallic = score('metallic');
            const value = measuredValue(metallic.measurement) ?? Number.NaN;
            const parts = (detail === '' ? PARTS : FEATURES).map((part) => measuredValue(metallic.parts[part]) ?? 0);
            const dimensions = DIMENSIONS.map((id) => measuredValue(score(id).measurement) ?? 0);
            if (detail === 'each')
              console.log(`  ${name.padEnd(20)} ${value.toFixed(3)} ${parts.map((p) => p.toFixed(3).padStart(9)).join('')}`);
            return [value, ...parts, ...dimensions];
          });
          const values = rows.map((row) => row[0] as number);
          const means = rows[0]?.map((_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length) ?? [];
          const spread = `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`;
          console.log(`${`${kind} ${severity + 1}`.padEnd(18)} ${spread} ${means.map((m) => m.toFixed(2).padStart(8)).join('')}`);
          return values.map((value) => ({ kind, severity, value }));
        }),
      );
  console.log(
    `${'kind, severity'.padEnd(18)} min–max   ${['mean', ...(detail === '' ? PARTS : FEATURES), ...DIMENSIONS].map((p) => p.slice(0, 7).padStart(8)).join('')}`,
  );
  const negatives = measured(OTHER_KINDS).map(({ value }) => value);
  const positives = measured(METALLIC_KINDS);
  if (negatives.length === 0 || positives.length === 0) return;
  console.log(
    `\nAUC against all other kinds: ${areaUnderRoc(
      positives.map(({ value }) => value),
      negatives,
    ).toFixed(4)}`,
  );
  for (const { kind } of METALLIC_KINDS) {
    const values = positives.filter((row) => row.kind === kind).map(({ value }) => value);
    console.log(
      `  ${kind.padEnd(16)} ${areaUnderRoc(values, negatives).toFixed(4)}, over 0.5: ${(values.filter((v) => v > 0.5).length / values.length).toFixed(2)}`,
    );
  }
  console.log(`other kinds over 0.5: ${(negatives.filter((v) => v > 0.5).length / negatives.length).toFixed(3)}`);
}
