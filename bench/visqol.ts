import { durationSeconds } from '../src/core/signal.ts';
import { visqolPair } from '../src/score/visqol/pair.ts';
import { prepareVisqolReference, visqol } from '../src/score/visqol/visqol.ts';
import { cpuSeconds, readSound } from './support-data.ts';

const CONFORMANCE: readonly (readonly [string, string, number])[] = [
  ['CA01_01', 'transcoded_CA01_01', 3.374505555111911],
  ['reference', 'degraded', 1.357521678867611],
  ['CA01_01', 'CA01_01', 5],
];

/** ViSQOL: the conformance figures beside the published ones, and its cost. */
export async function run(): Promise<void> {
  for (const [ref, deg, published] of CONFORMANCE) {
    const reference = readSound(`conformance/${ref}.wav`);
    const degraded = readSound(`conformance/${deg}.wav`);
    if (reference === null || degraded === null) continue;
    const result = visqol(reference, degraded);
    if (result.status !== 'ok') throw new Error(result.reason);
    const wide = visqolPair(reference, degraded, 16_000);
    const at16 = visqol(wide.reference, wide.recording);
    console.log(
      `${ref} / ${deg}: ${result.mos.toFixed(7)} (published ${published.toFixed(7)}), at 16 kHz ${at16.status === 'ok' ? at16.mos.toFixed(4) : at16.reason}`,
    );
  }
  const sound = readSound('conformance/reference.wav');
  const other = readSound('conformance/degraded.wav');
  if (sound === null || other === null) return;
  for (const rateHz of [16_000, 48_000]) {
    const pair = visqolPair(sound, other, rateHz);
    const reference = { ...pair.reference, samples: pair.reference.samples.subarray(0, 10 * rateHz) };
    const recording = { ...pair.recording, samples: pair.recording.samples.subarray(0, 10 * rateHz) };
    const prepared = prepareVisqolReference(reference);
    const whole = cpuSeconds(5, () => visqol(reference, recording));
    const half = cpuSeconds(5, () => visqol(prepared, recording));
    const seconds = durationSeconds(recording).toFixed(1);
    console.log(`${seconds} s at ${rateHz} Hz: ${whole.toFixed(3)} CPU-s, ${half.toFixed(3)} with the reference prepared`);
  }
}
