import { packetHasFec } from '../audio/opus-packet.ts';
import { payloadTypesOf } from '../audio/rtp-format.ts';
import type { CallRecord } from '../core/call-record.ts';
import { type Measurement, measured, measuredValue, notApplicable } from '../core/measurement.ts';
import { DIRECTIONS, type Direction } from '../core/packet.ts';
import { shareOf } from '../core/playout-stats.ts';
import { CONFORMANCE } from '../core/report.ts';
import type { Signal } from '../core/signal.ts';
import {
  type Spread,
  WHAT_IF_SCHEMA,
  WHAT_IF_VERSION,
  type WhatIf,
  type WhatIfChange,
  type WhatIfFigures,
  type WhatIfRow,
} from '../core/what-if.ts';
import { streamOf } from '../playout/stream.ts';
import { helps, whatHelped, writeRemedy } from '../verdict/remedy.ts';
import type { DirectionAnalysis, DirectionInput } from './analyse-direction.ts';
import type { Analyser } from './analyser.ts';
import { judgeHealth } from './health.ts';
import { directionInput, withOwnReceiver } from './hear-call.ts';
import type { Host } from './host.ts';
import { mouthToEarDelay } from './report-call.ts';
import { type Resent, resendWithFec, resendWithRed } from './resend.ts';
import { readSavedCall } from './saved-call.ts';
import { AS_IT_WAS, receiverOf, type Variation, variationsOf } from './what-if-variations.ts';

/** Nobody knows when the sound card asked; the same packets so many ms later tell how far scores depend on that. Less than a tick of 10 ms. */
const SHIFTS_MS = [2, 4, 6, 8] as const;
/** The same for what seems to help: chance must not pick the winner. */
const CHECKED_SHIFTS_MS = [4, 8] as const;

/** So many directions are judged side by side, and no more recordings kept. */
const BESIDE = 2;

export interface WhatIfHooks {
  readonly signal: AbortSignal;
  /** So many directions have been judged, of so many; of null when that is not known yet. */
  onProgress(done: number, of: number | null): void;
}

/** One direction of the call, and how it was heard. */
interface Heard {
  readonly direction: Direction;
  readonly input: DirectionInput;
  readonly analysis: DirectionAnalysis;
  /** What would have arrived from other senders. */
  readonly fec: Awaited<ReturnType<typeof resendWithFec>> | null;
  readonly red: Awaited<ReturnType<typeof resendWithRed>>;
}

/**
 * Plays a saved call out in other ways: with a longer buffer, other concealment, with error correction or without, with redundancy. Which packets are
 * lost, and when the others arrive, stays as it was. Null when the signal came first. Throws UserError when the folder cannot be read.
 */
export async function tryWhatIf(directory: string, host: Host, analyser: Analyser, hooks: WhatIfHooks): Promise<WhatIf | null> {
  const saved = await readSavedCall(directory);
  const { reference } = saved;
  // What a real engine played cannot be played in another way: our own receiver plays the packets it got.
  const record = withOwnReceiver(saved.record);
  const judge = createJudge(analyser, hooks);
  const heard = await hearAsItWas(record, reference, judge, hooks.signal);
  if (heard === null) return null;
  const variations = variationsOf(record.plan.playout, record.plan.codec.name, carriesFec(record));
  judge.expect(heard.length * (1 + SHIFTS_MS.length + variations.length));

  const rows: WhatIfRow[] = [];
  for (const variation of [AS_IT_WAS, ...variations]) {
    const tried = await tryOne(variation, heard, record, judge);
    if (tried === null) return null;
    rows.push(tried);
  }
  const checked = await checkHelp(rows, heard, record, judge);
  if (checked === null) return null;
  const helped = whatHelped(checked);
  return {
    schema: WHAT_IF_SCHEMA,
    schemaVersion: WHAT_IF_VERSION,
    conformance: CONFORMANCE,
    tool: host.tool,
    replayed: directory,
    startedAt: record.startedAt,
    path: record.plan.path.name,
    unfit: judgeHealth(record.health).reason,
    rows: checked,
    reencoded: Object.fromEntries(heard.map(({ direction, fec, red }) => [direction, { fec: madeOf(fec), red: madeOf(red) }])),
    helped,
    summary: writeRemedy(checked, helped),
  };
}

/** Plays both directions out as they were, and asks what would have arrived from other senders. */
async function hearAsItWas(record: CallRecord, reference: Signal, judge: Judge, signal: AbortSignal): Promise<Heard[] | null> {
  const spoken = DIRECTIONS.filter((direction) => record.directions[direction].mediaStartMs !== null);
  const inputs = spoken.map((direction) => directionInput(direction, record, reference, record.plan.playout));
  const analyses = await judge.all(inputs);
  if (analyses === null) return null;
  const heard: Heard[] = [];
  for (const [i, direction] of spoken.entries()) {
    const fec = carriesFec(record) ? null : await resendWithFec(direction, record, reference, signal);
    const red = await resendWithRed(direction, record, reference, signal);
    heard.push({ direction, input: inputs[i] as DirectionInput, analysis: analyses[i] as DirectionAnalysis, fec, red });
  }
  return heard;
}

/** Whether any of the Opus that arrived has in-band error correction, be it within packets of redundancy. */
function carriesFec({ directions, plan: { codec } }: CallRecord): boolean {
  if (codec.name !== 'opus') return false;
  return DIRECTIONS.some((direction) =>
    streamOf(directions[direction].arrivals, payloadTypesOf(codec)).some(({ parts }) => parts.some(({ payload }) => packetHasFec(payload))),
  );
}

