import { createRng } from '../src/core/rng.ts';
import { SCORE_IDS } from '../src/core/scores.ts';
import { durationSeconds, type Signal } from '../src/core/signal.ts';
import { resample } from '../src/dsp/resample.ts';
import { prepareFrontEnd } from '../src/score/front-end.ts';
import { createScorer, prepareReference, scoreRecording } from '../src/score/score-recording.ts';
import { pitchRepeat } from '../test/support/lossy.ts';
import { cpuSeconds } from './support-data.ts';
import { talkers16k } from './support-speech.ts';

/** A call: so that ViSQOL gets both sounds at 16 kHz, and mosCqe something to tell. */
const NETWORK = { codec: { name: 'opus', bitrateBps: 32_000 }, concealedRatio: 0.04, burstRatio: 1.5, oneWayDelaySeconds: 0.1 } as const;
const RATE_HZ = 16_000;
const SECONDS = 10;
/** Scores on which others build; mosLqo, the first of all in reports, builds on most. */
const FIRST = ['visqol', 'clipping', 'metallic'] as const;
const LONGER_SECONDS = [60, 120, 300, 600];

/**
 * What all scores of one direction cost: of 10 s, cold and with the reference kept, by stage, with the memory they take; and how the time
 * grows with the length. Arguments: repetitions of what is short (the quickest counts), and the longest length tried in seconds.
 */
export async function run([repetitions = '12', longest = '600']: string[]): Promise<void> {
  const times = Number(repetitions);
  const { reference, recording } = spoken(SECONDS);
  const prepared = prepareReference(reference);
  const first = cpuSeconds(1, () => scoreRecording(reference, recording, NETWORK));
  const cold = cpuSeconds(times, () => scoreRecording(reference, recording, NETWORK));
  const kept = cpuSeconds(times, () => scoreRecording(prepared, recording, NETWORK));
  console.log(`all scores of ${SECONDS} s: ${cold.toFixed(3)} CPU-s cold, ${kept.toFixed(3)} with the reference kept; best of ${times}`);
  console.log(
    `the very first in a process, with the program being compiled: ${first.toFixed(3)} CPU-s; peak memory so far ${peakMegabytes()} MB`,
  );
  console.log('\nby stage, the reference kept, ms:');
  for (const [stage, seconds] of stages(times, reference, recording))
    console.log(`  ${stage.padEnd(16)} ${(1000 * seconds).toFixed(1).padStart(6)}`);
  console.log('\nlonger ones, the recording as long as the reference, cold:');
  for (const seconds of LONGER_SECONDS.filter((length) => length <= Number(longest))) {
    const pair = spoken(seconds);
    tell(
      seconds,
      cpuSeconds(1, () => scoreRecording(pair.reference, pair.recording, NETWORK)),
      cold,
    );
  }
  console.log(`a reference of ${SECONDS} s within a longer recording:`);
  for (const seconds of LONGER_SECONDS.filter((length) => length <= Number(longest))) {
    const long = spoken(seconds).recording;
    tell(
      seconds,
      cpuSeconds(1, () => scoreRecording(reference, long, NETWORK)),
      cold,
    );
  }
}

function tell(seconds: number, cpu: number, cold: number): void {
  const ratio = cpu / ((cold * seconds) / SECONDS);
  console.log(
    `  ${String(seconds).padStart(4)} s: ${cpu.toFixed(2)} CPU-s, ${ratio.toFixed(2)} of linear; peak memory so far ${peakMegabytes()} MB`,
  );
}

/** Peak resident memory of the process, MB: it never falls. */
function peakMegabytes(): string {
  return (process.resourceUsage().maxRSS / 1000).toFixed(0);
}

/** Speech of all talkers in turn, no sentence twice where there is enough, and the same heard at 48 kHz with one packet in 25 made up. */
function spoken(seconds: number): { reference: Signal; recording: Signal } {
  const samples = new Float32Array(seconds * RATE_HZ);
  const voices = talkers16k().map(({ signal }) => signal.samples);
  for (let at = 0, i = 0; at < samples.length; i++) {
    const voice = voices[i % voices.length] as Float32Array;
    samples.set(voice.subarray(0, samples.length - at), at);
    at += voice.length;
  }
  const reference = { samples, sampleRateHz: RATE_HZ };
  const recording = resample({ ...reference, samples: pitchRepeat(samples, createRng(3), 0.04, 2) }, 48_000);
  if (durationSeconds(recording) !== seconds) throw new Error('a recording as long as its reference is wanted');
  return { reference, recording };
}

/** Seconds of each stage in the order in which one builds on another, so that none pays for what an earlier one has computed. */
function stages(times: number, reference: Signal, recording: Signal): Map<string, number> {
  const prepared = prepareReference(reference);
  const best = new Map<string, number>();
  const timed = <T>(stage: string, work: () => T): T => {
    let result: { value: T } | null = null;
    const seconds = cpuSeconds(1, () => {
      result = { value: work() };
    });
    best.set(stage, Math.min(best.get(stage) ?? Number.POSITIVE_INFINITY, seconds));
    return (result as unknown as { value: T }).value;
  };
  for (let i = 0; i < times; i++) {
    const frontEnd = timed('front end', () => prepareFrontEnd(prepared, recording));
    timed('spectra', () => frontEnd.noiseGate());
    timed('equaliser', () => frontEnd.equalised());
    const score = createScorer(frontEnd, NETWORK);
    for (const id of new Set([...FIRST, ...SCORE_IDS.toReversed()])) timed(id, () => score(id));
  }
  return best;
}
