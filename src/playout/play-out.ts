import type { SpeechDecoder } from '../audio/opus.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { Arrival } from '../core/packet.ts';
import type { PlayoutStats, SoundEvent } from '../core/playout-stats.ts';
import type { Signal } from '../core/signal.ts';
import { gapEvents } from './gap-events.ts';
import { createReceiver, TICK_MS, TICK_SAMPLES } from './receiver.ts';
import { receptionOf } from './reception.ts';
import { playedGap } from './sound-log.ts';
import { streamOf } from './stream.ts';

const RATE_HZ = 48_000;
const SAMPLES_PER_MS = 48;

/** A concealment of so long counts as an interruption, samples: 150 ms (libwebrtc, kInterruptionLenMs). */
const INTERRUPTION_SAMPLES = 7200;

export interface PlayoutInput {
  readonly arrivals: readonly Arrival[];
  readonly packetTimeMs: number;
  readonly payloadType: number;
  /** The recording's time 0 (when the first sample was sent) and its end, ms since the record's origin. */
  readonly startMs: number;
  readonly endMs: number;
  readonly settings: PlayoutSettings;
  /** A fresh decoder: its state is part of the result. */
  readonly decoder: SpeechDecoder;
}

export interface PlayoutResult {
  /** 48 kHz, round((endMs - startMs) * 48) samples. */
  readonly signal: Signal;
  readonly stats: PlayoutStats;
  /** In order of time; `at` is seconds since `startMs`. */
  readonly events: readonly SoundEvent[];
}

/**
 * Plays out what arrived as a receiver would have, from the packets' arrival times alone. The recording begins with the first sample sent, so a
 * delay is heard as silence before the sound. Nothing is counted before the first packet; from then on what is missing until `endMs` is
 * concealed and counted. No arrivals give silence and zeros; an end before the start, an empty recording.
 */
export function playOut(input: PlayoutInput): PlayoutResult {
  const { packetTimeMs, startMs, endMs, settings, decoder } = input;
  const length = Math.max(0, Math.round((endMs - startMs) * SAMPLES_PER_MS));
  const packets = streamOf(input.arrivals, input.payloadType).filter((packet) => packet.arrivalMs <= endMs);
  const receiver = createReceiver({ settings, packetTimeMs, decoder, length });
  let next = 0;
  for (let tick = 0; tick * TICK_SAMPLES < length; tick++) {
    const nowMs = startMs + tick * TICK_MS;
    for (; next < packets.length; next++) {
      const packet = packets[next];
      if (packet === undefined || packet.arrivalMs > nowMs) break;
      receiver.receive(packet);
    }
    receiver.tick(nowMs);
  }

  const { track, log, counts } = receiver;
  const end = track.origin + length;
  const startedAt = Math.min(receiver.started() ?? end, end);
  const stats = {
    concealedSamples: 0,
    silentConcealedSamples: 0,
    concealmentEvents: 0,
    interruptionCount: 0,
    totalInterruptionDuration: 0,
  };
  for (const gap of log.gaps) {
    const played = playedGap(gap, end);
    if (played === null) continue;
    stats.concealedSamples += played.samples;
    stats.silentConcealedSamples += played.silentSamples;
    stats.concealmentEvents++;
    if (played.samples < INTERRUPTION_SAMPLES) continue;
    stats.interruptionCount++;
    stats.totalInterruptionDuration += played.samples / RATE_HZ;
  }
  const recordedSeconds = length / RATE_HZ;
  const events = [
    ...log.others.filter((event) => event.at < recordedSeconds),
    ...gapEvents({ gaps: log.gaps, packets, origin: track.origin, end, startMs, packetTimeMs, interruptionSamples: INTERRUPTION_SAMPLES }),
  ].sort((a, b) => a.at - b.at);
  return {
    signal: { samples: track.samples.slice(track.origin, end), sampleRateHz: RATE_HZ },
    stats: {
      ...receptionOf(packets),
      packetsDiscarded: counts.discarded,
      fecPacketsReceived: counts.fecReceived,
      fecPacketsDiscarded: counts.fecDiscarded,
      totalSamplesReceived: end - startedAt,
      ...stats,
      insertedSamplesForDeceleration: counts.inserted,
      removedSamplesForAcceleration: counts.removed,
      jitterBufferDelay: counts.bufferDelay,
      jitterBufferTargetDelay: counts.targetDelay,
      jitterBufferEmittedCount: counts.emitted,
    },
    events,
  };
}
