import type { PayloadTypes } from '../audio/rtp-format.ts';
import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import type { Arrival } from '../core/packet.ts';
import type { PlayoutStats, SoundEvent } from '../core/playout-stats.ts';
import type { Signal } from '../core/signal.ts';
import { resample } from '../dsp/resample.ts';
import { type DecodeRate, decodeRate } from './decode-rate.ts';
import { createReceiver, TICK_MS } from './receiver.ts';
import { receptionOf } from './reception.ts';
import { soundEvents } from './sound-events.ts';
import { type Bounds, recordedGap, recordedSamples, type SoundLog } from './sound-log.ts';
import { streamOf } from './stream.ts';
import type { Track } from './track.ts';

/** Of every recording and of what is counted in samples, whatever rate the codec has. */
const RECORDING_RATE_HZ = 48_000;

/** A concealment of so long counts as an interruption, ms (libwebrtc, kInterruptionLenMs). */
const INTERRUPTION_MS = 150;

/** No more of what came before the recording is played than a minute, in ticks of 10 ms. */
const MAX_LEAD_TICKS = 6000;

export interface PlayoutInput extends PayloadTypes {
  readonly arrivals: readonly Arrival[];
  readonly packetTimeMs: number;
  /** The recording's time 0 (when the first sample was sent) and its end, ms since the record's origin. */
  readonly startMs: number;
  readonly endMs: number;
  /** The recording goes on past its end for as long as the buffer still has something to play, but for no longer than this, ms; absent: not at all. */
  readonly playOnMs?: number;
  readonly settings: PlayoutSettings;
  /** A fresh decoder: its state is part of the result. */
  readonly decoder: SpeechDecoder;
}

export interface PlayoutResult {
  /** 48 kHz, round((endMs - startMs) * 48) samples; more where it plays on. */
  readonly signal: Signal;
  readonly stats: PlayoutStats;
  /** In order of time; `at` is seconds since `startMs`. */
  readonly events: readonly SoundEvent[];
}

/** Counts what was made up within the recording. */
function concealmentOf(
  log: SoundLog,
  bounds: Bounds,
  { hz, samplesPerMs }: DecodeRate,
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
    counts.concealedSamples += recorded.samples * recordingFold(hz);
    counts.silentConcealedSamples += recorded.silentSamples * recordingFold(hz);
    counts.concealmentEvents++;
    if (recorded.samples < INTERRUPTION_MS * samplesPerMs) continue;
    counts.interruptionCount++;
    counts.totalInterruptionDuration += recorded.samples / hz;
  }
  return counts;
}

/** Samples of a recording for each one at the receiver's rate. */
function recordingFold(hz: number): number {
  return RECORDING_RATE_HZ / hz;
}

/** Cuts the recording out of a finished track, at the rate of recordings. */
function recordingOf({ rate, samples }: Track, origin: number, length: number): Signal {
  const sound = resample({ samples, sampleRateHz: rate.hz }, RECORDING_RATE_HZ).samples;
  const start = origin * recordingFold(rate.hz);
  return { samples: sound.slice(start, start + length), sampleRateHz: RECORDING_RATE_HZ };
}

/**
 * Plays out what arrived as a receiver would have, from the packets' arrival times alone. The recording begins with the first sample sent, so a
 * delay is heard as silence before the sound; packets that come before it are played to the receiver, and not recorded, as in a call that has
 * been going on. Nothing is concealed before the first packet; from then on what is missing until `endMs` is. No arrivals give silence and
 * zeros; an end before the start, an empty recording.
 *
 * What is counted in samples of sound is counted over the recording; packets and the time in the buffer, over the whole stream. All of it happens at
 * the decoder's rate and is told at 48 kHz: the finished sound is resampled once, counts are multiplied.
 */
export function playOut(input: PlayoutInput): PlayoutResult {
  const { packetTimeMs, startMs, settings, decoder } = input;
  const endMs = input.endMs + (input.playOnMs ?? 0);
  const rate = decodeRate(decoder.sampleRateHz);
  const fold = recordingFold(rate.hz);
  const samplesTo = (ms: number): number => Math.max(0, Math.round((ms - startMs) * (RECORDING_RATE_HZ / 1000)));
  const length = Math.ceil(samplesTo(endMs) / fold);
  const packets = streamOf(input.arrivals, input).filter((packet) => packet.arrivalMs <= endMs);
  const leadTicks = Math.min(MAX_LEAD_TICKS, Math.max(0, Math.ceil((startMs - (packets[0]?.arrivalMs ?? startMs)) / TICK_MS)));
  const lead = leadTicks * rate.tickSamples;
  const receiver = createReceiver({ settings, packetTimeMs, decoder, length: lead + length });
  let next = 0;
  for (let tick = 0; length > 0 && tick * rate.tickSamples < lead + length; tick++) {
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
  const last = log.gaps[log.gaps.length - 1];
  const playedTo = last === undefined || last.resumed !== null ? origin + length : last.start;
  const recordedLength = Math.min(samplesTo(endMs), Math.max(samplesTo(input.endMs), (playedTo - origin) * fold));
  const bounds = { origin, end: origin + Math.ceil(recordedLength / fold) };
  const startedAt = Math.max(origin, receiver.started() ?? bounds.end);
  return {
    signal: recordingOf(track, origin, recordedLength),
    stats: {
      ...receptionOf(packets, rate),
      packetsDiscarded: counts.discarded,
      fecPacketsReceived: counts.fecReceived,
      fecPacketsDiscarded: counts.fecDiscarded,
      totalSamplesReceived: Math.max(0, bounds.end - startedAt) * fold,
      ...concealmentOf(log, bounds, rate),
      insertedSamplesForDeceleration: recordedSamples(log, 'slower', bounds) * fold,
      removedSamplesForAcceleration: recordedSamples(log, 'faster', bounds) * fold,
      jitterBufferDelay: counts.bufferDelay * fold,
      jitterBufferTargetDelay: counts.targetDelay * fold,
      jitterBufferEmittedCount: counts.emitted * fold,
    },
    events: soundEvents({ log, rate, packets, bounds, startMs, packetTimeMs, interruptionSamples: INTERRUPTION_MS * rate.samplesPerMs }),
  };
}
