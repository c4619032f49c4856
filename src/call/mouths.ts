import type { Clock } from '../core/clock.ts';
import type { Arrival, Direction, PacketFate, SentPacket } from '../core/packet.ts';
import type { Rng } from '../core/rng.ts';
import type { EnginePeer } from './engines/engine-peer.ts';
import { oneLine } from './engines/one-line.ts';
import type { MediaWatch } from './media-watch.ts';
import type { OutgoingRtp, Peer } from './peer.ts';
import { startSender } from './sender.ts';
import type { SpokenStream } from './spoken-stream.ts';
import { sentByEngine } from './voice-at-relay.ts';
import type { VoiceTap } from './voice-tap.ts';

/** Whoever speaks in one direction of a call. */
export interface Mouth {
  /** When the last of the speech will have left, clock ms. */
  endMs(): number;
  /** Packets sent so far. */
  count(): number;
  /** What is sent from now on belongs to nobody's speech. */
  stop(): void;
  /**
   * What was sent, and when the first packet of it was due, ms since the record's origin; null when nothing ever was.
   * @param arrivals what of it arrived, as far as our own peer tells
   */
  told(
    fates: readonly PacketFate[],
    arrivals: readonly Arrival[],
  ): { readonly sent: readonly SentPacket[]; readonly mediaStartMs: number | null };
}

export interface MouthOptions {
  readonly clock: Clock;
  readonly direction: Direction;
  readonly originMs: number;
  /** When to begin, clock ms. */
  readonly startMs: number;
  readonly packetTimeMs: number;
  /** Of the codec's RTP timestamps. */
  readonly clockRateHz: number;
  readonly speech: SpokenStream;
  readonly watch: MediaWatch;
}

export interface EngineMouth extends Mouth {
  /** Why the engine does not speak, or does not say since when; null when all is well. `pending` while it has not answered. */
  trouble(): 'pending' | string | null;
}

export interface OwnMouth extends Mouth {
  /** What was sent, by sequence number. */
  readonly packets: ReadonlyMap<number, OutgoingRtp>;
  readonly ssrc: number;
}

/** Our own peer speaks: packets encoded beforehand, each at its time. */
export function ownMouth(peer: Peer, rng: Rng, options: MouthOptions): OwnMouth {
  const { clock, clockRateHz, direction, originMs, packetTimeMs, speech, startMs, watch } = options;
  const packets = new Map<number, OutgoingRtp>();
  const sender = startSender({
    clock,
    originMs,
    startMs,
    packetTimeMs,
    clockRateHz,
    packets: speech.packets,
    rng,
    send(packet) {
      const sent = peer.sendRtp(packet);
      if (sent) {
        packets.set(packet.sequenceNumber, packet);
        watch.sent(direction, clock.now());
      }
      return sent;
    },
  });
  return {
    packets,
    ssrc: peer.ssrc,
    endMs: () => sender.endMs,
    count: () => sender.sent.length,
    stop: sender.stop,
    told: () => ({ sent: sender.sent, mediaStartMs: startMs - originMs }),
  };
}

/**
 * A real engine speaks. What it sends is seen at the relay. It speaks into a microphone, so its first packet is due one packet time after its first
 * sample: there `mediaStartMs` lies, as with our own packets.
 */
export function engineMouth(engine: EnginePeer, voice: VoiceTap, options: MouthOptions): EngineMouth {
  const { clock, clockRateHz, direction, originMs, packetTimeMs, speech, startMs, watch } = options;
  const sinceMs = clock.now() - originMs;
  let untilMs: number | null = null;
  let count = 0;
  let firstPacketMs: number | null = null;
  let trouble: ReturnType<EngineMouth['trouble']> = 'pending';
  const came = voice.came;
  voice.came = (ofDirection, atMs) => {
    came(ofDirection, atMs);
    if (ofDirection !== direction || untilMs !== null) return;
    count++;
    watch.sent(direction, atMs);
  };
  const cancel = clock.schedule(startMs, () => {
    engine.speak().then(
      (spokenMs) => {
        firstPacketMs = spokenMs + packetTimeMs;
        trouble = null;
      },
      (error: unknown) => {
        trouble = oneLine(error);
      },
    );
  });
  const lengthMs = speech.packets.length * packetTimeMs;
  return {
    endMs: () => (firstPacketMs ?? startMs) + lengthMs,
    count: () => count,
    stop() {
      cancel();
      untilMs ??= clock.now() - originMs;
    },
    trouble: () => trouble,
    told: (fates, arrivals) => ({
      sent: sentByEngine(fates, direction, arrivals, clockRateHz, { sinceMs, untilMs: untilMs ?? Number.POSITIVE_INFINITY }),
      mediaStartMs: firstPacketMs === null ? null : firstPacketMs - originMs,
    }),
  };
}
