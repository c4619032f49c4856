import { describe, expect, it } from 'vitest';
import { asCarried, createCallDecoder, encodeForCall, lookAheadSeconds } from '../../src/audio/call-codec.ts';
import { unpackRed } from '../../src/audio/red.ts';
import type { CodecSettings } from '../../src/core/call-plan.ts';
import { resample } from '../../src/dsp/resample.ts';
import { CODEC, voice } from '../support/packets.ts';

const PCMU: CodecSettings = { name: 'pcmu', bitrateBps: 64_000, packetTimeMs: 20 };
const speech = voice(1);

describe.each([['Opus', CODEC] as const, ['G.711', PCMU] as const])('a call in %s', (_, codec) => {
  it('is decoded by its decoder, a packet time a packet', async () => {
    const { packets } = await encodeForCall(speech, codec);
    const decoder = await createCallDecoder(codec);
    expect(packets.length).toBe(50);
    for (const packet of packets) expect(decoder.decode(packet as Uint8Array)?.length).toBe(0.02 * decoder.sampleRateHz);
    decoder.free();
  });

  it.each([1, 2] as const)('with redundancy holds %i payloads again in each packet, and its own unchanged', async (redundancy) => {
    const plain = (await encodeForCall(speech, codec)).packets;
    const { packets, copiesLeftOut } = await encodeForCall(speech, { ...codec, redundancy });
    const units = codec.name === 'opus' ? 960 : 160;
    for (const [index, packet] of packets.entries()) {
      const blocks = unpackRed(packet as Uint8Array) ?? [];
      expect(blocks.map(({ payload }) => payload)).toEqual(
        plain.slice(Math.max(0, index - redundancy), index + 1).reverse() as Uint8Array[],
      );
      expect(blocks.map(({ timestampOffset }) => timestampOffset)).toEqual(blocks.map((_, copy) => copy * units));
    }
    expect(copiesLeftOut).toBe(0);
  });
});

describe('redundancy', () => {
  it('leaves out what DTX does not send, and says when there is no room', async () => {
    const silence = { samples: new Float32Array(2 * 48_000), sampleRateHz: 48_000 };
    const sparse = (await encodeForCall(silence, { ...CODEC, dtx: true, redundancy: 2 })).packets;
    const sent = sparse.flatMap((packet) => (packet === null ? [] : [unpackRed(packet) ?? []]));
    expect(sparse.length - sent.length).toBeGreaterThan(20);
    for (const blocks of sent) expect(blocks.every(({ payload }) => payload.length > 0)).toBe(true);
    const large = await encodeForCall(speech, { ...CODEC, bitrateBps: 200_000, packetTimeMs: 60, redundancy: 1 });
    expect(large.copiesLeftOut).toBeGreaterThan(0.5);
    const larger = await encodeForCall(speech, { ...CODEC, bitrateBps: 200_000, packetTimeMs: 60, redundancy: 2 });
    expect(larger.copiesLeftOut).toBeLessThanOrEqual(1);
  });
});

describe('what a codec can carry', () => {
  it('is all of a sound for Opus, and its telephone band for G.711', () => {
    expect(asCarried(speech, CODEC)).toBe(speech);
    const band = asCarried(speech, PCMU);
    expect([band.sampleRateHz, band.samples.length]).toEqual([48_000, speech.samples.length]);
    const again = asCarried(band, PCMU).samples;
    expect(Math.max(...again.map((x, i) => Math.abs(x - (band.samples[i] as number))))).toBeLessThan(0.01);
    expect(resample(band, 8_000).samples.some((x) => Math.abs(x) > 0.05)).toBe(true);
    expect(lookAheadSeconds(PCMU)).toBe(0);
    expect(lookAheadSeconds(CODEC)).toBeCloseTo(0.0065, 9);
  });
});
