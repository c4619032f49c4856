import type { SpeechDecoder } from '../audio/opus.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import { createAdaptivePlayer, type Supply } from './adaptive-buffer.ts';
import { createArrivalHistory } from './arrival-history.ts';
import { createBackgroundNoise } from './background-noise.ts';
import { decodeRate } from './decode-rate.ts';
import { createDelayTarget } from './delay-target.ts';
import { createPacketBuffer, type Waiting } from './packet-buffer.ts';
import type { SoundLog } from './sound-log.ts';
import type { StreamPacket } from './stream.ts';
import { createTrack, type Track } from './track.ts';
import { createVoice } from './voice.ts';

/** The receiver is asked for sound every 10 ms. */
export const TICK_MS = 10;

/** A packet so far behind what is played is none that came late, but the first of a sender that began anew, ms (libwebrtc, DecisionLogic). */
const RESTART_BEHIND_MS = 5000;

/** What was counted while playing. Delays are sums over samples, seconds. */
export interface PlayoutCounts {
  discarded: number;
  fecReceived: number;
  fecDiscarded: number;
  bufferDelay: number;
  targetDelay: number;
  emitted: number;
}

export interface ReceiverSettings {
  readonly settings: PlayoutSettings;
  readonly packetTimeMs: number;
  readonly decoder: SpeechDecoder;
  /** How much will be played, samples at the decoder's rate. */
  readonly length: number;
}

/** A receiver of one stream, 10 ms at a time, at the rate of its decoder. It knows no time but what it is told. */
export interface Receiver {
  readonly track: Track;
  readonly log: SoundLog;
  readonly counts: PlayoutCounts;
  /** Where on the track the first packet was played; null before. */
  started(): number | null;
  /** Takes a packet that has come since the last tick. */
  receive(packet: StreamPacket): void;
  /** Plays the next 10 ms, at `nowMs`: 10 ms after the last. */
  tick(nowMs: number): void;
}

/**
 * Makes a receiver that behaves as libwebrtc's NetEq does in what is heard: an adaptive jitter buffer, time stretched to hold its delay, in-band
 * error correction, concealment. Deterministic: the same packets at the same times give the same samples. As there, a packet's time of arrival is that of the tick before it.
 */
export function createReceiver({ settings, packetTimeMs, decoder, length }: ReceiverSettings): Receiver {
  const rate = decodeRate(decoder.sampleRateHz);
  const { overlapSamples, samplesPerMs, tickSamples } = rate;
  const track = createTrack(length, rate);
  const counts: PlayoutCounts = { discarded: 0, fecReceived: 0, fecDiscarded: 0, bufferDelay: 0, targetDelay: 0, emitted: 0 };
  const buffer = createPacketBuffer(rate);
  const background = createBackgroundNoise();
  const voice = createVoice({ settings, decoder, background, track, frameSamples: packetTimeMs * samplesPerMs });
  let target = createDelayTarget(settings, packetTimeMs);
  let history = createArrivalHistory(rate);
  let epoch = 0;
  let startedAt: number | null = null;
  let tickedMs: number | null = null;

  const turnOut = (packets: readonly Waiting[]): void => {
    for (const packet of packets) {
      if (packet.fec) counts.fecDiscarded++;
      else counts.discarded++;
    }
  };
  const isDtx = (packet: Waiting): boolean => !packet.fec && decoder.isDtx(packet.payload);

  const supply: Supply = {
    begun: () => startedAt !== null,
    next() {
      const first = buffer.first();
      return first === null ? null : { timestamp: first.timestamp, isDtx: isDtx(first) };
    },
    take(nowMs) {
      const packet = buffer.takeFirst();
      if (packet === null) return null;
      const sound = packet.fec ? decoder.decodeFec(packet.payload, packet.samples) : decoder.decode(packet.payload);
      if (sound === null || sound.length === 0) {
        turnOut([packet]);
        return null;
      }
      if (startedAt === null) {
        track.tail = track.head + overlapSamples;
        startedAt = track.tail;
      }
      counts.bufferDelay += ((nowMs - packet.arrivalMs) / 1000) * sound.length;
      counts.targetDelay += (target.targetMs() / 1000) * sound.length;
      counts.emitted += sound.length;
      turnOut(buffer.dropBefore(packet.timestamp + sound.length));
      if (packet.fec) voice.note('fec', track.tail, sound.length);
      return { timestamp: packet.timestamp, samples: sound.length, isDtx: isDtx(packet), sound };
    },
    spanMs: (nowMs) => buffer.spanSamples(nowMs, isDtx) / samplesPerMs,
    dtxWaits: () => buffer.some(isDtx),
    delayMs: (timestamp, nowMs) => history.delayMs(timestamp, nowMs),
    maxDelayMs: () => history.maxDelayMs(),
    targetMs: () => target.targetMs(),
  };
  const player = createAdaptivePlayer(voice, supply, background, () => epoch);

  const newSource = (): void => {
    turnOut(buffer.clear());
    history = createArrivalHistory(rate);
    target = createDelayTarget(settings, packetTimeMs);
    player.reset();
  };

  /** Error correction counts as a packet of its own, one that came late: waiting for it is worth a longer delay. */
  const arrive = (packet: Waiting): void => {
    const wanted = player.wanted();
    // Until the first packet has been played there is nothing to be late for.
    if (wanted !== null) {
      const { delayMs, reordered, tells } = history.insert(packet.timestamp, packet.arrivalMs);
      if (tells) target.update(delayMs, reordered, packet.arrivalMs);
    }
    turnOut(wanted !== null && packet.timestamp < wanted ? [packet] : buffer.insert(packet));
  };

  return {
    track,
    log: voice.log,
    counts,
    started: () => startedAt,
    receive(packet) {
      const { timestamp, payload } = packet;
      const samples = decoder.packetSamples(payload);
      const wanted = player.wanted();
      if (packet.epoch !== epoch || (wanted !== null && wanted - timestamp > RESTART_BEHIND_MS * samplesPerMs)) {
        epoch = packet.epoch;
        newSource();
      }
      if (samples === null) {
        counts.discarded++;
        return;
      }
      const arrivalMs = tickedMs ?? packet.arrivalMs;
      if (decoder.hasFec(payload)) {
        counts.fecReceived++;
        arrive({ timestamp: timestamp - samples, samples, arrivalMs, payload, fec: true });
      }
      arrive({ timestamp, samples, arrivalMs, payload, fec: false });
    },
    tick(nowMs) {
      tickedMs = nowMs;
      player.provide(nowMs);
      track.head += tickSamples;
      track.tail = Math.max(track.tail, track.head);
    },
  };
}
