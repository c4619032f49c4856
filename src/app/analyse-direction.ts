import { createSpeechDecoder, OPUS_LOOK_AHEAD_SAMPLES } from '../audio/opus.ts';
import { OPUS_RATE_HZ } from '../audio/opus-packet.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { Arrival } from '../core/packet.ts';
import type { PlayoutStats, SoundEvent } from '../core/playout-stats.ts';
import { notScored, type RecordingScores } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { playOut } from '../playout/play-out.ts';
import { type NetworkImpairment, scoreRecording } from '../score/score-recording.ts';

const NO_REFERENCE = 'there is no reference to compare the sound with';

/** Everything one direction's sound is judged from: plain values, so that a worker thread can be handed them. */
export interface DirectionInput {
  /** What was spoken; null where nobody knows, and then nothing is scored. */
  readonly reference: Signal | null;
  readonly arrivals: readonly Arrival[];
  readonly packetTimeMs: number;
  readonly payloadType: number;
  readonly codecBitrateBps: number;
  /** Median send-to-arrival delay, seconds; null when nothing arrived. */
  readonly networkDelaySeconds: number | null;
  /** The recording's time 0 and end, ms since the record's origin. */
  readonly startMs: number;
  readonly endMs: number;
  readonly playout: PlayoutSettings;
}

export interface DirectionAnalysis {
  readonly recording: Signal;
  readonly playout: PlayoutStats;
  readonly events: readonly SoundEvent[];
  readonly scores: RecordingScores;
}

/** Plays one direction out as a receiver would and scores what it sounds like. The same input gives the same samples and scores. */
export async function analyseDirection(input: DirectionInput): Promise<DirectionAnalysis> {
  const decoder = await createSpeechDecoder();
  try {
    const { signal, stats, events } = playOut({
      arrivals: input.arrivals,
      packetTimeMs: input.packetTimeMs,
      payloadType: input.payloadType,
      startMs: input.startMs,
      endMs: input.endMs,
      settings: input.playout,
      decoder,
    });
    const { reference } = input;
    const scores = reference === null ? notScored(NO_REFERENCE) : scoreRecording(reference, signal, networkImpairment(input, stats));
    return { recording: signal, playout: stats, events, scores };
  } finally {
    decoder.free();
  }
}

/** What the E-model asks of a call (metrics: concealment of speech only, ITU-T G.107 burst ratio, one-way delay from its parts). */
function networkImpairment(input: DirectionInput, stats: PlayoutStats): NetworkImpairment | null {
  const speechSamples = stats.totalSamplesReceived - stats.silentConcealedSamples;
  if (input.networkDelaySeconds === null || speechSamples <= 0 || stats.jitterBufferEmittedCount === 0) return null;
  const concealedRatio = (stats.concealedSamples - stats.silentConcealedSamples) / speechSamples;
  const packetSamples = (input.packetTimeMs * OPUS_RATE_HZ) / 1000;
  const meanBurstPackets = stats.concealmentEvents === 0 ? 0 : stats.concealedSamples / packetSamples / stats.concealmentEvents;
  return {
    codecBitrateBps: input.codecBitrateBps,
    concealedRatio,
    burstRatio: Math.max(1, meanBurstPackets * (1 - concealedRatio)),
    oneWayDelaySeconds:
      input.networkDelaySeconds +
      stats.jitterBufferDelay / stats.jitterBufferEmittedCount +
      input.packetTimeMs / 1000 +
      OPUS_LOOK_AHEAD_SAMPLES / OPUS_RATE_HZ,
  };
}
