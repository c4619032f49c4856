import type { OpusSettings } from '../src/core/call-plan.ts';
import { measuredValue } from '../src/core/measurement.ts';
import { createRng } from '../src/core/rng.ts';
import type { Signal } from '../src/core/signal.ts';
import { EVIDENCE_IDS, type EvidenceId, FOUND_FROM, type SingleEnded } from '../src/core/single-ended.ts';
import { resample } from '../src/dsp/resample.ts';
import { hearAlone } from '../src/score/single-ended/hear-alone.ts';
import { type Degrade, METALLIC_KINDS, OTHER_KINDS, RATE_HZ } from '../test/support/degradations.ts';
import { readCsv } from './support-csv.ts';
import { cpuSeconds, readSound } from './support-data.ts';
import { throughOpus } from './support-opus.ts';
import { talkers16k } from './support-speech.ts';
import { areaUnderRoc } from './support-statistics.ts';

/** What each kind of damage is expected to show alone, where it is expected to show anything. */
const EXPECTED: Readonly<Record<string, readonly EvidenceId[]>> = {
  robot: ['robotization', 'constantPitch', 'buzz'],
  'lpc robot': ['robotization', 'constantPitch', 'buzz'],
  ring: ['buzz'],
  'am buzz': ['buzz'],
  'pitch plc': ['repetition'],
  'packet repeat': ['repetition'],
  gaps: ['mutes'],
  'long gaps': ['mutes'],
  clip: ['clipping'],
  white: ['noise'],
  pink: ['noise'],
  babble: ['noise'],
  hum: ['noise'],
};
/** Kinds a listener would not complain of: nothing may be found in them. */
const HARMLESS = new Set(['clean', 'gain', 'low-pass', 'high-pass', 'tilt', 'delay', 'drift', 'delay step', 'agc', 'mu-law']);
const RATED_TALKERS = ['f1', 'f2', 'm1', 'm2'];

interface Row {
  readonly kind: string;
  readonly severity: number;
  readonly talker: string;
  readonly heard: SingleEnded;
}

/**
 * The signs that need no reference: false alarms on clean talkers, what is caught of each kind of damage, how well each detector tells its own kinds from
 * harmless ones, and the cost. Arguments: `each` prints every recording; a second limits it to kinds whose name contains it.
 */
export async function run([detail = '', only = '']: string[]): Promise<void> {
  const voices = [...talkers16k(), ...ratedTalkers()];
  const rows: Row[] = [];
  const hear = (kind: string, severity: number, talker: string, signal: Signal): void => {
    const { singleEnded: heard } = hearAlone(signal);
    rows.push({ kind, severity, talker, heard });
    if (detail === 'each') console.log(`${`${kind} ${severity} ${talker}`.padEnd(44)} ${describe(heard)}`);
  };
  for (const { name, signal } of voices) {
    for (const bitrateBps of only === '' ? [32_000, 24_000] : [])
      hear(`Opus ${bitrateBps / 1000}k`, 1, name, await throughOpus(signal, opusAt(bitrateBps)));
    for (const { kind, severities } of [...OTHER_KINDS, ...METALLIC_KINDS].filter(({ kind }) => kind.includes(only))) {
      severities.forEach((degrade: Degrade, index) => {
        const samples = degrade(signal.samples, createRng(7).fork(`${name}/${kind}/${index}`));
        hear(kind, index + 1, name, { samples, sampleRateHz: RATE_HZ });
      });
    }
  }
  tellGenerators(rows, voices.length);
  tellFiles(detail);
  tellCost(voices.map(({ signal }) => signal));
}

