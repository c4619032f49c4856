import { beforeAll, describe, expect, it } from 'vitest';
import { type CodedPacket, identifyCodec } from '../../src/audio/identify-codec.ts';
import { createRng } from '../../src/core/rng.ts';
import { arrivalsOf, burstyLoss, CODEC, voicePackets } from '../support/packets.ts';

const rng = createRng(5);
const random = (length: number): Uint8Array => Uint8Array.from({ length }, () => Math.floor(rng.next() * 256));
/** G.711 as a telephone sends it: 20 ms are 160 bytes; a tag of SRTP makes them more. */
const telephone = (count: number, tag = 0): CodedPacket[] =>
  Array.from({ length: count }, (_, n) => ({ sequenceNumber: n, timestamp: n * 160, payload: random(160 + tag) }));
/** What SRTP makes of a packet: bytes that look like chance, and a tag. */
const encrypted = (packets: readonly CodedPacket[], tag = 10): CodedPacket[] =>
  packets.map((packet) => ({ ...packet, payload: random(packet.payload.length + tag) }));

let opus: CodedPacket[] = [];
beforeAll(async () => {
  opus = arrivalsOf(await voicePackets(4));
});

describe('the codec of a stream', () => {
  it('is Opus when the packets say of themselves what the timestamps say of them', () => {
    expect(identifyCodec(opus, 111)).toEqual({ codec: 'opus', packetTimeMs: 20 });
    expect(identifyCodec(opus, 96, 'opus')).toEqual({ codec: 'opus', packetTimeMs: 20 });
  });

  it.each([40, 60] as const)('is told in packets of %i ms, with silence left out and a fifth of them lost', async (packetTimeMs) => {
    const packets = await voicePackets(8, { ...CODEC, packetTimeMs, dtx: true });
    const lost = burstyLoss(packets.length, 0.2, 2, createRng(3));
    const heard = arrivalsOf(packets, { packetTimeMs, delayMs: (n) => (lost[n] ? null : 40) });
    expect(identifyCodec(heard, 111)).toEqual({ codec: 'opus', packetTimeMs });
  });

  it('is G.711 by its static payload types, a byte for a sample', () => {
    expect(identifyCodec(telephone(50), 0)).toEqual({ codec: 'pcmu', packetTimeMs: 20 });
    expect(identifyCodec(telephone(50), 8)).toEqual({ codec: 'pcma', packetTimeMs: 20 });
    expect(identifyCodec(telephone(50), 97, 'pcma')).toEqual({ codec: 'pcma', packetTimeMs: 20 });
  });

  it('is not told of what is encrypted, whatever the user says it is', () => {
    for (let round = 0; round < 20; round++) {
      expect(identifyCodec(encrypted(opus), 111)).toEqual({ codec: null, why: 'unknown' });
      expect(identifyCodec(encrypted(opus), 111, 'opus')).toEqual({ codec: null, why: 'unknown' });
    }
    for (const tag of [4, 10, 16]) expect(identifyCodec(telephone(50, tag), 0)).toEqual({ codec: null, why: 'encrypted' });
  });

  it('is not told of video, or of a codec nobody knows here', () => {
    const video = opus.map((packet, n) => ({ ...packet, timestamp: Math.floor(n / 3) * 3000, payload: random(1100) }));
    expect(identifyCodec(video, 96)).toEqual({ codec: null, why: 'unknown' });
    expect(identifyCodec(telephone(50, 3), 0)).toEqual({ codec: null, why: 'unknown' });
  });

  it('is not told of a handful of packets', () => {
    expect(identifyCodec([], 111)).toEqual({ codec: null, why: 'short' });
    expect(identifyCodec(opus.slice(0, 4), 111)).toEqual({ codec: null, why: 'short' });
    expect(
      identifyCodec(
        opus.filter((_, n) => n % 2 === 0),
        111,
      ),
    ).toEqual({ codec: null, why: 'short' });
  });
});
