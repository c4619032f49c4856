import type { SpeechDecoder } from '../audio/speech-decoder.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import { createRng } from '../core/rng.ts';
import { createArrivalHistory } from './arrival-history.ts';
import { createBackgroundNoise } from './background-noise.ts';
import { beginConcealment, type Concealment } from './concealment.ts';
import { decide, type LastMode, type Operation } from './decision.ts';
import { decodeRate } from './decode-rate.ts';
import { createDelayTarget } from './delay-target.ts';
import { createPacketBuffer, type Waiting } from './packet-buffer.ts';
import { createPacketSound } from './packet-sound.ts';
import type { Gap, Repair, SoundLog } from './sound-log.ts';
import type { StreamPacket, StreamPart } from './stream.ts';
import { accelerate, middleOfStretch, preemptiveExpand, stretchablePeriod, stretchSamples } from './time-stretch.ts';
import { append, createTrack, type Track } from './track.ts';

/** The receiver is asked for sound every 10 ms. */
export const TICK_MS = 10;

/** The noise in a concealment is the same in every run. */
const NOISE_SEED = 1;

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
  /** Takes a packet that has come. */
  receive(packet: StreamPacket): void;
  /** Plays the next 10 ms, at `nowMs`. */
  tick(nowMs: number): void;
}

/**
 * Makes a receiver that behaves as libwebrtc's NetEq does in what is heard: an adaptive jitter buffer, time stretched to hold its delay, in-band
 * error correction, concealment. Deterministic: the same packets at the same times give the same samples.
 */