function tellGenerators(rows: readonly Row[], talkers: number): void {
  const harmless = rows.filter(({ kind }) => HARMLESS.has(kind) || kind.startsWith('Opus'));
  const alarms = harmless.filter(({ heard }) => found(heard).length > 0);
  console.log(
    `${talkers} talkers. Harmless recordings: ${harmless.length}, not judged ${harmless.filter(({ heard }) => heard.status !== 'heard').length}, false alarms ${alarms.length}`,
  );
  for (const { kind, severity, talker, heard } of alarms) console.log(`  ${kind} ${severity} ${talker}: ${found(heard).join(' ')}`);
  console.log(`\n${'kind'.padEnd(16)} found at severity 1, 2, 3   by`);
  for (const kind of new Set(rows.map((row) => row.kind))) {
    const own = rows.filter((row) => row.kind === kind);
    const shares = [...new Set(own.map(({ severity }) => severity))].map((severity) => {
      const at = own.filter((row) => row.severity === severity);
      return (at.filter(({ heard }) => found(heard).length > 0).length / at.length).toFixed(2);
    });
    const by = EVIDENCE_IDS.map((id) => [id, own.filter(({ heard }) => found(heard).includes(id)).length / own.length] as const);
    const named = by.filter(([, share]) => share > 0).map(([id, share]) => `${id} ${share.toFixed(2)}`);
    const notHeard = own.filter(({ heard }) => heard.status !== 'heard').length;
    console.log(`${kind.padEnd(16)} ${shares.join('  ').padEnd(25)} ${named.join(', ')}${notHeard > 0 ? `; not judged: ${notHeard}` : ''}`);
  }
  console.log('\ndetector         AUC, its kinds against harmless recordings; highest harmless value, lowest of its own');
  for (const id of EVIDENCE_IDS) {
    const kinds = Object.keys(EXPECTED).filter((kind) => EXPECTED[kind]?.includes(id));
    const values = (some: readonly Row[]): number[] =>
      some.flatMap(({ heard }) => measuredValue(heard.evidence[id].parts['worst'] ?? heard.evidence[id].measurement) ?? []);
    const positives = values(rows.filter(({ kind }) => kinds.includes(kind)));
    const negatives = values(harmless);
    if (kinds.length === 0 || positives.length === 0) continue;
    console.log(
      `${id.padEnd(16)} ${areaUnderRoc(positives, negatives).toFixed(4)}   ${Math.max(...negatives).toFixed(4)}   ${Math.min(...positives).toFixed(4)}   (${kinds.join(', ')})`,
    );
  }
  const buzzing = rows.filter(({ kind, severity }) => kind === 'am buzz' || (kind === 'ring' && severity < 3) || kind === 'robot');
  const HZ: Readonly<Record<string, readonly number[]>> = { 'am buzz': [50, 33.3, 50], ring: [60, 100], robot: [100, 80, 120.3] };
  const errors = buzzing.flatMap(({ kind, severity, heard }) => {
    const hz = measuredValue(heard.evidence.buzz.parts['frequency']);
    return hz === null ? [] : [Math.abs(hz - (HZ[kind]?.[severity - 1] ?? 0))];
  });
  console.log(
    `buzz frequency: within 2 Hz in ${errors.filter((error) => error <= 2).length} of ${errors.length}, largest error ${Math.max(...errors).toFixed(1)} Hz`,
  );
  leaveOneOut(rows, harmless);
}

/** Thresholds set on all talkers but one: how far the one left out would have gone over the highest of the others. */
function leaveOneOut(rows: readonly Row[], harmless: readonly Row[]): void {
  const talkers = [...new Set(rows.map(({ talker }) => talker))];
  console.log('\ndetector         highest harmless value of each talker, against the highest of all others: most over it');
  for (const id of EVIDENCE_IDS) {
    const highest = (some: readonly Row[]): number =>
      Math.max(0, ...some.flatMap(({ heard }) => measuredValue(heard.evidence[id].parts['worst'] ?? heard.evidence[id].measurement) ?? []));
    if (harmless.every(({ heard }) => heard.evidence[id].strength === null)) continue;
    const ratios = talkers.map(
      (talker) => highest(harmless.filter((row) => row.talker === talker)) / highest(harmless.filter((row) => row.talker !== talker)),
    );
    const alarms = harmless.map(({ heard }) => heard.evidence[id].strength ?? 0);
    console.log(`${id.padEnd(16)} ${Math.max(...ratios).toFixed(2)} times; strength of the highest ${Math.max(...alarms).toFixed(3)}`);
  }
}

