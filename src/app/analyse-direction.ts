import { createCallDecoder, lookAheadSeconds } from '../audio/call-codec.ts';
import type { PayloadTypes } from '../audio/rtp-format.ts';
import type { CodecSettings, PlayoutSettings } from '../core/call-plan.ts';
import type { EngineHeard } from '../core/call-record.ts';
import type { Arrival } from '../core/packet.ts';
import { type ReceiverStats, type SoundEvent, shareOf } from '../core/playout-stats.ts';
import { notScored, type RecordingScores } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { enginePlayout } from '../playout/engine-playout.ts';
import { playOut } from '../playout/play-out.ts';
import { type NetworkImpairment, scoreRecording } from '../score/score-recording.ts';
import { createReferenceKeeper, type ReferenceKeeper } from './reference-keeper.ts';

/** What playout counts samples at, Hz. */
const PLAYOUT_RATE_HZ = 48_000;

const NO_REFERENCE = 'there is no reference to compare the sound with';

/** What is known of the codec of a stream that is heard, whoever sent it. */
export interface HeardCodec extends Pick<CodecSettings, 'name' | 'bitrateBps' | 'redundancy'> {
  readonly packetTimeMs: number;
}

/** Everything one direction's sound is judged from: plain values, so that a worker thread can be handed them. */
export interface DirectionInput extends PayloadTypes {
  /** What was spoken; null where nobody knows, and then nothing is scored. */
  readonly reference: Signal | null;
  readonly arrivals: readonly Arrival[];
  readonly codec: HeardCodec;
  /** Median send-to-arrival delay, seconds; null when nothing arrived. */
  readonly networkDelaySeconds: number | null;
  /** The recording's time 0 and end, ms since the record's origin. */
  readonly startMs: number;
  readonly endMs: number;
  /** For so much longer it may go on, ms, while our receiver still has something to play; absent: not at all. */
  readonly playOnMs?: number;
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

/**
 * Plays one direction out as a receiver would and scores what it sounds like. The same input gives the same samples and scores.
 * @param references one for all directions that may have a reference in common: its half of the scores is then computed once
 */
export async function analyseDirection(
  input: DirectionInput,
  references: ReferenceKeeper = createReferenceKeeper(),
): Promise<DirectionAnalysis> {
  const reference = input.reference === null ? null : references.carried(input.reference, input.codec);
  const score = (signal: Signal, stats: ReceiverStats): RecordingScores =>
    reference === null ? notScored(NO_REFERENCE) : scoreRecording(reference, signal, networkImpairment(input, stats));
  if (input.engine !== undefined) {
    const { signal, stats: told } = enginePlayout(input.engine.heard, input.startMs, input.endMs, input.codec);
    // libwebrtc counts copies that were not needed among the packets discarded, so how many came too late, it does not tell.
    const stats = input.codec.redundancy === undefined ? told : { ...told, packetsDiscarded: null };
    // An engine counts its concealments and does not say when they were: no event is better than a guessed one.
    return { recording: signal, playout: stats, events: [], scores: score(signal, stats) };
  }
  const decoder = await createCallDecoder(input.codec);
  try {
    const { codec, playout: settings } = input;
    const { signal, stats, events } = playOut({ ...input, packetTimeMs: codec.packetTimeMs, settings, decoder });
    return { recording: signal, playout: stats, events, scores: score(signal, stats) };
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
  const { codec, engine, playout } = input;
  const packetSamples = (codec.packetTimeMs * PLAYOUT_RATE_HZ) / 1000;
  const meanBurstPackets = concealmentEvents === 0 ? 0 : concealedSamples / packetSamples / concealmentEvents;
  return {
    codec:
      codec.name === 'opus'
        ? { name: 'opus', bitrateBps: codec.bitrateBps }
        : { name: 'g711', gapsFilled: engine !== undefined || playout.concealment !== 'silence' },
    concealedRatio,
    burstRatio: Math.max(1, meanBurstPackets * (1 - concealedRatio)),
    oneWayDelaySeconds: input.networkDelaySeconds + bufferDelaySeconds + codec.packetTimeMs / 1000 + lookAheadSeconds(codec),
  };
}
