import { asCarried, createCallDecoder, lookAheadSeconds } from '../audio/call-codec.ts';
import type { PayloadTypes } from '../audio/rtp-format.ts';
import type { CodecSettings, PlayoutSettings } from '../core/call-plan.ts';
import type { Arrival } from '../core/packet.ts';
import type { PlayoutStats, SoundEvent } from '../core/playout-stats.ts';
import type { RecordingScores } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { playOut } from '../playout/play-out.ts';
import { type NetworkImpairment, scoreRecording } from '../score/score-recording.ts';

/** What playout counts samples at, Hz. */
const PLAYOUT_RATE_HZ = 48_000;

/** Everything one direction's sound is judged from: plain values, so that a worker thread can be handed them. */
export interface DirectionInput extends PayloadTypes {
  readonly reference: Signal;
  readonly arrivals: readonly Arrival[];
  readonly codec: CodecSettings;
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
  const decoder = await createCallDecoder(input.codec);
  try {
    const { codec, playout: settings } = input;
    const { signal, stats, events } = playOut({ ...input, packetTimeMs: codec.packetTimeMs, settings, decoder });
    const scores = scoreRecording(asCarried(input.reference, codec), signal, networkImpairment(input, stats));
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
  const { codec, playout } = input;
  const packetSamples = (codec.packetTimeMs * PLAYOUT_RATE_HZ) / 1000;
  const meanBurstPackets = stats.concealmentEvents === 0 ? 0 : stats.concealedSamples / packetSamples / stats.concealmentEvents;
  return {
    codec:
      codec.name === 'opus'
        ? { name: 'opus', bitrateBps: codec.bitrateBps }
        : { name: 'g711', gapsFilled: playout.concealment !== 'silence' },
    concealedRatio,
    burstRatio: Math.max(1, meanBurstPackets * (1 - concealedRatio)),
    oneWayDelaySeconds:
      input.networkDelaySeconds +
      stats.jitterBufferDelay / stats.jitterBufferEmittedCount +
      codec.packetTimeMs / 1000 +
      lookAheadSeconds(codec),
  };
}
