import type { SpeechDecoder } from '../audio/opus.ts';
import type { PlayoutSettings } from '../core/call-plan.ts';
import { createRng } from '../core/rng.ts';
import { createArrivalHistory } from './arrival-history.ts';
import { createBackgroundNoise } from './background-noise.ts';
import { beginConcealment, type Concealment } from './concealment.ts';
import { decide, type LastMode, type Operation } from './decision.ts';
import { createDelayTarget } from './delay-target.ts';
import { createFixedTurns, decideFixed, type FixedTurns, type TurnRate } from './fixed-buffer.ts';
import { createPacketBuffer, type Waiting } from './packet-buffer.ts';
import type { Gap, Repair, SoundLog } from './sound-log.ts';
import type { StreamPacket } from './stream.ts';
import { accelerate, preemptiveExpand, STRETCH_PAST_SAMPLES, STRETCH_SAMPLES, stretchablePeriod } from './time-stretch.ts';
import { append, createTrack, OVERLAP_SAMPLES, type Track } from './track.ts';

/** The receiver is asked for sound every 10 ms. */
export const TICK_MS = 10;
export const TICK_SAMPLES = 480;
const SAMPLES_PER_MS = 48;
const RATE: TurnRate = { samplesPerMs: SAMPLES_PER_MS, overlapSamples: OVERLAP_SAMPLES };

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
  /** How much will be played, samples at 48 kHz. */
  readonly length: number;
}

/** A receiver of one stream of Opus, 10 ms at a time. It knows no time but what it is told. */
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
 * error correction, concealment; or, where the settings say so, one with a buffer of constant delay that leaves time alone.
 * Deterministic: the same packets at the same times give the same samples.
 */
