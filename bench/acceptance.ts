import { createRng } from '../src/core/rng.ts';
import type { ScoreId } from '../src/core/scores.ts';
import type { Signal } from '../src/core/signal.ts';
import { resample } from '../src/dsp/resample.ts';
import { type FeatureName, THRESHOLDS } from '../src/score/metallic/thresholds.ts';
import * as other from '../test/support/degradations.ts';
import * as loss from '../test/support/lossy.ts';
import { tremble } from '../test/support/robots.ts';
import { COMPARED, measure, type Row, rowOf, withPauses } from './support-acceptance.ts';
import { soundClasses } from './support-classes.ts';
import { type Gate, gatesOf, isMet, noiseOrder } from './support-gates.ts';
import { type Talker, talkers16k } from './support-speech.ts';
import { areaUnderRoc } from './support-statistics.ts';
import { fitThresholds, metallicOf } from './support-threshold-fit.ts';

/** Thresholds are looked for on the first half and told of on the second: a woman, a man and another language in each. */
const TUNING = ['nsd_f1', 'nsd_m1', 'es_mls_13697_0'];
const HELD_OUT = ['nsd_f2', 'nsd_m2', 'ja_common_voice_24511055'];

/**
 * The acceptance table of the metallic score and the dimensions beside it: generators of every kind at three severities, thresholds fixed on
 * one half of the talkers, the gates read off the other. `fit` as the argument looks for thresholds on the first half, prints them beside
 * those in use, and what either would do to the second. `kinds NAME` prints the rows of kinds whose name holds NAME.
 */
export async function run([what = '', name = '']: string[]): Promise<void> {
  const all = talkers16k();
  const talkers = all.map(({ name: of, signal }) => ({ name: of, signal: withPauses(signal) }));
  const half = (names: readonly string[]): Talker[] => talkers.filter((talker) => names.includes(talker.name));
  if (half([...TUNING, ...HELD_OUT]).length < TUNING.length + HELD_OUT.length)
    return console.log('the talkers of ../shared/data/speech are needed');
  if (what === 'fit') return showFit(await rowsOf(half(TUNING), all, false), await rowsOf(half(HELD_OUT), all, false));
  if (what === 'kinds') return showKinds(await rowsOf(half([...TUNING, ...HELD_OUT]), all, true, name));
  const rows = await rowsOf(half(HELD_OUT), all, true);
  console.log(`thresholds fixed on ${TUNING.join(', ')}; figures of ${HELD_OUT.join(', ')}\n`);
  const gates = [...gatesOf(rows, soundClasses()), ...noiseOrder(half(HELD_OUT), all), ...invariances(half(HELD_OUT))];
  for (const gate of gates) showGate(gate);
  const missed = gates.filter((gate) => !isMet(gate));
  console.log(
    `\n${gates.length - missed.length} of ${gates.length} met${missed.length > 0 ? `; missed: ${missed.map((gate) => gate.name).join('; ')}` : ''}`,
  );
}

async function rowsOf(talkers: readonly Talker[], all: readonly Talker[], diagnose: boolean, only = ''): Promise<Row[]> {
  const classes = soundClasses().filter(({ kind }) => kind.includes(only));
  const rows: Row[] = [];
  const count = talkers.length * classes.reduce((sum, { severities }) => sum + severities.length, 0);
  for (const talker of talkers) {
    const others = all.filter((one) => one.name !== talker.name);
    for (const sound of classes) {
      for (let severity = 0; severity < sound.severities.length; severity++) {
        // The mean opinion score takes as long as all else; the mildest are not asked what is wrong with them.
        rows.push(await measure(talker, others, sound, severity, diagnose && severity > 0));
        showProgress(rows.length, count);
      }
    }
  }
  return rows;
}

function showProgress(done: number, count: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done < count ? `\r${done} of ${count} recordings` : '\r\u001b[K');
}

function showGate(gate: Gate): void {
  const { name, value, limit, must, note } = gate;
  const figure = value.toFixed(Math.abs(value) >= 100 ? 1 : 4);
  console.log(
    `${isMet(gate) ? 'met   ' : 'MISSED'} ${name.padEnd(46)} ${figure.padStart(8)} ${must === 'at-least' ? '>=' : '<='} ${limit}${note ? `   ${note}` : ''}`,
  );
}

function showKinds(rows: readonly Row[]): void {
  for (const row of rows) {
    const features = Object.keys(THRESHOLDS).map((feature) => `${feature} ${(row.parts[feature] ?? Number.NaN).toFixed(3)}`);
    console.log(
      `${`${row.kind} ${row.severity + 1}`.padEnd(18)} ${row.talker.padEnd(26)} ${row.metallic.toFixed(3)} ${(row.label ?? '-').padEnd(8)} ${(row.damage ?? '-').padEnd(10)} ${features.join('  ')}  ${Object.entries(
        row.scores,
      )
        .map(([id, value]) => `${id} ${value.toFixed(2)}`)
        .join(' ')}  ${row.noiseKind ?? ''}`,
    );
  }
}

