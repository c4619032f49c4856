import type { Arrival, Direction, PacketFate, SentPacket } from '../core/packet.ts';
import type { OutgoingRtp } from './peer.ts';

/** RTP header without extensions (RFC 3550 section 5.1) and the authentication tag of SRTP's default profile (RFC 3711 section 8.2), bytes. */
const USUAL_OVERHEAD_BYTES = 12 + 10;

export interface SpokenVoice {
  readonly ssrc: number;
  readonly payloadType: number;
  /** What our own peer sent, by sequence number. */
  readonly packets: ReadonlyMap<number, OutgoingRtp>;
}

/**
 * What arrived at a real engine, from what our own peer sent it and what became of that at the relay: an engine does not tell its packets. Of a packet
 * and its copies, the first that was undamaged: damaged ones fail the engine's SRTP authentication, and its replay protection (RFC 3711 section 3.3.2)
 * throws away what comes twice, so neither ever reaches its jitter buffer. From the relay to the engine is a hop of some tens of microseconds, and is left out.
 * @param untilMs when listening ended, ms since the record's origin
 */
export function arrivalsAtEngine(fates: readonly PacketFate[], direction: Direction, spoken: SpokenVoice, untilMs: number): Arrival[] {
  const left = voiceOf(fates, direction).flatMap((fate) => {
    const packet = fate.sequenceNumber === null ? undefined : spoken.packets.get(fate.sequenceNumber);
    const times = [fate, ...(fate.copies ?? [])].flatMap(({ sentMs, flippedBits }) =>
      sentMs === null || flippedBits !== undefined || sentMs > untilMs ? [] : [sentMs],
    );
    return packet === undefined || times.length === 0 ? [] : [{ packet, atMs: Math.min(...times) }];
  });
  left.sort((a, b) => a.atMs - b.atMs);
  const { ssrc, payloadType } = spoken;
  return left.map(({ packet, atMs }) => ({ ...packet, ssrc, payloadType, arrivalMs: Math.round(atMs) }));
}

/**
 * What a real engine sent, as the relay had it: each packet at the time it came there, and due when its RTP timestamp says, counted from the packet
 * that was the least late.
 * @param arrivals what our own peer decrypted of it: how much a packet is larger than its payload is learnt from them
 * @param clockRateHz of its RTP timestamps
 * @param span from when listening began, before which nothing could be heard, until the speech was over: then an engine goes on to send silence. Ms since
 * the record's origin
 */
export function sentByEngine(
  fates: readonly PacketFate[],
  direction: Direction,
  arrivals: readonly Arrival[],
  clockRateHz: number,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): SentPacket[] {
  const voice = voiceOf(fates, direction).filter(({ arrivedMs }) => arrivedMs >= sinceMs && arrivedMs <= untilMs);
  const first = voice[0]?.rtpTimestamp ?? 0;
  // The difference as a signed 32-bit number: timestamps wrap, and a packet may overtake the first.
  const mediaMs = ({ rtpTimestamp }: PacketFate): number => ((((rtpTimestamp ?? 0) - first) | 0) / clockRateHz) * 1000;
  const startMs = Math.min(...voice.map((fate) => fate.arrivedMs - mediaMs(fate)));
  const overhead = overheadBytes(voice, arrivals);
  return voice.map((fate) => ({
    sequenceNumber: fate.sequenceNumber ?? 0,
    timestamp: fate.rtpTimestamp ?? 0,
    payloadBytes: Math.max(0, fate.sizeBytes - overhead),
    dueMs: startMs + mediaMs(fate),
    sentMs: fate.arrivedMs,
  }));
}

function voiceOf(fates: readonly PacketFate[], direction: Direction): PacketFate[] {
  return fates.filter((fate) => fate.direction === direction && fate.packetClass === 'rtp');
}

function overheadBytes(voice: readonly PacketFate[], arrivals: readonly Arrival[]): number {
  const payloadBytes = new Map(arrivals.map(({ sequenceNumber, payload }) => [sequenceNumber, payload.length]));
  for (const { sequenceNumber, sizeBytes } of voice) {
    const bytes = sequenceNumber === null ? undefined : payloadBytes.get(sequenceNumber);
    if (bytes !== undefined) return sizeBytes - bytes;
  }
  return USUAL_OVERHEAD_BYTES;
}
