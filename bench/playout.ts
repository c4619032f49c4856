import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSpeechDecoder, encodeSpeech } from '../src/audio/opus.ts';
import type { OpusSettings, PlayoutSettings } from '../src/core/call-plan.ts';
import { measuredValue } from '../src/core/measurement.ts';
import type { Arrival } from '../src/core/packet.ts';
import { createRng } from '../src/core/rng.ts';
import type { Signal } from '../src/core/signal.ts';
import { type PlayoutResult, playOut } from '../src/playout/play-out.ts';
import { scoreRecording } from '../src/score/score-recording.ts';
import { arrivalsOf, burstyLoss, PAYLOAD_TYPE } from '../test/support/packets.ts';
import { cpuSeconds, readSound } from './support-data.ts';

const SPEECH: readonly string[] = ['nsd_f1', 'nsd_f2', 'nsd_m1', 'nsd_m2'];
const MODES: readonly PlayoutSettings['concealment'][] = ['neteq', 'opus', 'repeat', 'silence'];
const SEEDS: readonly number[] = [1, 2, 3];
const RUNS = 9;

const CODEC: OpusSettings = {
  name: 'opus',
  bitrateBps: 32_000,
  complexity: 9,
  fec: true,
  declaredLossRatio: 0.2,
  dtx: false,
  packetTimeMs: 20,
};

/** What the path does to a packet: how long it takes, ms, or null where it is lost. */
type Path = (seed: number, count: number) => (index: number) => number | null;

const PATHS: Readonly<Record<string, Path>> = {
  clear: () => () => 40,
  'loss 5 %': (seed, count) => bursts(0.05, 1, seed, count),
  'loss 15 %, bursts of 3': (seed, count) => bursts(0.15, 3, seed, count),
  'loss 35 %, bursts of 3': (seed, count) => bursts(0.35, 3, seed, count),
  'jitter 0-80 ms': (seed) => {
    const rng = createRng(seed);
    return () => 40 + Math.floor(rng.next() * 80);
  },
};

function bursts(lossRatio: number, meanBurst: number, seed: number, count: number): (index: number) => number | null {
  const lost = burstyLoss(count, lossRatio, meanBurst, createRng(seed));
  return (index) => (lost[index] ? null : 40);
}

interface Stream {
  readonly speech: Signal;
  readonly packets: readonly (Uint8Array | null)[];
}

async function play(
  arrivals: readonly Arrival[],
  endMs: number,
  concealment: PlayoutSettings['concealment'],
): Promise<[PlayoutResult, number]> {
  const decoder = await createSpeechDecoder();
  let result: PlayoutResult | null = null;
  const seconds = cpuSeconds(1, () => {
    result = playOut({
      arrivals,
      packetTimeMs: CODEC.packetTimeMs,
      payloadType: PAYLOAD_TYPE,
      startMs: 0,
      endMs,
      settings: { concealment, fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 },
      decoder,
    });
  });
  decoder.free();
  return [result as unknown as PlayoutResult, seconds];
}

/** Ten seconds of one talker and more, over again, as often as it takes. */
function tenSeconds(packets: Stream['packets']): Stream['packets'] {
  const long = [...packets];
  while (long.length < 10_000 / CODEC.packetTimeMs) long.push(...packets);
  return long.slice(0, 10_000 / CODEC.packetTimeMs);
}

async function speeds(stream: Stream): Promise<void> {
  const packets = tenSeconds(stream.packets);
  console.log('speed over 10 s, decoding included, times real time of CPU: best and median run');
  for (const [name, path] of Object.entries(PATHS)) {
    const cells: string[] = [];
    for (const mode of MODES) {
      const arrivals = arrivalsOf(packets, { delayMs: path(1, packets.length) });
      const times: number[] = [];
      for (let run = 0; run < RUNS; run++) times.push((await play(arrivals, 10_000, mode))[1]);
      times.sort((a, b) => a - b);
      const speed = (seconds: number | undefined): string => (10 / (seconds ?? Number.NaN)).toFixed(0);
      cells.push(`${mode} ${speed(times[0])} ${speed(times[RUNS >> 1])}`.padEnd(20));
    }
    console.log(`  ${name.padEnd(24)} ${cells.join('')}`);
  }
}

/** Over and over again, for as long as it takes. */
function lasting(packets: Stream['packets'], seconds: number): Stream['packets'] {
  const count = (seconds * 1000) / CODEC.packetTimeMs;
  return Array.from({ length: count }, (_, i) => packets[i % packets.length] ?? null);
}

/** What a call leaves in memory once it has been played out, besides its recording: the events, and what the receiver keeps. */
async function memory(stream: Stream): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return (arrayBuffers + heapUsed) / 1e6;
  };
  console.log('\nmemory after playing out 15 % loss in bursts of 3, MB: in all, and without the recording and the events');
  for (const seconds of [10, 60, 600]) {
    const packets = lasting(stream.packets, seconds);
    const arrivals = arrivalsOf(packets, { delayMs: bursts(0.15, 3, 1, packets.length) });
    const before = used();
    const [result] = await play(arrivals, seconds * 1000, 'neteq');
    const all = used() - before;
    const recording = result.signal.samples.byteLength / 1e6;
    const events = result.events.length;
    const withEvents = used();
    (result as { events: readonly unknown[] }).events = [];
    const ofEvents = withEvents - used();
    console.log(`  ${`${seconds} s`.padEnd(8)} ${all.toFixed(1)}, ${(all - recording - ofEvents).toFixed(1)} (${events} events)`);
  }
}

async function heard(streams: readonly Stream[]): Promise<void> {
  console.log('\nwhat is heard: means over talkers and seeds (ratios of samples; delay in the buffer)');
  const columns = ['concealed', 'silent', 'slowed', 'sped up', 'delay ms', 'events', 'mosLqo', 'metallic', 'discont'];
  console.log(`  ${''.padEnd(34)}${columns.map((column) => column.padStart(10)).join('')}`);
  for (const [name, path] of Object.entries(PATHS)) {
    for (const mode of MODES) {
      const rows: number[][] = [];
      for (const { speech, packets } of streams) {
        for (const seed of name === 'clear' ? [1] : SEEDS) {
          const arrivals = arrivalsOf(packets, { delayMs: path(seed, packets.length) });
          const [{ signal, stats }] = await play(arrivals, packets.length * CODEC.packetTimeMs, mode);
          const { scores } = scoreRecording(speech, signal, null);
          const total = stats.totalSamplesReceived;
          rows.push([
            stats.concealedSamples / total,
            stats.silentConcealedSamples / total,
            stats.insertedSamplesForDeceleration / total,
            stats.removedSamplesForAcceleration / total,
            (1000 * stats.jitterBufferDelay) / stats.jitterBufferEmittedCount,
            stats.concealmentEvents,
            ...(['mosLqo', 'metallic', 'discontinuity'] as const).map((id) => measuredValue(scores[id].measurement) ?? Number.NaN),
          ]);
        }
      }
      const means = columns.map((_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length);
      console.log(`  ${`${name}, ${mode}`.padEnd(34)}${means.map((mean) => mean.toFixed(3).padStart(10)).join('')}`);
    }
  }
}

/** How fast a call is played out, and what of it is heard with each concealment. */
export async function run(): Promise<void> {
  const streams: Stream[] = [];
  for (const name of SPEECH) {
    const speech = readSound(`speech/${name}.wav`);
    if (speech === null) return;
    streams.push({ speech, packets: (await encodeSpeech(speech, CODEC)).packets });
  }
  await speeds(streams[0] as Stream);
  await memory(streams[0] as Stream);
  await heard(streams);
}
