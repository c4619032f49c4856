import { createSpeechDecoder, OPUS_LOOK_AHEAD_SAMPLES } from '../audio/opus.ts';
import { OPUS_RATE_HZ } from '../audio/opus-packet.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { EngineHeard } from '../core/call-record.ts';
import type { Arrival } from '../core/packet.ts';
import { type ReceiverStats, type SoundEvent, shareOf } from '../core/playout-stats.ts';
import type { RecordingScores } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { enginePlayout } from '../playout/engine-playout.ts';
import { playOut } from '../playout/play-out.ts';
import { type NetworkImpairment, scoreRecording } from '../score/score-recording.ts';

/** Everything one direction's sound is judged from: plain values, so that a worker thread can be handed them. */
export interface DirectionInput {
  readonly reference: Signal;
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
  /** Where a real engine listened: what it played is judged, and our receiver plays nothing. */
  readonly engine?: { readonly heard: EngineHeard | null };
}

export interface DirectionAnalysis {
  readonly recording: Signal;
  readonly playout: ReceiverStats;
  readonly events: readonly SoundEvent[];
  readonly scores: RecordingScores;
}

/** Plays one direction out as a receiver would and scores what it sounds like. The same input gives the same samples and scores. */
export async function analyseDirection(input: DirectionInput): Promise<DirectionAnalysis> {
  if (input.engine !== undefined) {
    const { signal, stats } = enginePlayout(input.engine.heard, input.startMs, input.endMs);
    // An engine counts its concealments and does not say when they were: no event is better than a guessed one.
    return {
      recording: signal,
      playout: stats,
      events: [],
      scores: scoreRecording(input.reference, signal, networkImpairment(input, stats)),
    };
  }
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
    const scores = scoreRecording(input.reference, signal, networkImpairment(input, stats));
    return { recording: signal, playout: stats, events, scores };
  } finally {
    decoder.free();
  }
}

/** What the E-model asks of a call (metrics: concealment of speech only, ITU-T G.107 burst ratio, one-way delay from its parts). */
function networkImpairment(input: DirectionInput, stats: ReceiverStats): NetworkImpairment | null {
  const { concealedSamples, concealmentEvents, silentConcealedSamples, totalSamplesReceived } = stats;
  const bufferDelaySeconds = shareOf(stats.jitterBufferDelay, stats.jitterBufferEmittedCount);
  if (concealedSamples === null || concealmentEvents === null || silentConcealedSamples === null) return null;
  const speechSamples = (totalSamplesReceived ?? 0) - silentConcealedSamples;
  if (input.networkDelaySeconds === null || speechSamples <= 0 || bufferDelaySeconds === null) return null;
  const concealedRatio = (concealedSamples - silentConcealedSamples) / speechSamples;
  const packetSamples = (input.packetTimeMs * OPUS_RATE_HZ) / 1000;
  const meanBurstPackets = concealmentEvents === 0 ? 0 : concealedSamples / packetSamples / concealmentEvents;
  return {
    codecBitrateBps: input.codecBitrateBps,
    concealedRatio,
    burstRatio: Math.max(1, meanBurstPackets * (1 - concealedRatio)),
    oneWayDelaySeconds: input.networkDelaySeconds + bufferDelaySeconds + input.packetTimeMs / 1000 + OPUS_LOOK_AHEAD_SAMPLES / OPUS_RATE_HZ,
  };
}
