import { median } from '../src/dsp/statistics.ts';
import type { Row } from './support-acceptance.ts';
import type { SoundClass } from './support-classes.ts';
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
    ...classes.filter(({ role }) => role === 'metallic').flatMap((one) => aucGates(one, rows, noes)),
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
    ...noiseGates(rows, roleOf),
  ];
}

function gate(name: string, value: number, limit: number, must: Gate['must'] = 'at-least'): Gate {
  return { name, value, limit, must };
}

const isCalled = (row: Row): boolean => row.metallic > CALLED;
const share = (rows: readonly Row[], is: (row: Row) => boolean): number => rows.filter(is).length / rows.length;
const highest = (rows: readonly Row[]): string => Math.max(...rows.map((row) => row.metallic)).toFixed(2);

function aucGates({ kind, leastAuc }: SoundClass, rows: readonly Row[], noes: readonly number[]): Gate[] {
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
  return [plain];
}

/** Share of pairs of severities of one talker's one kind that are in order, ties counted half. */
function concordanceGates(classes: readonly SoundClass[], rows: readonly Row[]): Gate[] {
  const pairs = (kinds: readonly string[]): { right: number; all: number } => {
    let [right, all] = [0, 0];
    for (const a of rows) {
      for (const b of rows) {
        if (a.kind !== b.kind || a.talker !== b.talker || a.severity >= b.severity || !kinds.includes(a.kind)) continue;
        all++;
        const rise = b.metallic - a.metallic;
        right += rise > TIE ? 1 : rise < -TIE ? 0 : 0.5;
      }
    }
    return { right, all };
  };
  const saturates = (a: Row): boolean => a.metallic > 1 - TIE;
  // A kind that is at the top from its mildest on has no order to keep.
  const ordered = classes.filter(
    ({ role, kind }) => role === 'metallic' && !rows.filter((row) => row.kind === kind && row.severity === 0).every(saturates),
  );
  const kinds = ordered.map(({ kind }) => kind);
  const isPlc = (kind: string): boolean => kind.startsWith('opus plc');
  const rest = pairs(kinds.filter((kind) => !isPlc(kind)));
  const plc = pairs(kinds.filter(isPlc));
  return [
    { ...gate('severities in order', rest.right / rest.all, 0.9), note: `kinds not at the top from the first: ${kinds.join(', ')}` },
    gate('severities in order, Opus PLC', plc.right / plc.all, 0.75),
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
  const asked = rows.filter((row) => row.severity > 0 && row.damage !== null && classes.get(row.kind)?.role !== 'report');
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

function noiseGates(rows: readonly Row[], classes: ReadonlyMap<string, SoundClass>): Gate[] {
  const of = (kinds: readonly string[]): Row[] => rows.filter((row) => kinds.includes(row.kind) && row.noiseLevel !== null);
  const order = (some: readonly Row[]): number =>
    -spearman(
      some.map((row) => row.noiseLevel as number),
      some.map((row) => classes.get(row.kind)?.snrDb[row.severity] as number),
    );
  const kinds: Readonly<Record<string, string>> = { white: 'white', pink: 'white', babble: 'babble', hum: 'hum', musical: 'musical' };
  const named = rows.filter((row) => row.severity > 0 && kinds[row.kind] !== undefined);
  const wrong = named.filter((row) => row.noiseKind !== kinds[row.kind]);
  return [
    gate('noise level against SNR, white, Spearman', order(of(['white'])), 0.98),
    gate('noise level against SNR, pink, Spearman', order(of(['pink'])), 0.98),
    gate('noise level against SNR, babble, Spearman', order(of(['babble'])), 0.98),
    {
      ...gate('type of noise right, severities 2–3', 1 - wrong.length / named.length, 0.9),
      note: byKind(wrong, (row) => row.noiseKind ?? '-'),
    },
  ];
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
