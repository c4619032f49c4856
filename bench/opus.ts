import type { OpusSettings } from '../src/core/call-plan.ts';
import { measuredValue } from '../src/core/measurement.ts';
import { createRng } from '../src/core/rng.ts';
import type { Signal } from '../src/core/signal.ts';
import { resample } from '../src/dsp/resample.ts';
import { scoreRecording } from '../src/score/score-recording.ts';
import { gilbertLosses, pitchRepeat } from '../test/support/lossy.ts';
import { throughOpus } from './support-opus.ts';
import { talkers } from './support-speech.ts';

const PACKET_MS = 20;

/**
 * Opus as it is used in a call: without loss by bitrate, and with bursty loss concealed by the decoder or by pitch repetition.
 * The argument limits it to talkers whose name contains it.
 */
export async function run([only = '']: string[]): Promise<void> {
  const voices = talkers().filter(({ name }) => name.includes(only));
  console.log(`${'condition'.padEnd(34)} ${'talker'.padEnd(24)} mosLqo   nsim  metallic`);
  for (const [label, settings] of conditions()) {
    for (const { name, signal } of voices) show(label, name, signal, await throughOpus(signal, settings, null));
  }
  for (const [ratio, burst] of [
    [0.05, 2],
    [0.15, 3],
    [0.3, 3],
    [0.45, 6],
  ] as const) {
    for (const { name, signal } of voices) {
      const label = `${Math.round(ratio * 100)} % in bursts of ${burst}`;
      const losses = gilbertLosses(2000, createRng(11).fork(name), ratio, burst);
      const settings = codec(32_000, true);
      show(`${label}, Opus PLC`, name, signal, await throughOpus(signal, settings, losses));
      const clean = resample(await throughOpus(signal, settings, null), 16_000);
      const repeated = pitchRepeat(clean.samples, createRng(11).fork(name), ratio, burst);
      show(`${label}, pitch repeated`, name, signal, { samples: repeated, sampleRateHz: 16_000 });
    }
  }
}

function conditions(): [string, OpusSettings][] {
  return [
    ['32 kb/s', codec(32_000, false)],
    ['32 kb/s, FEC for 10 % loss', codec(32_000, true)],
    ['24 kb/s', codec(24_000, false)],
    ['16 kb/s', codec(16_000, false)],
    ['12 kb/s', codec(12_000, false)],
    ['8 kb/s', codec(8_000, false)],
  ];
}

function codec(bitrateBps: number, fec: boolean): OpusSettings {
  return { name: 'opus', bitrateBps, complexity: 9, fec, declaredLossRatio: fec ? 0.1 : 0, dtx: false, packetTimeMs: PACKET_MS };
}

function show(condition: string, talker: string, reference: Signal, recording: Signal): void {
  const network = { codec: { name: 'opus' as const, bitrateBps: 32_000 }, concealedRatio: 0, burstRatio: 1, oneWayDelaySeconds: 0.1 };
  const { scores } = scoreRecording(reference, recording, network);
  const { metallic, mosLqo } = scores;
  const number = (value: number | null): string => (value === null ? '-' : value.toFixed(3)).padStart(7);
  const parts = ['buzz', 'mono', 'rep', 'tone', 'comb', 'coarse', 'musical', 'warp']
    .map((part) => [part, measuredValue(metallic.parts[part]) ?? 0] as const)
    .filter(([, strength]) => strength > 0.02)
    .map(([part, strength]) => `${part} ${strength.toFixed(2)}`);
  const dimensions = (['discontinuity', 'noisiness', 'coloration', 'distortion'] as const).map(
    (id) => `${id.slice(0, 5)} ${(measuredValue(scores[id].measurement) ?? Number.NaN).toFixed(2)}`,
  );
  console.log(
    `${condition.padEnd(34)} ${talker.padEnd(24)} ${[measuredValue(mosLqo.measurement), measuredValue(mosLqo.parts['nsim']), measuredValue(metallic.measurement)].map(number).join('')}  ${dimensions.join(' ')}  ${parts.join(', ')}`,
  );
}
