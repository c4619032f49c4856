import type { SpeechDecoder } from '../audio/opus.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { Arrival } from '../core/packet.ts';
import type { PlayoutStats, SoundEvent } from '../core/playout-stats.ts';
import type { Signal } from '../core/signal.ts';
import { createReceiver, TICK_MS, TICK_SAMPLES } from './receiver.ts';
import { receptionOf } from './reception.ts';
import { soundEvents } from './sound-events.ts';
import { type Bounds, recordedGap, recordedSamples, type SoundLog } from './sound-log.ts';
import { streamOf } from './stream.ts';

const RATE_HZ = 48_000;
const SAMPLES_PER_MS = 48;

/** A concealment of so long counts as an interruption, samples: 150 ms (libwebrtc, kInterruptionLenMs). */
const INTERRUPTION_SAMPLES = 7200;

/** No more of what came before the recording is played than a minute, in ticks of 10 ms. */
const MAX_LEAD_TICKS = 6000;

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

/** Counts what was made up within the recording. */
function concealmentOf(
  log: SoundLog,
  bounds: Bounds,
): Pick<
  PlayoutStats,
  'concealedSamples' | 'silentConcealedSamples' | 'concealmentEvents' | 'interruptionCount' | 'totalInterruptionDuration'
> {
  const counts = {
    concealedSamples: 0,
    silentConcealedSamples: 0,
    concealmentEvents: 0,
    interruptionCount: 0,
    totalInterruptionDuration: 0,
  };
  for (const gap of log.gaps) {
    const recorded = recordedGap(gap, bounds);
    if (recorded === null) continue;
    counts.concealedSamples += recorded.samples;
    counts.silentConcealedSamples += recorded.silentSamples;
    counts.concealmentEvents++;
    if (recorded.samples < INTERRUPTION_SAMPLES) continue;
    counts.interruptionCount++;
    counts.totalInterruptionDuration += recorded.samples / RATE_HZ;
  }
  return counts;
}

/**
 * Plays out what arrived as a receiver would have, from the packets' arrival times alone. The recording begins with the first sample sent, so a
 * delay is heard as silence before the sound; packets that come before it are played to the receiver, and not recorded, as in a call that has
 * been going on. Nothing is concealed before the first packet; from then on what is missing until `endMs` is. No arrivals give silence and
 * zeros; an end before the start, an empty recording.
 *
 * What is counted in samples of sound is counted over the recording; packets and the time in the buffer, over the whole stream.
 */
export function playOut(input: PlayoutInput): PlayoutResult {
  const { packetTimeMs, startMs, endMs, settings, decoder } = input;
  const length = Math.max(0, Math.round((endMs - startMs) * SAMPLES_PER_MS));
  const packets = streamOf(input.arrivals, input.payloadType).filter((packet) => packet.arrivalMs <= endMs);
  const leadTicks = Math.min(MAX_LEAD_TICKS, Math.max(0, Math.ceil((startMs - (packets[0]?.arrivalMs ?? startMs)) / TICK_MS)));
  const lead = leadTicks * TICK_SAMPLES;
  const receiver = createReceiver({ settings, packetTimeMs, decoder, length: lead + length });
  let next = 0;
  for (let tick = 0; length > 0 && tick * TICK_SAMPLES < lead + length; tick++) {
    const nowMs = startMs + (tick - leadTicks) * TICK_MS;
    for (; next < packets.length; next++) {
      const packet = packets[next];
      if (packet === undefined || packet.arrivalMs > nowMs) break;
      receiver.receive(packet);
    }
    receiver.tick(nowMs);
  }

  const { track, log, counts } = receiver;
  const origin = track.origin + lead;
  const bounds = { origin, end: origin + length };
  const startedAt = Math.max(origin, receiver.started() ?? bounds.end);
  return {
    signal: { samples: track.samples.slice(origin, bounds.end), sampleRateHz: RATE_HZ },
    stats: {
      ...receptionOf(packets),
      packetsDiscarded: counts.discarded,
      fecPacketsReceived: counts.fecReceived,
      fecPacketsDiscarded: counts.fecDiscarded,
      totalSamplesReceived: Math.max(0, bounds.end - startedAt),
      ...concealmentOf(log, bounds),
      insertedSamplesForDeceleration: recordedSamples(log, 'slower', bounds),
      removedSamplesForAcceleration: recordedSamples(log, 'faster', bounds),
      jitterBufferDelay: counts.bufferDelay,
      jitterBufferTargetDelay: counts.targetDelay,
      jitterBufferEmittedCount: counts.emitted,
    },
    events: soundEvents({ log, packets, bounds, startMs, packetTimeMs, interruptionSamples: INTERRUPTION_SAMPLES }),
  };
}
