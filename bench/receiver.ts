import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Analyser, openAnalyser } from '../src/app/analyser.ts';
import { hearCall, withOwnReceiver } from '../src/app/hear-call.ts';
import { machineHost } from '../src/app/host.ts';
import { runCall } from '../src/app/run.ts';
import { readSavedCall } from '../src/app/saved-call.ts';
import { createCallDecoder } from '../src/audio/call-codec.ts';
import { payloadTypesOf } from '../src/audio/rtp-format.ts';
import { resolveRunSettings } from '../src/config/run-settings.ts';
import type { CallRecord } from '../src/core/call-record.ts';
import { measuredValue } from '../src/core/measurement.ts';
import type { ReceiverStats } from '../src/core/playout-stats.ts';
import { enginePlayout } from '../src/playout/engine-playout.ts';
import { playOut } from '../src/playout/play-out.ts';
import { TRACES } from './support-traces.ts';

const ENGINES = ['chromium', 'libwebrtc'] as const;

/** Both receivers' figures of one trace: the engine's, then ours. */
type Pair = readonly [number, number];

/** What is set side by side, its unit, and how it is written. */
const COLUMNS: readonly (readonly [name: string, digits: number])[] = [
  ['concealed %', 1],
  ['silent %', 1],
  ['delay ms', 0],
  ['target ms', 0],
  ['inserted %', 2],
  ['removed %', 2],
  ['events', 0],
  ['mosLqo', 2],
  ['metallic', 2],
];

/**
 * Sends the same packets at the same times to a real engine and to our receiver, a trace after the other, and prints what each made of them.
 * Arguments: `chromium` or `libwebrtc` (both when neither is named), names of traces, `seed=N` (default 1), `reference=FILE`.
 */
export async function run(args: string[]): Promise<void> {
  const option = (name: string): string | undefined => args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
  const seed = option('seed') ?? '1';
  const reference = option('reference');
  const engines = ENGINES.filter((engine) => args.includes(engine));
  const names = Object.keys(TRACES).filter((name) => args.includes(name));
  const folder = await mkdtemp(join(tmpdir(), 'callprobe-receiver-'));
  const analyser = openAnalyser(2);
  try {
    for (const engine of engines.length > 0 ? engines : ENGINES) {
      const rows: Pair[][] = [];
      for (const name of names.length > 0 ? names : Object.keys(TRACES)) {
        const output = join(folder, `${engine}-${rows.length}`);
        const flags = { path: `up rtp ${TRACES[name]}`, callee: engine, seed, output, ...(reference === undefined ? {} : { reference }) };
        const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
        const { report } = await runCall(resolveRunSettings(flags), machineHost(`${process.cwd()}/`), analyser, hooks);
        if (rows.length === 0) heading(report.peers?.callee ?? engine, seed);
        const row = await compare(output, analyser);
        rows.push(row);
        console.log(name.padEnd(20) + row.map(([a, b], i) => cell(a, b, COLUMNS[i]?.[1] ?? 0)).join(''));
        if (report.health?.valid === false) console.log(`  (the machine was not fit: ${report.health.reason})`);
        await rm(output, { recursive: true });
      }
      overall(rows);
    }
  } finally {
    await analyser.close();
    await rm(folder, { recursive: true });
  }
}

function heading(engine: string, seed: string): void {
  console.log(`\nthe same packets at the same times: ${engine}, then ours (seed ${seed})`);
  console.log(''.padEnd(20) + COLUMNS.map(([name]) => name.padStart(15)).join(''));
}

function cell(a: number, b: number, digits: number): string {
  return `${a.toFixed(digits)} ${b.toFixed(digits)}`.padStart(15);
}

/** One call, as the engine played it and as ours does. Counts are from the first packet to the end of the speech. */
async function compare(directory: string, analyser: Analyser): Promise<Pair[]> {
  const { record, reference } = await readSavedCall(directory);
  const signal = new AbortController().signal;
  const theirs = await hearCall(record, reference, analyser, signal);
  const ours = await hearCall(withOwnReceiver(record), reference, analyser, signal);
  const score = (analyses: typeof ours, id: 'mosLqo' | 'metallic'): number =>
    measuredValue(analyses.up?.scores.scores[id].measurement) ?? Number.NaN;
  const engineFigures = figures(enginePlayout(record.directions.up.engine?.heard ?? null, 0, 0).stats);
  const ourFigures = figures(await playWhole(record));
  return [
    ...engineFigures.map((value, i): Pair => [value, ourFigures[i] ?? Number.NaN]),
    ...(['mosLqo', 'metallic'] as const).map((id): Pair => [score(theirs, id), score(ours, id)]),
  ];
}

/** Our receiver over all of the speech, the silence before and after it included, as the engine counts. */
async function playWhole({ directions: { up }, plan }: CallRecord): Promise<ReceiverStats> {
  const decoder = await createCallDecoder(plan.codec);
  const startMs = up.mediaStartMs ?? 0;
  const spokenMs = plan.leadInMs + plan.stimuli.up.seconds * 1000 + plan.tailMs;
  try {
    return playOut({
      arrivals: up.arrivals,
      packetTimeMs: plan.codec.packetTimeMs,
      ...payloadTypesOf(plan.codec),
      startMs,
      endMs: startMs + spokenMs,
      settings: plan.playout,
      decoder,
    }).stats;
  } finally {
    decoder.free();
  }
}

function figures(stats: ReceiverStats): number[] {
  const number = (value: number | null): number => value ?? Number.NaN;
  const total = number(stats.totalSamplesReceived);
  const emitted = number(stats.jitterBufferEmittedCount);
  return [
    (100 * number(stats.concealedSamples)) / total,
    (100 * number(stats.silentConcealedSamples)) / total,
    (1000 * number(stats.jitterBufferDelay)) / emitted,
    (1000 * number(stats.jitterBufferTargetDelay)) / emitted,
    (100 * number(stats.insertedSamplesForDeceleration)) / total,
    (100 * number(stats.removedSamplesForAcceleration)) / total,
    number(stats.concealmentEvents),
  ];
}

/** How far the two are apart: over all traces, on the mean, and where they are furthest. */
function overall(rows: readonly Pair[][]): void {
  for (const [i, [name, digits]] of COLUMNS.entries()) {
    const pairs = rows.map((row) => row[i] as Pair);
    const differences = pairs.map(([a, b]) => b - a);
    const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
    const meanSize = differences.reduce((sum, d) => sum + Math.abs(d), 0) / differences.length;
    const most = differences.reduce((far, d) => (Math.abs(d) > Math.abs(far) ? d : far), 0);
    const write = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits + 1)}`;
    console.log(
      `  ours minus theirs, ${name.padEnd(12)} mean ${write(mean)}, mean size ${write(meanSize).slice(1)}, furthest ${write(most)}`,
    );
  }
}
