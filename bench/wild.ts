import { locateRecording } from '../src/app/locate-recording.ts';
import { wavSource } from '../src/audio/sound-source.ts';
import { writeWav } from '../src/audio/wav.ts';
import { measuredValue } from '../src/core/measurement.ts';
import { createRng, type Rng } from '../src/core/rng.ts';
import { type RecordingScores, SCORE_IDS } from '../src/core/scores.ts';
import type { Signal } from '../src/core/signal.ts';
import { activeLevel, dbToAmplitude } from '../src/dsp/levels.ts';
import { resample } from '../src/dsp/resample.ts';
import { stretch } from '../src/dsp/stretch.ts';
import { scoreRecording } from '../src/score/score-recording.ts';
import { looksSwapped } from '../src/score/swapped.ts';
import { type Degrade, METALLIC_KINDS, OTHER_KINDS } from '../test/support/degradations.ts';
import { gaussian } from '../test/support/signals.ts';
import { talkers16k } from './support-speech.ts';

const RATE = 16_000;
const KINDS = [...METALLIC_KINDS, ...OTHER_KINDS];
const kind = (name: string, severity: number): Degrade => KINDS.find((one) => one.kind === name)?.severities[severity] as Degrade;

/** What is done to the reference before it lies in the recording. */
const DEGRADED: readonly (readonly [name: string, Degrade])[] = [
  ['clean', (x) => x.slice()],
  ['gaps 10 %', kind('gaps', 1)],
  ['concealed 16 %', kind('pitch plc', 1)],
  ['concealed 30 %', kind('pitch plc', 2)],
  ['robot', kind('robot', 0)],
  ['lpc robot', kind('lpc robot', 1)],
  ['telephone', kind('low-pass', 1)],
  ['stretched', kind('stretch', 1)],
];
const RATES = [8_000, 16_000, 22_050, 44_100, 48_000, 96_000] as const;
const DRIFTS = [0, 120, -500, 500, -60, 300] as const;
const GAINS = [0, -20, 12, -12, 20, -6] as const;
const SNRS = [30, 20, 10, 5] as const;
/** Gain, clock and lead-in beside which the scores must stand still: the bounds of the acceptance. */
const MOST_MOVED = { MOS: 0.05, score: 0.02 } as const;

/**
 * References in long recordings: share found, error of place and of clock, cost, false finds, and how far the scores move from those of the pair by itself.
 * Arguments: one part alone (finds, false, steady, swaps, cost; all), seconds of a recording (600), and how many talkers (all).
 */
export async function run([part = 'all', seconds = '600', most = '99']: string[]): Promise<void> {
  const voices = talkers16k().slice(0, Number(most));
  const asked = (name: string): boolean => part === 'all' || part === name;
  if (asked('finds')) await finds(voices, Number(seconds));
  if (asked('false')) await falseFinds(voices, Number(seconds));
  if (asked('steady')) await steadiness(voices);
  if (asked('swaps')) swaps(voices);
  if (asked('cost')) await cost();
}

type Voices = ReturnType<typeof talkers16k>;

/** A room: noise at so many dBov, with bursts of other voices and of a tune, and in it, from `at` on, the sound. Made at 16 kHz. */
function room(sound: Float32Array | null, others: Voices, seconds: number, at: number, noiseDbov: number, rng: Rng): Float32Array {
  const out = new Float32Array(Math.round(seconds * RATE));
  const level = dbToAmplitude(noiseDbov);
  for (let i = 0; i < out.length; i++) out[i] = level * gaussian(rng);
  const from = Math.round(at * RATE);
  const to = from + (sound?.length ?? 0);
  const add = (samples: Float32Array, start: number): void => {
    for (let i = 0; i < samples.length && start + i < out.length; i++) out[start + i] = (out[start + i] as number) + (samples[i] as number);
  };
  if (sound !== null) add(sound, from);
  for (let place = 2 * RATE; place < out.length; place += Math.round((4 + 12 * rng.next()) * RATE)) {
    const other = others[Math.floor(rng.next() * others.length)]?.signal.samples ?? new Float32Array(0);
    const what = rng.next() < 0.6 ? other : tune(rng);
    if (sound === null || place + what.length < from || place > to) add(what, place);
  }
  return out;
}

/** Notes of a scale with overtones. */
function tune(rng: Rng): Float32Array {
  const out = new Float32Array(6 * RATE);
  for (let note = 0; note < 20; note++) {
    const hz = 220 * 2 ** (Math.floor(20 * rng.next()) / 12);
    const start = note * 0.3 * RATE;
    for (let i = 0; i < 0.5 * RATE && start + i < out.length; i++) {
      const fade = Math.exp((-4 * i) / RATE);
      for (let k = 1; k < 5; k++)
        out[start + i] = (out[start + i] as number) + (0.08 / k) * fade * Math.sin((2 * Math.PI * k * hz * i) / RATE);
    }
  }
  return out;
}

