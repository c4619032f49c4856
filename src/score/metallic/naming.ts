import { measuredValue } from '../../core/measurement.ts';
import { type SubScore, strengthOf } from './sub-score.ts';

export type SubScoreName = 'buzz' | 'mono' | 'rep' | 'tone' | 'comb' | 'coarse' | 'musical' | 'warp';
export type SubScores = Readonly<Record<SubScoreName, SubScore>>;

/** A part is there from this strength on. */
const PRESENT = 0.5;
/** A comb leaves a voice's harmonics where they were, a robot puts its own in their place: there is a buzz, or the mismatch is larger than this. */
const HARMONICS_REPLACED = 0.7;
/** Named when nothing more telling is there, the one furthest over its threshold. `comb` among them: aliases ripple a little, too. */
const PLAIN: readonly SubScoreName[] = ['tone', 'coarse', 'mono', 'warp', 'comb'];

/**
 * The part to name a metallic voice by. Strengths saturate, and a strong artefact sets off several: named is the one that explains the others.
 *
 * 1. A comb that is clearer than any alias tone and leaves the harmonics in place: it brings periodicity and lines of its own.
 * 2. One pitch for much of the speech: a buzz where its line shows, else `mono`. It repeats itself, and ripples at its own period.
 * 3. Verbatim repetition: it buzzes at the packet rate, and brings lines.
 * 4. Musical noise, which has islands nothing else makes; then a buzz.
 * 5. What is left, the one furthest over its threshold.
 * Where none is present by itself, the strongest. Null when nothing could be measured.
 */
export function nameOf(subScores: SubScores): SubScoreName | null {
  const isThere = (name: SubScoreName): boolean => (subScores[name].strength ?? 0) >= PRESENT;
  const feature = (name: SubScoreName, of: string): number => measuredValue(subScores[name].features[of]) ?? 0;
  const replaced = isThere('buzz') || feature('coarse', 'coarseMismatch') > HARMONICS_REPLACED;
  if (isThere('comb') && !replaced && subScores.comb.times > subScores.tone.times) return 'comb';
  if (strengthOf('monoPitchShare', feature('mono', 'monoPitchShare')) >= PRESENT) return isThere('buzz') ? 'buzz' : 'mono';
  for (const name of ['rep', 'musical', 'buzz'] as const) if (isThere(name)) return name;
  const names = Object.keys(subScores) as SubScoreName[];
  const present = PLAIN.filter(isThere);
  if (present.length > 0) return present.reduce((a, b) => (subScores[b].times > subScores[a].times ? b : a));
  const measured = names.filter((name) => subScores[name].strength !== null);
  return measured.length === 0
    ? null
    : measured.reduce((a, b) => ((subScores[b].strength as number) > (subScores[a].strength as number) ? b : a));
}