function tellFiles(detail: string): void {
  const byKind = new Map<string, string[][]>();
  for (const row of readCsv('artefacts/list.csv')) {
    const signal = readSound(`artefacts/${row['file']}`);
    if (signal === null) return;
    const { singleEnded } = hearAlone(signal);
    if (detail === 'each') console.log(`${String(row['file']).padEnd(44)} ${describe(singleEnded)}`);
    const kind = row['kind'] as string;
    byKind.set(kind, [...(byKind.get(kind) ?? []), singleEnded.status === 'heard' ? found(singleEnded) : [singleEnded.status]]);
  }
  console.log('\nfiles of artefacts/ in which something was found');
  for (const [kind, all] of byKind) {
    console.log(
      `${kind.padEnd(24)} ${all.filter((signs) => signs.length > 0).length} of ${all.length}   ${[...new Set(all.flat())].join(', ')}`,
    );
  }
  const rated = new Map<string, string[][]>();
  for (const row of readCsv('labelled/labels.csv')) {
    const signal = readSound(`labelled/${row['file']}`);
    if (signal === null) return;
    rated.set(row['description'] as string, [...(rated.get(row['description'] as string) ?? []), found(hearAlone(signal).singleEnded)]);
  }
  console.log('\nfiles of labelled/ in which something was found');
  for (const [kind, all] of rated)
    console.log(
      `${kind.padEnd(44)} ${all.filter((signs) => signs.length > 0).length} of ${all.length}   ${[...new Set(all.flat())].join(', ')}`,
    );
}

/** All talkers one after another, again and again: false alarms of a long recording, and what it costs. */
function tellCost(signals: readonly Signal[]): void {
  for (const seconds of [10, 60, 600]) {
    const samples = new Float32Array(seconds * RATE_HZ);
    for (let at = 0, next = 0; at < samples.length; next++) {
      const { samples: more } = signals[next % signals.length] as Signal;
      samples.set(more.subarray(0, samples.length - at), at);
      at += more.length;
    }
    let heard: SingleEnded | null = null;
    const cpu = cpuSeconds(1, () => {
      heard = hearAlone({ samples, sampleRateHz: RATE_HZ }).singleEnded;
    });
    const { rss } = process.memoryUsage();
    console.log(
      `clean talkers for ${seconds} s: ${cpu.toFixed(2)} CPU-s, ${Math.round(rss / 1e6)} MB in use, found: ${found(heard as unknown as SingleEnded).join(' ') || 'nothing'}`,
    );
  }
}

function found({ evidence }: SingleEnded): EvidenceId[] {
  return EVIDENCE_IDS.filter((id) => (evidence[id].strength ?? 0) >= FOUND_FROM);
}

function describe({ status, evidence }: SingleEnded): string {
  const cells = EVIDENCE_IDS.map((id) => {
    const { measurement, strength, kind, parts } = evidence[id];
    const value = measuredValue(parts['worst'] ?? measurement);
    return `${id.slice(0, 5)} ${value === null ? '-' : value.toFixed(3)}${strength !== null && strength >= FOUND_FROM ? '*' : ''}${kind === null ? '' : `(${kind})`}`;
  });
  return `${status} ${cells.join(' ')}`;
}

/** The references of the rated files; they are spoken by the same people as some of the talkers, in another recording. */
function ratedTalkers(): { name: string; signal: Signal }[] {
  return RATED_TALKERS.flatMap((talker) => {
    const signal = readSound(`labelled/c0_${talker}.wav`);
    return signal === null ? [] : [{ name: `c0_${talker}`, signal: resample(signal, RATE_HZ) }];
  });
}

function opusAt(bitrateBps: number): OpusSettings {
  return { name: 'opus', bitrateBps, complexity: 9, fec: false, declaredLossRatio: 0, dtx: false, packetTimeMs: 20 };
}
