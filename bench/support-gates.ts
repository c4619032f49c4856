import { createRng } from '../src/core/rng.ts';
import { SCORE_IDS } from '../src/core/scores.ts';
import { median } from '../src/dsp/statistics.ts';
import { addNoise, pinkNoise, whiteNoise } from '../test/support/degradations.ts';
import { type Row, rowOf } from './support-acceptance.ts';
import { type SoundClass, voices } from './support-classes.ts';
import type { Talker } from './support-speech.ts';
import { areaUnderRoc, spearman } from './support-statistics.ts';

/** A figure, the limit it is held to, and how it did. */
export interface Gate {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly must: 'at-least' | 'at-most';
  readonly note?: string;
}

const CALLED = 0.5;
/** Two strengths this near one another are neither in order nor out of it. */
const TIE = 0.005;
const TOP = 0.95;

export function isMet({ value, limit, must }: Gate): boolean {
  return must === 'at-least' ? value >= limit : value <= limit;
}

/** Every gate of metrics §8.7 that can be read off rows of the held-out talkers. */
export function gatesOf(rows: readonly Row[], classes: readonly SoundClass[]): Gate[] {
  const roleOf = new Map(classes.map((one) => [one.kind, one]));
  const of = (role: string): Row[] => rows.filter((row) => roleOf.get(row.kind)?.role === role);
  const [positives, negatives] = [of('metallic'), of('other')];
  const noes = negatives.map((row) => row.metallic);
  const auc = (values: readonly number[]): number => areaUnderRoc(values, noes);
  const strong = positives.filter((row) => row.severity > 0);
  return [
    gate('metallic against all others, pooled AUC', auc(positives.map((row) => row.metallic)), 0.985),
    ...classes.filter(({ role }) => role === 'metallic').flatMap((one) => aucGates(one, rows, negatives)),
    { ...gate('false alarms at 0.5', share(negatives, isCalled), 0.03, 'at-most'), note: worst(negatives.filter(isCalled)) },
    ...classes
      .filter(({ never }) => never)
      .map(({ kind }) => {
        const own = rows.filter((row) => row.kind === kind);
        return { ...gate(`false alarms on ${kind}`, own.filter(isCalled).length, 0, 'at-most'), note: `highest ${highest(own)}` };
      }),
    { ...gate('called at 0.5, severities 2–3', share(strong, isCalled), 0.9), note: byKind(strong.filter((row) => !isCalled(row))) },
    ...concordanceGates(classes, rows),
    ...labelGates(strong, roleOf),
    ...damageGates(rows, roleOf),
    ...buzzGates(rows, roleOf),
    ...noiseGates(rows),
  ];
}

function gate(name: string, value: number, limit: number, must: Gate['must'] = 'at-least'): Gate {
  return { name, value, limit, must };
}

const isCalled = (row: Row): boolean => row.metallic > CALLED;
const share = (rows: readonly Row[], is: (row: Row) => boolean): number => rows.filter(is).length / rows.length;
const highest = (rows: readonly Row[]): string => Math.max(...rows.map((row) => row.metallic)).toFixed(2);

function aucGates({ kind, leastAuc }: SoundClass, rows: readonly Row[], negatives: readonly Row[]): Gate[] {
  const noes = negatives.map((row) => row.metallic);
  const own = rows.filter((row) => row.kind === kind);
  const means = [0, 1, 2].map((severity) => {
    const values = own.filter((row) => row.severity === severity).map((row) => row.metallic);
    return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2);
  });
  const plain: Gate = {
    ...gate(
      `${kind}, AUC`,
      areaUnderRoc(
        own.map((row) => row.metallic),
        noes,
      ),
      leastAuc,
    ),
    note: `mean ${means.join(' ')}`,
  };
  if (!kind.startsWith('opus plc')) return [plain];
  const both = (row: Row): number => Math.max(row.metallic, row.scores.discontinuity ?? 0);
  const others = negatives.filter((row) => !row.kind.includes('gaps')).map(both);
  return [plain, gate(`${kind}, AUC of the larger of metallic, discontinuity`, areaUnderRoc(own.map(both), others), 0.97)];
}

/** Share of pairs of severities of one talker's one kind that are in order; a tie counts half, and fully at the top, where there is no room. */
function concordanceGates(classes: readonly SoundClass[], rows: readonly Row[]): Gate[] {
  const order = (kinds: readonly string[]): Gate => {
    let [right, all] = [0, 0];
    const out = new Map<string, number>();
    for (const a of rows) {
      for (const b of rows) {
        if (a.kind !== b.kind || a.talker !== b.talker || a.severity >= b.severity || !kinds.includes(a.kind)) continue;
        all++;
        const rise = b.metallic - a.metallic;
        right += rise > TIE || (Math.abs(rise) <= TIE && a.metallic > TOP) ? 1 : rise < -TIE ? 0 : 0.5;
        if (rise < -TIE) out.set(a.kind, (out.get(a.kind) ?? 0) + 1);
      }
    }
    return {
      ...gate('severities in order', right / all, 0.9),
      note: [...out].map(([kind, count]) => `${kind} falls ×${count}`).join(', '),
    };
  };
  const kinds = classes.filter(({ role }) => role === 'metallic').map(({ kind }) => kind);
  const isPlc = (kind: string): boolean => kind.startsWith('opus plc');
  return [
    order(kinds.filter((kind) => !isPlc(kind))),
    { ...order(kinds.filter(isPlc)), name: 'severities in order, Opus PLC', limit: 0.75 },
  ];
}