/** The recording as a file at another rate, clock and gain; with `channels` 2 the other one holds faint noise. */
function file(samples: Float32Array, rateHz: number, ppm: number, gainDb: number, channels: 1 | 2): Uint8Array {
  const moved = ppm === 0 ? samples : stretch(samples, 1 / (1 + ppm / 1e6));
  const sound = resample({ samples: moved, sampleRateHz: RATE }, rateHz);
  const factor = dbToAmplitude(gainDb);
  const mono = sound.samples.map((x) => Math.max(-1, Math.min(1, x * factor)));
  if (channels === 1) return writeWav({ samples: mono, sampleRateHz: rateHz });
  const rng = createRng(rateHz);
  const both = new Float32Array(2 * mono.length);
  for (let i = 0; i < mono.length; i++) {
    both[2 * i] = 0.001 * rng.next();
    both[2 * i + 1] = mono[i] as number;
  }
  const wav = writeWav({ samples: both, sampleRateHz: rateHz });
  const view = new DataView(wav.buffer);
  view.setUint16(22, 2, true);
  view.setUint32(28, rateHz * 4, true);
  view.setUint16(32, 4, true);
  return wav;
}

const search = (reference: Signal, wav: Uint8Array): ReturnType<typeof locateRecording> =>
  locateRecording(
    reference,
    wavSource(wav, wav.length, 'bench.wav', 700, (offset, count) => Promise.resolve(wav.subarray(offset, offset + count))),
    { play: null },
  );

async function finds(voices: Voices, seconds: number): Promise<void> {
  console.log(`\nreferences in ${seconds} s: noise, other voices and tunes; rates, clocks, gains and channels by turns\n`);
  console.log(`${'degraded'.padEnd(16)}${'SNR'.padStart(5)}  found  lowest match  place, ms (most)  clock told  ppm (most)`);
  let turn = 0;
  for (const [name, degrade] of DEGRADED) {
    for (const snr of SNRS) {
      const matches: number[] = [];
      const places: number[] = [];
      const ppms: number[] = [];
      let tried = 0;
      for (const { name: voice, signal } of voices) {
        const rng = createRng(21).fork(`${voice}/${name}/${snr}`);
        const at = 10 + rng.next() * Math.max(0, seconds - 40);
        const noise = activeLevel(signal.samples, RATE).dbov - snr;
        const others = voices.filter((other) => other.name !== voice);
        const samples = room(degrade(signal.samples, rng), others, seconds, at, noise, rng);
        const ppm = DRIFTS[turn % DRIFTS.length] as number;
        const wav = file(
          samples,
          RATES[turn % RATES.length] as number,
          ppm,
          GAINS[(turn + Math.floor(turn / 6)) % 6] as number,
          turn % 3 === 0 ? 2 : 1,
        );
        turn++;
        tried++;
        const { located } = await search(signal, wav);
        const start = measuredValue(located.startSeconds);
        if (start === null) continue;
        const error = 1000 * (start - at * (1 + ppm / 1e6));
        if (Math.abs(error) > 500) continue;
        matches.push(measuredValue(located.match) as number);
        places.push(Math.abs(error));
        const told = measuredValue(located.driftPpm);
        if (told !== null) ppms.push(Math.abs(told - ppm));
      }
      const max = (values: number[]): string => (values.length === 0 ? '–' : Math.max(...values).toFixed(1));
      console.log(
        `${name.padEnd(16)}${`${snr}`.padStart(5)}  ${`${matches.length}/${tried}`.padEnd(5)}  ${Math.min(...matches, 1)
          .toFixed(2)
          .padEnd(12)}  ` + `${max(places).padEnd(16)}  ${`${ppms.length}/${matches.length}`.padEnd(10)}  ${max(ppms)}`,
      );
    }
  }
}

async function falseFinds(voices: Voices, seconds: number): Promise<void> {
  let found = 0;
  let highest = 0;
  for (const { name, signal } of voices) {
    const rng = createRng(22).fork(name);
    const others = voices.filter((other) => other.name !== name);
    const { located, best } = await search(signal, file(room(null, others, seconds, 0, -50, rng), RATE, 0, 0, 1));
    highest = Math.max(highest, best);
    if (located.play !== null) found++;
  }
  console.log(
    `\nfalse finds in ${seconds} s of other voices, tunes and noise: ${found} of ${voices.length}, highest similarity ${highest.toFixed(2)}`,
  );
}

