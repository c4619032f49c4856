import { createSpeechDecoder, encodeSpeech } from '../src/audio/opus.ts';
import type { OpusSettings, PlayoutSettings } from '../src/core/call-plan.ts';
import { createRng } from '../src/core/rng.ts';
import type { Signal } from '../src/core/signal.ts';
import { type EvidenceId, foundSigns } from '../src/core/single-ended.ts';
import { resample } from '../src/dsp/resample.ts';
import { playOut } from '../src/playout/play-out.ts';
import { hearAlone } from '../src/score/single-ended/hear-alone.ts';
import { addNoise, lowPass, whiteNoise } from '../test/support/degradations.ts';
import { arrivalsOf, burstyLoss, PAYLOAD_TYPE } from '../test/support/packets.ts';
import { throughOpus } from './support-opus.ts';
import { talkers } from './support-speech.ts';

const MODES: readonly PlayoutSettings['concealment'][] = ['neteq', 'opus', 'repeat', 'silence'];
const LOSSES: readonly (readonly [number, number])[] = [
  [0, 1],
  [0.1, 2],
  [0.2, 3],
];
const RATE_HZ = 16_000;
/** What a recording goes through before it is judged. */
const AFTERWARDS: Readonly<Record<string, (signal: Signal, label: string) => Signal | Promise<Signal>>> = {
  'as played': (signal) => signal,
  'telephone band': (signal) => of(lowPass(at16k(signal), 3400)),
  'noise 35 dB under': (signal, label) => of(addNoise(at16k(signal), whiteNoise(at16k(signal).length, createRng(3).fork(label)), 35)),
  'Opus 64k again': (signal) => throughOpus(signal, { ...codec(64_000), fec: false, declaredLossRatio: 0 }),
  'a room of 0.5 s': (signal, label) => of(room(at16k(signal), 0.5, label)),
};

/** Talkers in which something was found in one kind of call, and what. */
interface Tally {
  readonly signs: EvidenceId[][];
  notHeard: number;
}

/**
 * The signs that need no reference in what our receiver plays of lossy calls, as played and after what recordings go through: number of talkers in which
 * something is found. Without loss, what is found is a false alarm. The argument limits it to talkers whose name contains it.
 */
export async function run([only = '']: string[]): Promise<void> {
  const voices = talkers().filter(({ name }) => name.includes(only));
  const tallies = new Map<string, Tally>();
  for (const { name: talker, signal } of voices) {
    for (const [ratio, burst] of LOSSES) {
      for (const mode of ratio === 0 ? (['neteq'] as const) : MODES) {
        const played = await playLossy(signal, ratio, burst, mode, talker);
        for (const [afterwards, change] of Object.entries(AFTERWARDS)) {
          const { singleEnded } = hearAlone(await change(played, talker));
          const label = `${afterwards.padEnd(20)} ${ratio === 0 ? 'no loss' : `${Math.round(100 * ratio)} % lost in bursts of ${burst}, ${mode}`}`;
          const tally = tallies.get(label) ?? { signs: [], notHeard: 0 };
          if (singleEnded.status !== 'heard') tally.notHeard++;
          tally.signs.push(foundSigns(singleEnded));
          tallies.set(label, tally);
        }
      }
    }
  }
  for (const [label, { signs, notHeard }] of [...tallies].sort(([a], [b]) => a.slice(0, 20).localeCompare(b.slice(0, 20)))) {
    const count = signs.filter((found) => found.length > 0).length;
    const by = [...new Set(signs.flat())].map((id) => `${id} ${signs.filter((found) => found.includes(id)).length}`);
    console.log(`${label.padEnd(58)} ${count} of ${signs.length}   ${by.join(', ')}${notHeard > 0 ? `; not judged: ${notHeard}` : ''}`);
  }
}

function codec(bitrateBps: number): OpusSettings {
  return { name: 'opus', bitrateBps, complexity: 9, fec: true, declaredLossRatio: 0.1, dtx: false, packetTimeMs: 20 };
}

async function playLossy(
  speech: Signal,
  ratio: number,
  burst: number,
  concealment: PlayoutSettings['concealment'],
  label: string,
): Promise<Signal> {
  const { packets } = await encodeSpeech(resample(speech, 48_000), codec(32_000));
  const lost = ratio === 0 ? [] : burstyLoss(packets.length, ratio, burst, createRng(5).fork(label));
  const decoder = await createSpeechDecoder();
  const settings = { concealment, fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 };
  const arrivals = arrivalsOf(packets, { delayMs: (index) => (lost[index] ? null : 40) });
  const { signal } = playOut({
    arrivals,
    packetTimeMs: 20,
    payloadType: PAYLOAD_TYPE,
    startMs: 0,
    endMs: packets.length * 20,
    settings,
    decoder,
  });
  decoder.free();
  return signal;
}

/** Exponentially fading noise as the answer of a room, 6 dB under the direct sound. */
function room(x: Float32Array, fadeSeconds: number, label: string): Float32Array {
  const length = Math.round(fadeSeconds * RATE_HZ);
  const answer = whiteNoise(length, createRng(9).fork(label)).map((v, i) => v * 10 ** ((-3 * i) / length));
  const energy = Math.sqrt(answer.reduce((sum, v) => sum + v * v, 0));
  const out = x.slice();
  for (let n = 0; n < length; n += 16) {
    const weight = (0.5 * 4 * (answer[n] as number)) / energy;
    for (let i = n + 80; i < out.length; i++) out[i] = (out[i] as number) + weight * (x[i - n - 80] as number);
  }
  return out;
}

function at16k(signal: Signal): Float32Array {
  return resample(signal, RATE_HZ).samples;
}

function of(samples: Float32Array): Signal {
  return { samples, sampleRateHz: RATE_HZ };
}