/** One row, without its spread. Null when the signal came first. */
async function tryOne(variation: Variation, heard: readonly Heard[], record: CallRecord, judge: Judge): Promise<WhatIfRow | null> {
  const tries = heard.map((was) => ({ direction: was.direction, input: inputOf(variation.change, was, record) }));
  const analyses = await judge.all(tries.flatMap(({ input }) => ('reason' in input ? [] : [input])));
  if (analyses === null) return null;
  const directions = tries.map(({ direction, input }): [Direction, WhatIfFigures] => [
    direction,
    'reason' in input ? noFigures(input.reason) : figuresOf(analyses.shift() as DirectionAnalysis, record),
  ]);
  return { ...variation, directions: Object.fromEntries(directions), spread: {} };
}

/** The rows with the spread of the call as it was, and of each row that seems to help. Null when the signal came first. */
async function checkHelp(
  rows: readonly WhatIfRow[],
  heard: readonly Heard[],
  record: CallRecord,
  judge: Judge,
): Promise<WhatIfRow[] | null> {
  const checked: WhatIfRow[] = [];
  for (const row of rows) {
    const spread: Partial<Record<Direction, Spread>> = {};
    for (const was of heard) {
      const { direction } = was;
      const asItWas = checked[0];
      if (asItWas !== undefined && !helps(row, asItWas, direction)) continue;
      const input = inputOf(row.change, was, record);
      if ('reason' in input) continue;
      if (asItWas !== undefined) judge.expectMore(CHECKED_SHIFTS_MS.length);
      const shifts = asItWas === undefined ? SHIFTS_MS : CHECKED_SHIFTS_MS;
      const shifted = await judge.all(shifts.map((ms) => later(input, ms)));
      if (shifted === null) return null;
      const found = spreadOf([row.directions[direction]?.mosLqo, ...shifted.map(({ scores }) => scores.scores.mosLqo.measurement)]);
      if (found !== null) spread[direction] = found;
    }
    checked.push({ ...row, spread });
  }
  return checked;
}

/** What a variation is judged from; a reason where it cannot be tried. */
function inputOf(change: WhatIfChange, was: Heard, { plan }: CallRecord): DirectionInput | { readonly reason: string } {
  const playout = receiverOf(change, plan.playout, was.analysis.playout);
  const resent: Resent<unknown> | null = change.sender === undefined ? null : change.sender === 'fec' ? was.fec : was.red;
  if (resent !== null && 'reason' in resent) return resent;
  return { ...was.input, ...(resent === null ? {} : { ...resent.types, arrivals: resent.arrivals }), playout };
}

function later(input: DirectionInput, ms: number): DirectionInput {
  return { ...input, arrivals: input.arrivals.map((arrival) => ({ ...arrival, arrivalMs: arrival.arrivalMs + ms })) };
}

function spreadOf(measurements: readonly (Measurement | undefined)[]): Spread | null {
  const moses = measurements.flatMap((measurement) => measuredValue(measurement) ?? []);
  return moses.length === 0 ? null : { low: Math.min(...moses), high: Math.max(...moses) };
}

function figuresOf({ playout, scores }: DirectionAnalysis, { plan }: CallRecord): WhatIfFigures {
  const { concealedSamples, totalSamplesReceived, jitterBufferDelay, jitterBufferEmittedCount } = playout;
  const share = (part: number | null, whole: number | null, unit: 'ratio' | 's'): Measurement => {
    const value = shareOf(part, whole);
    return value === null ? notApplicable('nothing was played') : measured(value, unit);
  };
  return {
    mosLqo: scores.scores.mosLqo.measurement,
    metallic: scores.scores.metallic.measurement,
    concealedRatio: share(concealedSamples, totalSamplesReceived, 'ratio'),
    bufferDelaySeconds: share(jitterBufferDelay, jitterBufferEmittedCount, 's'),
    mouthToEarDelaySeconds: mouthToEarDelay(scores.alignment, plan.codec.packetTimeMs),
  };
}

function noFigures(reason: string): WhatIfFigures {
  const none = notApplicable(reason);
  return { mosLqo: none, metallic: none, concealedRatio: none, bufferDelaySeconds: none, mouthToEarDelaySeconds: none };
}

function madeOf<Made>(resent: Resent<Made> | null): Made | null {
  return resent === null || 'reason' in resent ? null : resent.made;
}

interface Judge {
  /** From now on so many more directions are to come; and so many more than that. */
  expect(count: number): void;
  expectMore(count: number): void;
  /** Null when the signal came first. */
  all(inputs: readonly DirectionInput[]): Promise<DirectionAnalysis[] | null>;
}

function createJudge(analyser: Analyser, { signal, onProgress }: WhatIfHooks): Judge {
  let done = 0;
  let of: number | null = null;
  return {
    expect(count) {
      of = done + count;
    },
    expectMore(count) {
      of = (of ?? done) + count;
    },
    async all(inputs) {
      const analyses: DirectionAnalysis[] = [];
      for (let first = 0; first < inputs.length; first += BESIDE) {
        onProgress(done, of);
        const some = (await analyser.analyse(inputs.slice(first, first + BESIDE), signal)).flatMap((analysis) => analysis ?? []);
        if (signal.aborted) return null;
        analyses.push(...some);
        done += some.length;
      }
      return analyses;
    },
  };
}
