import { type MosTerms, mosOfTerms } from '../src/score/mos-lqo.ts';

export const TERMS: readonly (keyof MosTerms)[] = ['shape', 'disturbance', 'missing', 'repeated', 'added', 'noise'];

/** A file with the votes of people. */
export interface Rated {
  readonly talker: string;
  readonly condition: string;
  readonly terms: MosTerms;
  readonly vote: number;
}

/** A file that only has a rank among its like. */
export interface Judged {
  readonly talker: string;
  readonly file: string;
  readonly terms: MosTerms;
  readonly rank: number;
}

/** A ranked file weighs half a rated one. */
const RANKED_WEIGHT = 0.5;
/** Speech of which 15 % was lost is rated poor by people (P.800: 2) whatever ViSQOL says: these files aim no higher, and weigh more. */
const LOST = /loss_(zero|repeat)15/;
const LOST_AIM = 2.3;
const LOST_WEIGHT = 20;
/** Keeps weights that hardly matter small: squared weight times spread of the term. */
const RIDGE = 0.02;
const ROUNDS = 25;
const STEPS = 60;

/**
 * Weights, none negative, with the least squared error: of rated files against their votes, of ranked ones against the MOS that their rank stands for, which is the
 * model's own MOS sorted and dealt out by rank, anew in every round. So ranks pull on the order alone, and the scale is people's.
 */
export function fitMos(rated: readonly Rated[], judged: readonly Judged[]): MosTerms {
  const rows = [...rated, ...judged].map(({ terms }) => TERMS.map((name) => terms[name]));
  const order = judged.map((_, i) => i).sort((a, b) => (judged[a] as Judged).rank - (judged[b] as Judged).rank);
  const trust = [...rated.map(() => 1), ...judged.map(({ file }) => RANKED_WEIGHT * (LOST.test(file) ? LOST_WEIGHT : 1))];
  let weights: number[] = TERMS.map(() => 0.2);
  for (let round = 0; round < ROUNDS; round++) {
    const own = judged.map(({ terms }) => mosOfTerms(terms, asTerms(weights)));
    const sorted = own.toSorted((a, b) => a - b);
    const aims = new Array<number>(judged.length);
    for (const [place, i] of order.entries()) aims[i] = sorted[place] as number;
    for (const [i, { file }] of judged.entries()) if (LOST.test(file)) aims[i] = Math.min(aims[i] as number, LOST_AIM);
    weights = leastSquares(rows, [...rated.map(({ vote }) => vote), ...aims], trust, weights);
  }
  return asTerms(weights);
}

function asTerms(weights: readonly number[]): MosTerms {
  return Object.fromEntries(TERMS.map((name, i) => [name, weights[i] ?? 0])) as unknown as MosTerms;
}

/** Damped Gauss-Newton steps, held at zero. */
function leastSquares(rows: readonly number[][], aims: readonly number[], trust: readonly number[], start: readonly number[]): number[] {
  const spread = TERMS.map((_, k) => {
    const column = rows.map((row) => row[k] as number);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length) + 1e-9;
  });
  const cost = (w: readonly number[]): number =>
    rows.reduce((sum, row, i) => sum + (trust[i] as number) * (predict(row, w) - (aims[i] as number)) ** 2, 0) +
    RIDGE * w.reduce((sum, x, k) => sum + (x * (spread[k] as number)) ** 2, 0);
  let weights = [...start];
  let least = cost(weights);
  let damping = 1e-3;
  for (let step = 0; step < STEPS && damping < 1e6; step++) {
    const gradient = TERMS.map((_, k) => RIDGE * (spread[k] as number) ** 2 * (weights[k] as number));
    const curvature = TERMS.map((_, k) => TERMS.map((_, l) => (k === l ? RIDGE * (spread[k] as number) ** 2 : 0)));
    for (const [i, row] of rows.entries()) {
      const mos = predict(row, weights);
      for (let k = 0; k < row.length; k++) {
        const own = -(mos - 1) * (row[k] as number) * (trust[i] as number);
        gradient[k] = (gradient[k] as number) + own * (mos - (aims[i] as number));
        for (let l = 0; l < row.length; l++)
          (curvature[k] as number[])[l] = (curvature[k]?.[l] as number) - own * (mos - 1) * (row[l] as number);
      }
    }
    for (let k = 0; k < weights.length; k++) (curvature[k] as number[])[k] = (curvature[k]?.[k] as number) * (1 + damping) + 1e-12;
    const free = weights.map((w, k) => w > 0 || (gradient[k] as number) < 0);
    const move = solve(
      curvature.map((line, k) => line.map((x, l) => (free[k] && free[l] ? x : k === l ? 1 : 0))),
      gradient.map((g, k) => (free[k] ? -g : 0)),
    );
    const next = weights.map((w, k) => Math.max(0, w + (move[k] as number)));
    const value = cost(next);
    if (value < least) [weights, least, damping] = [next, value, damping / 2];
    else damping *= 4;
  }
  return weights;
}

function predict(row: readonly number[], weights: readonly number[]): number {
  return mosOfTerms(asTerms(row), asTerms(weights));
}

/** Solves a small symmetric positive system by elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((line, k) => [...line, right[k] as number]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows[k] as number[];
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] as number[];
      const factor = (row[k] as number) / (pivot[k] as number);
      for (let j = k; j <= n; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  const out = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const row = rows[k] as number[];
    let rest = row[n] as number;
    for (let j = k + 1; j < n; j++) rest -= (row[j] as number) * (out[j] as number);
    out[k] = rest / (row[k] as number);
  }
  return out;
}