function showFit(tuning: readonly Row[], heldOut: readonly Row[]): void {
  const classes = soundClasses();
  const fitted = fitThresholds(tuning, classes);
  console.log('feature           in use: centre    width   fitted: centre    width');
  for (const feature of Object.keys(THRESHOLDS) as FeatureName[]) {
    const numbers = [THRESHOLDS[feature], fitted[feature]].flatMap(({ centre, width }) => [centre, width]);
    console.log(`${feature.padEnd(18)} ${numbers.map((value) => value.toPrecision(3).padStart(12)).join('')}`);
  }
  for (const [name, rows] of [
    ['tuning half', tuning],
    ['other half', heldOut],
  ] as const) {
    for (const [which, thresholds] of [
      ['in use', THRESHOLDS],
      ['fitted', fitted],
    ] as const) {
      const of = (role: string): number[] =>
        rows.filter((row) => classes.find(({ kind }) => kind === row.kind)?.role === role).map((row) => metallicOf(row, thresholds));
      const [positives, negatives] = [of('metallic'), of('other')];
      const over = (values: readonly number[]): string => (values.filter((value) => value > 0.5).length / values.length).toFixed(3);
      console.log(
        `${name}, ${which}: AUC ${areaUnderRoc(positives, negatives).toFixed(4)}, called ${over(positives)}, false alarms ${over(negatives)}`,
      );
    }
  }
}

/** What must not move a score, and how far it may: MOS 0.05, the others 0.02, the metallic score under gain and delay 0.01. */
function invariances(talkers: readonly Talker[]): Gate[] {
  const changes: Readonly<Record<string, (signal: Signal) => Signal>> = {
    'gain +12 dB': (signal) => ({ ...signal, samples: other.gain(signal.samples, 12) }),
    'gain −12 dB': (signal) => ({ ...signal, samples: other.gain(signal.samples, -12) }),
    'delay of 130 ms': (signal) => ({ ...signal, samples: other.delay(signal.samples, 130) }),
    'delay of 500 ms': (signal) => ({ ...signal, samples: other.delay(signal.samples, 500) }),
    'lead-in of 2 s': (signal) => ({ ...signal, samples: other.delay(signal.samples, 2000) }),
    '8 kHz, of a telephone band': (signal) => resample(signal, 8000),
    '44.1 kHz': (signal) => resample(signal, 44_100),
    '48 kHz': (signal) => resample(signal, 48_000),
  };
  const telephone = (x: Float32Array): Float32Array => other.lowPass(other.lowPass(x, 3200), 3200);
  const bases: readonly ((x: Float32Array, name: string) => Float32Array)[] = [
    (x) => x,
    (x, name) => loss.pitchRepeat(x, createRng(8).fork(name), 0.05, 2),
    (x) => tremble(x, 50, 0.15),
    (x, name) => other.addNoise(x, other.whiteNoise(x.length, createRng(8).fork(name)), 25),
    (x, name) => loss.cutOut(x, createRng(8).fork(name), 0.05, 20, 60),
  ];
  const known = new Map<string, Row>();
  return Object.entries(changes).flatMap(([name, change]) => {
    const narrow = name.startsWith('8 kHz');
    const moved = new Map<ScoreId, number>();
    for (const { name: talker, signal } of talkers) {
      for (const [i, base] of bases.entries()) {
        const samples = base(signal.samples, talker);
        const plain: Signal = { ...signal, samples: narrow ? telephone(samples) : samples };
        const of = { kind: name, talker, severity: 0 };
        const key = `${talker} ${i} ${narrow}`;
        const before = known.get(key) ?? rowOf(signal, plain, of, true);
        known.set(key, before);
        const after = rowOf(signal, change(plain), of, true);
        for (const id of COMPARED) {
          // A gain is what this score is about.
          if (id === 'levelError' && name.startsWith('gain')) continue;
          const step = Math.abs((after.scores[id] ?? Number.NaN) - (before.scores[id] ?? Number.NaN));
          if (!Number.isNaN(step)) moved.set(id, Math.max(moved.get(id) ?? 0, step));
        }
      }
    }
    const strict = name.startsWith('gain') || name.startsWith('delay');
    const worst = [...moved].filter(([id]) => id !== 'mosLqo').sort((a, b) => b[1] - a[1])[0];
    const gates: Gate[] = [
      { name: `${name}: metallic moves`, value: moved.get('metallic') ?? Number.NaN, limit: strict ? 0.01 : 0.02, must: 'at-most' },
      { name: `${name}: any score moves`, value: worst?.[1] ?? Number.NaN, limit: 0.02, must: 'at-most', note: worst?.[0] ?? '' },
      { name: `${name}: mosLqo moves`, value: moved.get('mosLqo') ?? Number.NaN, limit: 0.05, must: 'at-most' },
    ];
    return gates;
  });
}
