import type { Analyser } from '../../src/app/analyser.ts';
import { createCallDecoder } from '../../src/audio/call-codec.ts';
import { measured, notApplicable } from '../../src/core/measurement.ts';
import { type RecordingScores, scoresNotApplicable } from '../../src/core/scores.ts';
import { playOut } from '../../src/playout/play-out.ts';

/** What a recording is given without being listened to: an opinion that falls with what had to be made up. */
function guess(concealedRatio: number): RecordingScores {
  const none = notApplicable('nobody listened');
  const score = (value: number, unit: 'MOS' | 'score') => ({ measurement: measured(value, unit), parts: {}, dominant: null });
  return {
    scores: {
      ...scoresNotApplicable('nobody listened'),
      mosLqo: score(Math.max(1, 4.5 - 20 * concealedRatio), 'MOS'),
      metallic: score(Math.min(1, 5 * concealedRatio), 'score'),
    },
    alignment: { delayMs: measured(100, 'ms'), similarity: none, activeSpeechSeconds: none, silenceSeconds: none, confidence: 'normal' },
    speechFound: true,
    noSpeechReason: null,
    overTime: null,
  };
}

/** Plays out in earnest, and scores by what was made up: a call is judged in a tenth of a second. */
export const quickAnalyser: Analyser = {
  async analyse(inputs, signal) {
    const analyses: Awaited<ReturnType<Analyser['analyse']>> = [];
    for (const input of inputs) {
      if (signal.aborted) {
        analyses.push(null);
        continue;
      }
      const decoder = await createCallDecoder(input.codec);
      const {
        signal: recording,
        stats,
        events,
      } = playOut({
        ...input,
        packetTimeMs: input.codec.packetTimeMs,
        settings: input.playout,
        decoder,
      });
      decoder.free();
      analyses.push({ recording, playout: stats, events, scores: guess(stats.concealedSamples / Math.max(1, stats.totalSamplesReceived)) });
    }
    return analyses;
  },
  close: () => Promise.resolve(),
};
