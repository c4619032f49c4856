import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import { createRng } from '../core/rng.ts';
import { createAdaptivePlayer } from './adaptive-buffer.ts';
import { createArrivalHistory } from './arrival-history.ts';
import { createBackgroundNoise } from './background-noise.ts';
import { decodeRate } from './decode-rate.ts';
import { createDelayTarget } from './delay-target.ts';
import { createFixedPlayer, createFixedTurns } from './fixed-buffer.ts';
import { createPacketBuffer, type Waiting } from './packet-buffer.ts';
import { createPacketSound } from './packet-sound.ts';
import type { Supply } from './player.ts';
import type { SoundLog } from './sound-log.ts';
import type { StreamPacket, StreamPart } from './stream.ts';
import { createTrack, type Track } from './track.ts';
import { createVoice } from './voice.ts';

/** The receiver is asked for sound every 10 ms. */
export const TICK_MS = 10;

/** The noise of a silence and in a concealment is the same in every run. */
const NOISE_SEED = 1;

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
 * error correction, concealment; or, where the settings say so, one with a buffer of constant delay that leaves time alone. Deterministic: the same
 * packets at the same times give the same samples. As there, a packet's time of arrival is that of the tick before it.
 */
export function createReceiver({ settings, packetTimeMs, decoder, length }: ReceiverSettings): Receiver {
  const rate = decodeRate(decoder.sampleRateHz);
  const { samplesPerMs, tickSamples } = rate;
  const track = createTrack(length, rate);
  const counts: PlayoutCounts = { discarded: 0, fecReceived: 0, fecDiscarded: 0, bufferDelay: 0, targetDelay: 0, emitted: 0 };
  const buffer = createPacketBuffer(rate);
  const background = createBackgroundNoise();
  const rng = createRng(NOISE_SEED);
  const voice = createVoice({ settings, decoder, background, track, rng, frameSamples: packetTimeMs * samplesPerMs });
  const source = createPacketSound(decoder, rate, rng);
  let target = createDelayTarget(settings, packetTimeMs);
  let history = createArrivalHistory(rate);
  let epoch = 0;
  let tickedMs: number | null = null;

  const turnOut = (packets: readonly Waiting[]): void => {
    for (const packet of packets) {
      if (packet.fec || packet.copy > 0) counts.fecDiscarded++;
      else counts.discarded++;
    }
  };
  const supply: Supply = {
    next() {
      const first = buffer.first();
      return first === null ? null : { timestamp: first.timestamp, arrivalMs: first.arrivalMs, isDtx: source.saysSilence(first) };
    },
    take(nowMs) {
      const packet = buffer.takeFirst();
      if (packet === null) return null;
      const sound = source.decode(packet);
      if (sound === null || sound.length === 0) {
        turnOut([packet]);
        return null;
      }
      counts.bufferDelay += ((nowMs - packet.arrivalMs) / 1000) * sound.length;
      counts.targetDelay += ((settings.fixedDelayMs ?? target.targetMs()) / 1000) * sound.length;
      counts.emitted += sound.length;
      turnOut(buffer.dropBefore(packet.timestamp + sound.length));
      if (packet.fec || packet.copy > 0) voice.note(packet.fec ? 'fec' : 'copy', track.tail, sound.length);
      return { timestamp: packet.timestamp, arrivalMs: packet.arrivalMs, samples: sound.length, isDtx: source.saysSilence(packet), sound };
    },
    dropBefore: (timestamp) => turnOut(buffer.dropBefore(timestamp)),
    spanMs: (nowMs) => buffer.spanSamples(nowMs, source.saysSilence) / samplesPerMs,
    dtxWaits: () => buffer.some(source.saysSilence),
    noise: source.silence,
    noiseLasts: source.silenceIsDescribed,
    delayMs: (timestamp, nowMs) => history.delayMs(timestamp, nowMs),
    maxDelayMs: () => history.maxDelayMs(),
    targetMs: () => target.targetMs(),
  };
  const player =
    settings.fixedDelayMs === null
      ? createAdaptivePlayer(voice, supply, background, () => epoch)
      : createFixedPlayer(voice, supply, createFixedTurns(settings.fixedDelayMs, settings.concealment, rate), () => epoch);

  const newSource = (): void => {
    turnOut(buffer.clear());
    history = createArrivalHistory(rate);
    target = createDelayTarget(settings, packetTimeMs);
    player.reset();
  };

  /** Copies and error correction count as packets of their own that came late: waiting for them is worth a longer delay. */
  const arrive = (packet: Waiting): void => {
    const wanted = player.wanted();
    // Until the first packet has been played there is nothing to be late for.
    if (wanted !== null && !packet.noise) {
      const { delayMs, reordered, tells } = history.insert(packet.timestamp, packet.arrivalMs);
      if (tells) target.update(delayMs, reordered, packet.arrivalMs);
    }
    turnOut(wanted !== null && packet.timestamp < wanted ? [packet] : buffer.insert(packet));
  };

  const accept = ({ timestamp, payload, copy, noise }: StreamPart, arrivalMs: number): void => {
    const samples = noise ? tickSamples : decoder.packetSamples(payload);
    if (copy > 0) counts.fecReceived++;
    if (samples === null) {
      if (copy > 0) counts.fecDiscarded++;
      else counts.discarded++;
      return;
    }
    const waiting = { samples, arrivalMs, payload, copy };
    if (!noise && settings.useFec !== false && decoder.recovery?.hasFec(payload) === true) {
      counts.fecReceived++;
      arrive({ ...waiting, timestamp: timestamp - samples, fec: true, noise: false });
    }
    arrive({ ...waiting, timestamp, fec: false, noise });
  };

  return {
    track,
    log: voice.log,
    counts,
    started: voice.started,
    receive(packet) {
      const wanted = player.wanted();
      const behind = wanted !== null && wanted - packet.timestamp > RESTART_BEHIND_MS * samplesPerMs;
      if (packet.epoch !== epoch || behind) {
        epoch = packet.epoch;
        newSource();
      }
      player.arrive(packet.timestamp, packet.arrivalMs);
      if (packet.parts.length === 0) counts.discarded++;
      for (const part of packet.parts) accept(part, tickedMs ?? packet.arrivalMs);
    },
    tick(nowMs) {
      tickedMs = nowMs;
      player.provide(nowMs);
      track.head += tickSamples;
      track.tail = Math.max(track.tail, track.head);
    },
  };
}