export function createReceiver({ settings, packetTimeMs, decoder, length }: ReceiverSettings): Receiver {
  const rate = decodeRate(decoder.sampleRateHz);
  const { overlapSamples, samplesPerMs, tickSamples } = rate;
  const track = createTrack(length, rate);
  const log: SoundLog = { gaps: [], repairs: [] };
  const counts: PlayoutCounts = {
    discarded: 0,
    fecReceived: 0,
    fecDiscarded: 0,
    bufferDelay: 0,
    targetDelay: 0,
    emitted: 0,
  };
  const buffer = createPacketBuffer(rate);
  const target = createDelayTarget(settings, packetTimeMs);
  const background = createBackgroundNoise(rate);
  const sources = { decoder, background, rng: createRng(NOISE_SEED), frameSamples: packetTimeMs * samplesPerMs };
  const source = createPacketSound(decoder, rate, sources.rng);
  let history = createArrivalHistory(rate);
  let epoch = 0;
  let startedAt: number | null = null;
  /** Timestamp of the sample that belongs at the track's tail; null before the first packet of a source. */
  let wanted: number | null = null;
  let last: LastMode = 'normal';
  let madeUp = 0;
  let concealment: Concealment | null = null;
  let gap: Gap | null = null;
  let stretchedMs = Number.NEGATIVE_INFINITY;

  const turnOut = (packets: readonly Waiting[]): void => {
    for (const packet of packets) {
      if (packet.fec || packet.copy > 0) counts.fecDiscarded++;
      else counts.discarded++;
    }
  };

  const admit = (packet: Waiting): void => {
    const late = wanted !== null && packet.timestamp < wanted;
    turnOut(late ? [packet] : buffer.insert(packet));
  };

  const newSource = (): void => {
    turnOut(buffer.clear());
    history = createArrivalHistory(rate);
    wanted = null;
  };

  const note = (kind: Repair['kind'], start: number, samples: number): void => {
    log.repairs.push({ kind, start, samples });
  };

  /** Decodes the earliest packet waiting; null when it turns out to be none. */
  const decodeFirst = (): { packet: Waiting; sound: Float32Array } | null => {
    const packet = buffer.takeFirst();
    if (packet === null) return null;
    const sound = source.decode(packet);
    if (sound === null || sound.length === 0) {
      turnOut([packet]);
      return null;
    }
    return { packet, sound };
  };

  /** Plays the earliest packet waiting; false when it could not be decoded. */
  const play = (nowMs: number): boolean => {
    const decoded = decodeFirst();
    if (decoded === null) return false;
    const { packet, sound } = decoded;
    const at = concealment === null ? track.tail : concealment.join(track, sound);
    if (concealment === null) append(track, sound);
    if (gap !== null) {
      gap.end = Math.max(gap.start, at);
      gap.resumed = packet.timestamp;
      gap = null;
    }
    concealment = null;
    if (packet.fec || packet.copy > 0) note(packet.fec ? 'fec' : 'copy', at, sound.length);
    const waitedMs = nowMs - packet.arrivalMs + (at - track.head) / samplesPerMs + (sound.length - 1) / 2 / samplesPerMs;
    counts.bufferDelay += (waitedMs / 1000) * sound.length;
    counts.targetDelay += (target.targetMs() / 1000) * sound.length;
    counts.emitted += sound.length;
    background.listen(track.samples, track.tail);
    wanted = packet.timestamp + sound.length;
    turnOut(buffer.dropBefore(wanted));
    last = source.saysSilence(packet) ? 'noise' : 'normal';
    madeUp = 0;
    return true;
  };

  const conceal = (): void => {
    const from = track.tail;
    concealment ??= beginConcealment(settings.concealment, track, sources);
    if (gap === null) {
      gap = { start: from, end: from, silentSamples: 0, epoch, wanted: wanted ?? 0, resumed: null };
      log.gaps.push(gap);
    }
    const silent = concealment.extend(track);
    gap.end = track.tail;
    if (silent) gap.silentSamples += track.tail - from;
    madeUp += track.tail - from;
    last = 'concealed';
  };

  const comfort = (): void => {
    append(track, source.silence());
    madeUp += tickSamples;
  };

  /** Decodes what follows without a gap, until so many samples lie ahead or nothing follows. */
  const decodeAhead = (samples: number, nowMs: number): void => {
    while (track.tail - track.head < samples + overlapSamples && buffer.first()?.timestamp === wanted) if (!play(nowMs)) return;
  };

  const stretch = (operation: Operation, nowMs: number): void => {
    const slower = operation === 'preemptive-expand';
    const looked = stretchSamples(rate);
    const past = slower ? middleOfStretch(rate) : 0;
    decodeAhead(looked - past, nowMs);
    const start = slower ? Math.min(track.head, track.tail - looked) : track.head;
    if (start < track.head - past || start + looked > track.tail) return;
    const period = stretchablePeriod(track.samples, start, background.power(), rate);
    if (period === null) return;
    stretchedMs = nowMs;
    const at = start + middleOfStretch(rate);
    if (slower) {
      preemptiveExpand(track.samples, at, track.tail, period);
      track.tail += period;
      note('slower', at, period);
    } else {
      accelerate(track.samples, at, track.tail, period);
      track.tail -= period;
      note('faster', at - period, period);
    }
  };

  const nextOperation = (nowMs: number, due: number): Operation => {
    const first = buffer.first();
    const ahead = track.tail - track.head;
    return decide({
      last,
      leap: first === null ? null : first.timestamp - due,
      samplesPerMs,
      madeUp,
      gain: concealment?.gain() ?? 1,
      bufferedMs: buffer.spanSamples(nowMs) / samplesPerMs,
      nextIsDtx: first !== null && source.saysSilence(first),
      playoutDelayMs: history.delayMs(due - ahead, nowMs),
      nextDelayMs: first === null ? 0 : history.delayMs(first.timestamp, nowMs),
      targetMs: target.targetMs(),
      maxDelayMs: history.maxDelayMs(),
      msSinceStretch: nowMs - stretchedMs,
    });
  };

  /** Plays the first packet of a source at once, as libwebrtc does; the buffer fills up while it plays. */
  const begin = (nowMs: number): void => {
    if (startedAt === null) track.tail = track.head + overlapSamples;
    while (buffer.first() !== null) {
      const at = track.tail;
      if (!play(nowMs)) continue;
      startedAt ??= at;
      return;
    }
  };

  /** Sees to it that the next 10 ms can be played. */
  const provide = (nowMs: number): void => {
    if (wanted === null) begin(nowMs);
    if (startedAt === null) return;
    if (wanted !== null) {
      const operation = nextOperation(nowMs, wanted);
      if (operation === 'accelerate' || operation === 'preemptive-expand') stretch(operation, nowMs);
    }
    while (track.tail - track.head < tickSamples + overlapSamples) {
      const operation = wanted === null ? 'conceal' : nextOperation(nowMs, wanted);
      if (operation === 'noise' || (operation === 'conceal' && last === 'noise' && source.silenceIsDescribed())) comfort();
      else if (operation === 'conceal') conceal();
      else play(nowMs);
    }
  };

  /** Learns from a payload's time of arrival; as libwebrtc does, from that of a copy too where it is the first of its timestamp to come. */
  const learn = ({ timestamp, copy, noise }: StreamPart, arrivalMs: number): void => {
    if (noise) return;
    const { delayMs, reordered, known } = history.insert(timestamp, arrivalMs);
    if (copy === 0 || !known) target.update(delayMs, reordered, arrivalMs);
  };

  const accept = (part: StreamPart, arrivalMs: number): void => {
    const { timestamp, payload, copy, noise } = part;
    const samples = noise ? tickSamples : decoder.packetSamples(payload);
    if (copy > 0) counts.fecReceived++;
    if (samples === null) {
      if (copy > 0) counts.fecDiscarded++;
      else counts.discarded++;
      return;
    }
    learn(part, arrivalMs);
    const waiting = { samples, arrivalMs, payload, copy };
    admit({ ...waiting, timestamp, fec: false, noise });
    if (noise || decoder.recovery?.hasFec(payload) !== true) return;
    counts.fecReceived++;
    admit({ ...waiting, timestamp: timestamp - samples, fec: true, noise: false });
  };

  return {
    track,
    log,
    counts,
    started: () => startedAt,
    receive(packet) {
      if (packet.epoch !== epoch) {
        epoch = packet.epoch;
        newSource();
      }
      if (packet.parts.length === 0) counts.discarded++;
      for (const part of packet.parts) accept(part, packet.arrivalMs);
    },
    tick(nowMs) {
      provide(nowMs);
      track.head += tickSamples;
      track.tail = Math.max(track.tail, track.head);
    },
  };
}
