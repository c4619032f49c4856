import { logistic } from '../src/dsp/statistics.ts';
import { type FeatureName, THRESHOLDS, type Threshold } from '../src/score/metallic/thresholds.ts';
import type { Row } from './support-acceptance.ts';
import type { SoundClass } from './support-classes.ts';

export type Thresholds = Readonly<Record<FeatureName, Threshold>>;

const NAMES = Object.keys(THRESHOLDS) as FeatureName[];
/** Which features make one sub-score: its strength is the largest of theirs. */
const GROUPS: readonly { readonly features: readonly FeatureName[]; readonly most: number }[] = [
  { features: ['buzzLine'], most: 1 },
  { features: ['monoPitchShare', 'monoHighBand'], most: 1 },
  { features: ['repShare'], most: 1 },
  { features: ['toneShare'], most: 1 },
  { features: ['combRipple'], most: 1 },
  { features: ['coarseMismatch', 'coarseHoles'], most: 1 },
  { features: ['musicalIslands'], most: 1 },
  { features: ['warpRate'], most: 0.8 },
];
/** Centres are tried from half to twice their value, widths at these shares of the centre. */
const FACTORS: readonly number[] = Array.from({ length: 29 }, (_, i) => 2 ** ((i - 14) / 14));
const WIDTHS: readonly number[] = [0.08, 0.1, 0.125, 0.16, 0.2];
const ROUNDS = 4;
/** A chance no model may claim to be surer than. */
const LEAST_CHANCE = 0.002;
/** A milder example is worth so much of a plain one: it need not be heard. */
const MILD_WEIGHT = 0.3;
/** Moving a threshold to half or twice its value must gain so much of the loss: where data say little, it stays. */
const STAY = 0.01;

/** The metallic score these features give under some thresholds. */
export function metallicOf(row: Row, thresholds: Thresholds): number {
  let rest = 1;
  for (const { features, most } of GROUPS) {
    let strength = 0;
    for (const name of features) {
      const value = row.parts[name];
      if (value !== undefined && !Number.isNaN(value))
        strength = Math.max(strength, logistic(value, thresholds[name].centre, thresholds[name].width));
    }
    rest *= 1 - most * strength;
  }
  return 1 - rest;
}

/**
 * Thresholds with the least mean logarithmic loss over rows, every kind weighing the same within its side and both sides the same: one after the
 * other over a grid, a few rounds. A pull towards the present ones keeps those that the rows say nothing about.
 */
export function fitThresholds(rows: readonly Row[], classes: readonly SoundClass[]): Thresholds {
  const weighed = weights(rows, classes);
  let best: Record<FeatureName, Threshold> = { ...THRESHOLDS };
  let least = lossOf(weighed, best);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of NAMES) {
      for (const factor of FACTORS) {
        for (const width of WIDTHS) {
          const centre = THRESHOLDS[name].centre * factor;
          const tried = { ...best, [name]: { centre, width: centre * width } };
          const loss = lossOf(weighed, tried);
          if (loss >= least - 1e-6) continue;
          least = loss;
          best = tried;
        }
      }
    }
  }
  return best;
}

interface Weighed {
  readonly row: Row;
  readonly isMetallic: boolean;
  readonly weight: number;
}

function weights(rows: readonly Row[], classes: readonly SoundClass[]): Weighed[] {
  const roles = new Map(classes.map(({ kind, role }) => [kind, role]));
  const out: Weighed[] = [];
  for (const isMetallic of [true, false]) {
    const side = rows.filter((row) => roles.get(row.kind) === (isMetallic ? 'metallic' : 'other'));
    const kinds = new Set(side.map((row) => row.kind));
    for (const row of side) {
      const mild = isMetallic && row.severity === 0 ? MILD_WEIGHT : 1;
      out.push({ row, isMetallic, weight: (0.5 * mild) / (kinds.size * side.filter((one) => one.kind === row.kind).length) });
    }
  }
  return out;
}

function lossOf(rows: readonly Weighed[], thresholds: Thresholds): number {
  const pull = NAMES.reduce((sum, name) => sum + Math.log2(thresholds[name].centre / THRESHOLDS[name].centre) ** 2, 0);
  return rows.reduce((sum, { row, isMetallic, weight }) => {
    const value = metallicOf(row, thresholds);
    return sum - weight * Math.log(Math.max(LEAST_CHANCE, isMetallic ? value : 1 - value));
  }, STAY * pull);
}