/** How far scores of the copy found lie from those of the pair by itself. */
async function steadiness(voices: Voices): Promise<void> {
  console.log('\nscores of the copy against those of the pair, same rate (worst of all talkers; * over 0.02, MOS 0.05)\n');
  for (const [name, degrade] of DEGRADED) {
    const worst = new Map<string, number>();
    for (const { name: voice, signal } of voices) {
      const heard = degrade(signal.samples, createRng(23).fork(voice));
      const pairs = new Map<number, RecordingScores>();
      for (const [turn, rateHz] of RATES.entries()) {
        const ppm = DRIFTS[turn] as number;
        if (rateHz > 48_000) continue;
        const pair = pairs.get(rateHz) ?? scoreRecording(signal, resample({ samples: heard, sampleRateHz: RATE }, rateHz), null);
        pairs.set(rateHz, pair);
        const rng = createRng(24).fork(voice);
        const within = room(heard, [], 30, 11.3, -95, rng);
        const found = await search(signal, file(within, rateHz, ppm, -6, turn === 2 ? 2 : 1));
        if (found.pair === null) continue;
        const { scores } = scoreRecording(found.pair.reference, found.pair.recording, null);
        for (const id of SCORE_IDS) {
          const [a, b] = [measuredValue(pair.scores[id].measurement), measuredValue(scores[id].measurement)];
          if (a === null || b === null || id === 'levelError') continue;
          worst.set(id, Math.max(worst.get(id) ?? 0, Math.abs(a - b)));
        }
      }
    }
    const cells = [...worst].map(([id, moved]) => {
      const most = id === 'mosLqo' || id === 'visqol' ? MOST_MOVED.MOS : MOST_MOVED.score;
      return `${id} ${moved.toFixed(3)}${moved > most ? '*' : ''}`;
    });
    console.log(`${name.padEnd(16)}${cells.join('  ')}`);
  }
}

/** Files given in the wrong order, and pairs given in the right one that are taken for such. */
function swaps(voices: Voices): void {
  console.log('\nswapped files told as such, by kind; and pairs in the right order taken for swapped\n');
  let wrong = 0;
  let pairs = 0;
  for (const name of [
    'white',
    'pink',
    'babble',
    'gaps',
    'long gaps',
    'pitch plc',
    'packet repeat',
    'clip',
    'hum',
    'robot',
    'holes',
    'shift',
    'low-pass',
    'echo',
  ]) {
    let told = 0;
    for (const { name: voice, signal } of voices) {
      const recording = { samples: kind(name, 1)(signal.samples, createRng(25).fork(voice)), sampleRateHz: RATE };
      pairs++;
      if (looksSwapped(signal, recording, scoreRecording(signal, recording, null).scores)) wrong++;
      if (looksSwapped(recording, signal, scoreRecording(recording, signal, null).scores)) told++;
    }
    console.log(`${name.padEnd(16)}${told}/${voices.length}`);
  }
  console.log(`right order taken for swapped: ${wrong}/${pairs}`);
}

/** CPU time and memory of ten minutes at the highest rate, the file itself not counted. */
async function cost(): Promise<void> {
  const [voice] = talkers16k();
  if (voice === undefined) return;
  console.log('\nten minutes, two channels: CPU s, and memory beyond the file, MB');
  for (const rateHz of [16_000, 48_000, 96_000]) {
    const frames = 600 * rateHz;
    const rng = createRng(26);
    const noise = Float32Array.from({ length: rateHz }, () => 0.01 * gaussian(rng));
    const sound = resample(voice.signal, rateHz).samples;
    // As if read from a disk: made as it is asked for.
    const source = {
      sampleRateHz: rateHz,
      channels: 2,
      frames,
      read: (first: number, count: number): Promise<Float32Array[]> => {
        const length = Math.max(0, Math.min(count, frames - first));
        const samples = Float32Array.from(
          { length },
          (_, i) => (noise[(first + i) % rateHz] as number) + (sound[first + i - 300 * rateHz] ?? 0),
        );
        return Promise.resolve([samples, samples.slice()]);
      },
      warnings: () => [],
      close: () => Promise.resolve(),
    };
    globalThis.gc?.();
    const before = process.memoryUsage();
    let peak = 0;
    const start = process.cpuUsage();
    await locateRecording(voice.signal, source, {
      play: null,
      onProgress: () => {
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        peak = Math.max(peak, heapUsed + arrayBuffers);
      },
    });
    const { user, system } = process.cpuUsage(start);
    const mb = (peak - before.heapUsed - before.arrayBuffers) / 1e6;
    console.log(`${`${rateHz}`.padStart(7)} Hz  ${((user + system) / 1e6).toFixed(2)} s  ${mb.toFixed(0)} MB`);
  }
}
