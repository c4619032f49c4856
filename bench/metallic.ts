import { measuredValue } from '../src/core/measurement.ts';
import type { RecordingScores } from '../src/core/scores.ts';
import { scoreRecording } from '../src/score/score-recording.ts';
import { readCsv } from './support-csv.ts';
import { cpuSeconds, readSound } from './support-data.ts';
import { areaUnderRoc } from './support-statistics.ts';

const PARTS = ['buzz', 'mono', 'rep', 'tone', 'comb', 'coarse', 'musical', 'warp'];
const NEGATIVES = new Set(['noise', 'clipping', 'bandlimit', 'bitcrush', 'clean', 'loss_zero']);
const ISSUE_NEGATIVES = new Set(['noise', 'clipping', 'bandlimit', 'bitcrush', 'clean']);

/** The metallic score over files with known artefacts: each file, and how well each kind is told from the others. */
export async function run(): Promise<void> {
  const byKind = new Map<string, number[]>();
  const columns = ['metal', 'dominant', ...PARTS, 'mos', 'visqol', 'distort', 'discont', 'noisy', 'color', 'clip', 'level'];
  console.log(`${'file'.padEnd(28)} ${columns.map((c) => c.padStart(8)).join('')}`);
  let slowest = 0;
  for (const row of readCsv('artefacts/list.csv')) {
    const reference = readSound(`artefacts/${row['reference']}`);
    const recording = readSound(`artefacts/${row['file']}`);
    if (reference === null || recording === null) return;
    let result: RecordingScores | null = null;
    slowest = Math.max(
      slowest,
      cpuSeconds(1, () => {
        result = scoreRecording(reference, recording, null);
      }),
    );
    const { scores } = result as unknown as RecordingScores;
    const value = measuredValue(scores.metallic.measurement) ?? Number.NaN;
    const kind = row['kind'] as string;
    byKind.set(kind, [...(byKind.get(kind) ?? []), value]);
    const cells = [
      value.toFixed(3),
      scores.metallic.dominant ?? '-',
      ...PARTS.map((part) => (measuredValue(scores.metallic.parts[part]) ?? Number.NaN).toFixed(2)),
      ...(['mosLqo', 'visqol', 'distortion', 'discontinuity', 'noisiness', 'coloration', 'clipping', 'levelError'] as const).map((id) =>
        (measuredValue(scores[id].measurement) ?? Number.NaN).toFixed(2),
      ),
    ];
    console.log(`${(row['file'] as string).padEnd(28)} ${cells.map((c) => c.padStart(8)).join('')} ${scores.noisiness.dominant ?? ''}`);
  }
  const all = (choose: (kind: string) => boolean): number[] => [...byKind].filter(([kind]) => choose(kind)).flatMap(([, values]) => values);
  const positive = (kind: string): boolean => kind.startsWith('metallic_') || kind === 'loss_repeat';
  const negatives = all((kind) => ISSUE_NEGATIVES.has(kind));
  console.log(
    `\nAUC, metallic_* and loss_repeat against noise, clipping, bandlimit, bitcrush, clean: ${areaUnderRoc(all(positive), negatives).toFixed(4)}`,
  );
  console.log(
    `AUC with loss_zero among the negatives: ${areaUnderRoc(
      all(positive),
      all((kind) => NEGATIVES.has(kind)),
    ).toFixed(4)}`,
  );
  for (const [kind, values] of byKind) {
    const auc = ISSUE_NEGATIVES.has(kind) ? '' : `AUC ${areaUnderRoc(values, negatives).toFixed(3)}`;
    console.log(`${kind.padEnd(24)} ${values.map((v) => v.toFixed(3)).join(' ')}  ${auc}`);
  }
  console.log(`slowest file: ${slowest.toFixed(2)} CPU-s for all scores`);
}
