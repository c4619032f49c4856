import { measuredValue } from '../src/core/measurement.ts';
import type { ScoreId } from '../src/core/scores.ts';
import { scoreRecording } from '../src/score/score-recording.ts';
import { readCsv } from './support-csv.ts';
import { readSound } from './support-data.ts';
import { pearson, ranks, rmsError, spearman } from './support-statistics.ts';

const SCORES: readonly ScoreId[] = ['mosLqo', 'visqol', 'metallic', 'distortion', 'discontinuity', 'noisiness', 'coloration', 'clipping'];
/** Published metrics beside ours, and whether more is better. */
const OTHERS: Readonly<Record<string, 1 | -1>> = { pesq_wb: 1, visqol: 1, nisqa_mos: 1, warpq_raw: -1, plcmos: 1, dnsmos_p808: 1 };

/** Our MOS beside what people said (labelled speech) and beside the ranks other metrics give (artefacts). `each` prints every file. */
export async function run([detail = '']: string[]): Promise<void> {
  const rated = scored('labelled', readCsv('labelled/labels.csv'), detail);
  if (rated.length > 0) {
    const human = rated.map(({ row }) => Number(row['mos_overall']));
    console.log(`labelled speech, ${rated.length} files: Pearson, Spearman, RMSE against the human overall score`);
    for (const id of ['mosLqo', 'visqol'] as const)
      report(
        id,
        rated.map(({ values }) => values[id] ?? Number.NaN),
        human,
      );
    for (const [other, sign] of Object.entries(OTHERS))
      report(
        other,
        rated.map(({ row }) => sign * Number(row[other])),
        human,
      );
  }
  const made = scored('artefacts', readCsv('artefacts/list.csv'), detail);
  if (made.length === 0) return;
  console.log(`\nartefacts, ${made.length} files: Spearman of mosLqo with`);
  const judges = (['pesq_wb', 'nisqa_mos', 'warpq_raw'] as const).map((judge) =>
    ranks(made.map(({ row }) => (OTHERS[judge] ?? 1) * Number(row[judge]))),
  );
  const ours = made.map(({ values }) => values.mosLqo ?? Number.NaN);
  const meanRank = made.map((_, i) => judges.reduce((sum, of) => sum + (of[i] as number), 0) / judges.length);
  console.log(`  mean rank of PESQ, NISQA and WARP-Q ${spearman(ours, meanRank).toFixed(3)}`);
  for (const [other, sign] of Object.entries(OTHERS)) {
    const theirs = made.map(({ row }) => sign * Number(row[other]));
    console.log(
      `  ${other.padEnd(12)} ${spearman(
        made.map(({ values }) => values.mosLqo ?? Number.NaN),
        theirs,
      ).toFixed(3)}`,
    );
  }
}

interface Scored {
  readonly row: Record<string, string>;
  readonly values: Readonly<Partial<Record<ScoreId, number>>>;
}

function scored(folder: string, rows: Record<string, string>[], detail: string): Scored[] {
  return rows.flatMap((row) => {
    const reference = readSound(`${folder}/${row['reference']}`);
    const recording = readSound(`${folder}/${row['file']}`);
    if (reference === null || recording === null) return [];
    const { scores } = scoreRecording(reference, recording, null);
    const values = Object.fromEntries(SCORES.map((id) => [id, measuredValue(scores[id].measurement) ?? Number.NaN]));
    if (detail === 'each') {
      const nsim = measuredValue(scores.visqol.parts['nsim']) ?? Number.NaN;
      const others = [row['mos_overall'] ?? '', row['pesq_wb'], row['nisqa_mos'], row['plcmos']].map((v) =>
        String(v).slice(0, 4).padStart(5),
      );
      console.log(
        `${row['file']?.padEnd(30)} ${others.join(' ')}  nsim ${nsim.toFixed(3)}  ${SCORES.map((id) => `${id.slice(0, 5)} ${(values[id] as number).toFixed(2)}`).join(' ')}  ${row['description'] ?? row['kind']}`,
      );
    }
    return [{ row, values }];
  });
}

function report(name: string, theirs: readonly number[], human: readonly number[]): void {
  const onScale = theirs.every((value) => value >= 1);
  console.log(
    `  ${name.padEnd(12)} r ${pearson(theirs, human).toFixed(3)}  ρ ${spearman(theirs, human).toFixed(3)}${onScale ? `  RMSE ${rmsError(theirs, human).toFixed(3)}` : ''}`,
  );
}