function labelGates(strong: readonly Row[], classes: ReadonlyMap<string, SoundClass>): Gate[] {
  const wrong = strong.filter((row) => !classes.get(row.kind)?.labels.includes(row.label ?? ''));
  return [
    { ...gate('sub-type right, severities 2–3', 1 - wrong.length / strong.length, 0.8), note: byKind(wrong, (row) => row.label ?? '-') },
  ];
}

/** High-pass and tilt are mild changes of timbre, with a gate of their own. */
const MILD = new Set(['high-pass', 'tilt']);

function damageGates(rows: readonly Row[], classes: ReadonlyMap<string, SoundClass>): Gate[] {
  const known: readonly string[] = SCORE_IDS;
  // A diagnosis the tool has no score for cannot be asked of it.
  const asked = rows.filter(
    (row) => row.damage !== null && classes.get(row.kind)?.role !== 'report' && (row.kind !== 'echo' || known.includes('echo')),
  );
  const isRight = (row: Row): boolean => classes.get(row.kind)?.damages.includes(row.damage ?? '') === true;
  const of = (name: string, some: readonly Row[], limit: number): Gate => ({
    ...gate(name, share(some, isRight), limit),
    note: byKind(
      some.filter((row) => !isRight(row)),
      (row) => row.damage ?? '-',
    ),
  });
  return [
    of(
      'dominant dimension right, severities 2–3',
      asked.filter((row) => !MILD.has(row.kind)),
      0.9,
    ),
    of(
      'high-pass and tilt told as muffled',
      asked.filter((row) => MILD.has(row.kind)),
      0.8,
    ),
  ];
}

function buzzGates(rows: readonly Row[], classes: ReadonlyMap<string, SoundClass>): Gate[] {
  const errors = rows.flatMap((row) => {
    const expected = classes.get(row.kind)?.buzzHz[row.severity];
    return expected === undefined ? [] : [Math.abs((row.parts['buzzFrequency'] ?? Number.NaN) - expected)];
  });
  const note = `median ${median(errors).toFixed(2)} Hz over ${errors.length} recordings`;
  return [{ ...gate('buzz frequency, largest error, Hz', Math.max(...errors), 2, 'at-most'), note }];
}

function noiseGates(rows: readonly Row[]): Gate[] {
  const kinds: Readonly<Record<string, string>> = { white: 'white', pink: 'coloured', babble: 'babble', hum: 'hum', musical: 'musical' };
  const named = rows.filter((row) => row.severity > 0 && kinds[row.kind] !== undefined);
  const wrong = named.filter((row) => row.noiseKind !== kinds[row.kind]);
  return [
    {
      ...gate('type of noise right, severities 2–3', 1 - wrong.length / named.length, 0.9),
      note: byKind(wrong, (row) => row.noiseKind ?? '-'),
    },
  ];
}

const SNRS_DB = [40, 35, 30, 25, 20, 15, 10, 5];

/** The noise level that was read against the ratio there is, for each talker by itself: the least of their rank correlations. */
export function noiseOrder(talkers: readonly Talker[], all: readonly Talker[]): Gate[] {
  const noises: Readonly<Record<string, (talker: Talker) => Float32Array>> = {
    white: ({ name, signal }) => whiteNoise(signal.samples.length, createRng(8).fork(name)),
    pink: ({ name, signal }) => pinkNoise(signal.samples.length, createRng(8).fork(name)),
    babble: ({ name, signal }) =>
      voices(
        signal.samples.length,
        createRng(8).fork(name),
        all.filter((one) => one.name !== name),
      ),
  };
  return Object.entries(noises).map(([kind, make]) => {
    const errors: number[] = [];
    const orders = talkers.map((talker) => {
      const noise = make(talker);
      const levels = SNRS_DB.map((snr) => {
        const samples = addNoise(talker.signal.samples, noise, snr);
        const row = rowOf(talker.signal, { ...talker.signal, samples }, { kind, talker: talker.name, severity: 0 }, false);
        // No noise was found: the lowest of all readings.
        const level = row.noiseLevel ?? -120;
        if (row.noiseLevel !== null) errors.push(level + snr);
        return level;
      });
      return -spearman(levels, SNRS_DB);
    });
    const note = `reads ${Math.min(...errors).toFixed(1)} to ${Math.max(...errors).toFixed(1)} dB over −SNR`;
    return { ...gate(`noise level against SNR, ${kind}, Spearman`, Math.min(...orders), 0.98), note };
  });
}

/** How many of each kind, and what was said of them. */
function byKind(rows: readonly Row[], said: (row: Row) => string = () => ''): string {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const what = said(row) === '' ? row.kind : `${row.kind} as ${said(row)}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${what} ×${count}`).join(', ');
}

function worst(rows: readonly Row[]): string {
  return [...rows]
    .sort((a, b) => b.metallic - a.metallic)
    .slice(0, 5)
    .map((row) => `${row.kind} ${row.severity + 1} ${row.talker} ${row.metallic.toFixed(2)}`)
    .join(', ');
}