export function createReceiver({ settings, packetTimeMs, decoder, length }: ReceiverSettings): Receiver {
  const track = createTrack(length);
  const log: SoundLog = { gaps: [], repairs: [] };
  const counts: PlayoutCounts = {
    discarded: 0,
    fecReceived: 0,
    fecDiscarded: 0,
    bufferDelay: 0,
    targetDelay: 0,
    emitted: 0,
  };
  const buffer = createPacketBuffer();
  const target = createDelayTarget(settings, packetTimeMs);
  const turns = settings.fixedDelayMs === null ? null : createFixedTurns(settings.fixedDelayMs, settings.concealment, RATE);
  const background = createBackgroundNoise();
  const sources = { decoder, background, rng: createRng(NOISE_SEED), frameSamples: packetTimeMs * SAMPLES_PER_MS };
  let history = createArrivalHistory();
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
      if (packet.fec) counts.fecDiscarded++;
      else counts.discarded++;
    }
  };

  const admit = (packet: Waiting): void => {
    const late =
      packet.timestamp < Math.max(wanted ?? Number.NEGATIVE_INFINITY, turns?.timestampAt(track.head) ?? Number.NEGATIVE_INFINITY);
    turnOut(late ? [packet] : buffer.insert(packet));
  };

  const newSource = (): void => {
    turnOut(buffer.clear());
    history = createArrivalHistory();
    turns?.reset();
    wanted = null;
  };

  const note = (kind: Repair['kind'], start: number, samples: number): void => {
    log.repairs.push({ kind, start, samples });
  };

  /** Decodes the earliest packet waiting; null when it turns out to be none. */
  const decodeFirst = (): { packet: Waiting; sound: Float32Array } | null => {
    const packet = buffer.takeFirst();
    if (packet === null) return null;
    const sound = packet.fec ? decoder.decodeFec(packet.payload, packet.samples) : decoder.decode(packet.payload);
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
    const at = turns?.join(track, packet.timestamp, sound) ?? concealment?.join(track, sound) ?? track.tail;
    if (turns === null && concealment === null) append(track, sound);
    if (gap !== null) {
      gap.end = Math.max(gap.start, at);
      gap.resumed = packet.timestamp;
      gap = null;
    }
    concealment = null;
    if (packet.fec) note('fec', at, sound.length);
    const waitedMs = nowMs - packet.arrivalMs + (at - track.head) / SAMPLES_PER_MS + (sound.length - 1) / 2 / SAMPLES_PER_MS;
    counts.bufferDelay += (waitedMs / 1000) * sound.length;
    counts.targetDelay += ((settings.fixedDelayMs ?? target.targetMs()) / 1000) * sound.length;
    counts.emitted += sound.length;
    background.listen(track.samples, track.tail);
    wanted = packet.timestamp + sound.length;
    turnOut(buffer.dropBefore(wanted));
    last = !packet.fec && decoder.isDtx(packet.payload) ? 'noise' : 'normal';
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
    append(track, decoder.conceal(TICK_SAMPLES));
    madeUp += TICK_SAMPLES;
  };

  /** Decodes what follows without a gap, until so many samples lie ahead or nothing follows. */
  const decodeAhead = (samples: number, nowMs: number): void => {
    while (track.tail - track.head < samples + OVERLAP_SAMPLES && buffer.first()?.timestamp === wanted) if (!play(nowMs)) return;
  };

  const stretch = (operation: Operation, nowMs: number): void => {
    const slower = operation === 'preemptive-expand';
    const past = slower ? STRETCH_PAST_SAMPLES : 0;
    decodeAhead(STRETCH_SAMPLES - past, nowMs);
    const start = slower ? Math.min(track.head, track.tail - STRETCH_SAMPLES) : track.head;
    if (start < track.head - past || start + STRETCH_SAMPLES > track.tail) return;
    const period = stretchablePeriod(track.samples, start, background.power());
    if (period === null) return;
    stretchedMs = nowMs;
    const at = start + STRETCH_SAMPLES / 2;
    if (slower) {
      preemptiveExpand(track.samples, start, track.tail, period);
      track.tail += period;
      note('slower', at, period);
    } else {
      accelerate(track.samples, start, track.tail, period);
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
      madeUp,
      gain: concealment?.gain() ?? 1,
      bufferedMs: buffer.spanSamples(nowMs) / SAMPLES_PER_MS,
      nextIsDtx: first !== null && !first.fec && decoder.isDtx(first.payload),
      playoutDelayMs: history.delayMs(due - ahead, nowMs),
      nextDelayMs: first === null ? 0 : history.delayMs(first.timestamp, nowMs),
      targetMs: target.targetMs(),
      maxDelayMs: history.maxDelayMs(),
      msSinceStretch: nowMs - stretchedMs,
    });
  };

  /** Plays the first packet of a source at once, as libwebrtc does; the buffer fills up while it plays. */
  const begin = (nowMs: number): void => {
    if (startedAt === null) track.tail = track.head + OVERLAP_SAMPLES;
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
    while (track.tail - track.head < TICK_SAMPLES + OVERLAP_SAMPLES) {
      const operation = wanted === null ? 'conceal' : nextOperation(nowMs, wanted);
      if (operation === 'noise') comfort();
      else if (operation === 'conceal') conceal();
      else play(nowMs);
    }
  };

  /** Begins to play once the first packet's place is among the next 10 ms; false until then. */
  const beginFixed = (nowMs: number, fixed: FixedTurns): boolean => {
    for (let first = buffer.first(); first !== null && startedAt === null; first = buffer.first()) {
      const place = fixed.placeOf(first.timestamp);
      if (place === null || place >= track.head + TICK_SAMPLES + OVERLAP_SAMPLES) return false;
      track.tail = place;
      if (play(nowMs)) startedAt = place;
    }
    return startedAt !== null;
  };

  /** The same as `provide` for a buffer of constant delay: each packet at its place, and what stands in for the missing ones between. */
  const provideFixed = (nowMs: number, fixed: FixedTurns): void => {
    fixed.tick(nowMs, track.head, buffer.first());
    turnOut(buffer.dropBefore(fixed.timestampAt(track.head)));
    if (!beginFixed(nowMs, fixed)) return;
    const until = track.head + TICK_SAMPLES;
    for (;;) {
      const first = buffer.first();
      const place = first === null ? null : fixed.placeOf(first.timestamp);
      if (track.tail >= until + OVERLAP_SAMPLES && (place === null || place >= until)) return;
      const ahead = place === null ? null : place - track.tail;
      const operation = decideFixed({ last, ahead, madeUp, fadeSamples: fixed.fadeSamples, samplesPerMs: SAMPLES_PER_MS });
      if (operation === 'noise') comfort();
      else if (operation === 'conceal') conceal();
      else play(nowMs);
    }
  };

  return {
    track,
    log,
    counts,
    started: () => startedAt,
    receive(packet) {
      const samples = decoder.packetSamples(packet.payload);
      if (packet.epoch !== epoch) {
        epoch = packet.epoch;
        newSource();
      }
      if (samples === null) {
        counts.discarded++;
        return;
      }
      const { timestamp, arrivalMs, payload } = packet;
      turns?.arrive(timestamp, arrivalMs);
      const { delayMs, reordered } = history.insert(timestamp, arrivalMs);
      target.update(delayMs, reordered, arrivalMs);
      admit({ timestamp, samples, arrivalMs, payload, fec: false });
      if (settings.useFec !== false && decoder.hasFec(payload)) {
        counts.fecReceived++;
        admit({ timestamp: timestamp - samples, samples, arrivalMs, payload, fec: true });
      }
    },
    tick(nowMs) {
      if (turns === null) provide(nowMs);
      else provideFixed(nowMs, turns);
      track.head += TICK_SAMPLES;
      track.tail = Math.max(track.tail, track.head);
    },
  };
}
