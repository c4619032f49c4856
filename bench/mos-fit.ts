import { prepareFrontEnd } from '../src/score/front-end.ts';
import { type MosTerms, mosOfTerms, mosTerms, similarityMos } from '../src/score/mos-lqo.ts';
import { createScoring } from '../src/score/score-recording.ts';
import { readCsv } from './support-csv.ts';
import { readSound } from './support-data.ts';
import { fitMos, type Judged, type Rated, TERMS } from './support-mos-fit.ts';
import { pearson, ranks, rmsError, spearman } from './support-statistics.ts';

/** Published metrics of which the artefact files have no human votes: each file's mean rank among them is what our rank is held against. */
const JUDGES: Readonly<Record<string, 1 | -1>> = { pesq_wb: 1, nisqa_mos: 1, warpq_raw: -1 };

/**
 * Fits the weights of `mosLqo` to the human votes of the rated files and to the ranks of the artefact files, and prints them with their error: on all files, and with
 * each talker left out of the fit in turn. Also the error of the map from NSIM alone on TCD-VoIP's votes.
 */
export async function run(): Promise<void> {
  const rated = termsOf('labelled', readCsv('labelled/labels.csv')).map(
    ({ row, terms }): Rated => ({ talker: talkerOf(row), condition: row['condition'] ?? '', terms, vote: Number(row['mos_overall']) }),
  );
  const made = termsOf('artefacts', readCsv('artefacts/list.csv'));
  if (rated.length === 0 || made.length === 0) return;
  const byJudge = Object.entries(JUDGES).map(([judge, sign]) => ranks(made.map(({ row }) => sign * Number(row[judge]))));
  const judged = made.map(
    ({ row, terms }, i): Judged => ({
      talker: talkerOf(row),
      file: row['file'] ?? '',
      terms,
      rank: byJudge.reduce((sum, of) => sum + (of[i] as number), 0) / byJudge.length,
    }),
  );

  const weights = fitMos(rated, judged);
  console.log(`weights: ${TERMS.map((name) => `${name} ${weights[name].toFixed(3)}`).join(', ')}`);
  tell('all files', rated, judged, () => weights);
  const without = new Map(
    [...new Set([...rated, ...judged].map(({ talker }) => talker))].map((talker) => [
      talker,
      fitMos(
        rated.filter((file) => file.talker !== talker),
        judged.filter((file) => file.talker !== talker),
      ),
    ]),
  );
  tell('each talker left out of the fit', rated, judged, (talker) => without.get(talker) as MosTerms);
  const others = rated.map((file) => {
    const votes = rated.filter((other) => other.condition === file.condition && other.talker !== file.talker).map(({ vote }) => vote);
    return votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
  });
  const votes = rated.map(({ vote }) => vote);
  console.log(
    `for comparison, the mean vote of the same condition with the other talkers: r ${pearson(others, votes).toFixed(3)}, ρ ${spearman(others, votes).toFixed(3)}, RMSE ${rmsError(others, votes).toFixed(3)}`,
  );
  for (const file of judged.filter(({ file }) => /loss_(zero|repeat)15/.test(file)))
    console.log(`${file.file}: ${mosOfTerms(file.terms, weights).toFixed(2)}`);

  const tcd = readCsv('tcd_voip/nsim_mos.csv')
    .map((row) => ({ nsim: Number(row['nsim'] || Number.NaN), mos: Number(row['mos'] || Number.NaN) }))
    .filter(({ nsim, mos }) => Number.isFinite(nsim) && Number.isFinite(mos));
  const error = rmsError(
    tcd.map(({ nsim }) => similarityMos(nsim)),
    tcd.map(({ mos }) => mos),
  );
  console.log(`NSIM alone on TCD-VoIP, ${tcd.length} votes: RMSE ${error.toFixed(3)}`);
}

function tell(title: string, rated: readonly Rated[], judged: readonly Judged[], weightsFor: (talker: string) => MosTerms): void {
  const mos = rated.map(({ terms, talker }) => mosOfTerms(terms, weightsFor(talker)));
  const votes = rated.map(({ vote }) => vote);
  const ours = judged.map(({ terms, talker }) => mosOfTerms(terms, weightsFor(talker)));
  const agreement = spearman(
    ours,
    judged.map(({ rank }) => rank),
  );
  console.log(
    `${title}: votes r ${pearson(mos, votes).toFixed(3)}, ρ ${spearman(mos, votes).toFixed(3)}, RMSE ${rmsError(mos, votes).toFixed(3)}; artefacts, ρ with the mean rank of ${Object.keys(JUDGES).join(', ')}: ${agreement.toFixed(3)}`,
  );
}

function talkerOf(row: Record<string, string>): string {
  return /(?:^c\d+_|^nsd_)([a-z]\d)/.exec(row['file'] ?? '')?.[1] ?? '';
}

function termsOf(folder: string, rows: Record<string, string>[]): { row: Record<string, string>; terms: MosTerms }[] {
  return rows.flatMap((row) => {
    const reference = readSound(`${folder}/${row['reference']}`);
    const recording = readSound(`${folder}/${row['file']}`);
    if (reference === null || recording === null) return [];
    return [{ row, terms: mosTerms(createScoring(prepareFrontEnd(reference, recording), null)) }];
  });
}
