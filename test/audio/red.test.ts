import { describe, expect, it } from 'vitest';
import { packRed, type RedBlock, unpackRed } from '../../src/audio/red.ts';
import { createRng } from '../../src/core/rng.ts';

const block = (length: number, timestampOffset = 0, payloadType = 111): RedBlock => ({
  payloadType,
  timestampOffset,
  payload: Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256),
});

describe('redundant audio (RFC 2198)', () => {
  it('has the layout of its section 3', () => {
    const packet = packRed(block(3, 0, 5), [block(2, 960, 5)]);
    // 1 | PT 5 | offset 960 in 14 bits | length 2 in 10 bits, then 0 | PT 5, the earlier payload, the packet's own.
    expect([...packet]).toEqual([0x85, 960 >> 6, (960 & 0x3f) << 2, 2, 0x05, 2, 9, 3, 10, 17]);
  });

  it('gives back what was put in, its own payload first and the latest of the others next', () => {
    for (const [own, one, two] of [
      [80, 77, 75],
      [1, 1, 1],
      [160, 160, 160],
      [2, 1023, 100],
    ] as const) {
      const blocks = [block(own), block(one, 960), block(two, 16_383)];
      expect(unpackRed(packRed(blocks[0] as RedBlock, blocks.slice(1)))).toEqual(blocks);
    }
    expect(unpackRed(packRed(block(9), []))).toEqual([block(9)]);
  });

  it('leaves out what does not fit: too long, too long ago, too much altogether, and all before it', () => {
    const kept = (earlier: RedBlock[]): number => (unpackRed(packRed(block(100), earlier))?.length ?? 0) - 1;
    expect(kept([block(100, 960), block(1024, 1920), block(100, 2880)])).toBe(1);
    expect(kept([block(100, 16_384), block(100, 960)])).toBe(0);
    expect(kept([block(500, 960), block(591, 1920)])).toBe(2);
    expect(kept([block(500, 960), block(592, 1920)])).toBe(1);
    expect(packRed(block(100), [block(500, 960), block(591, 1920)]).length).toBe(1200);
  });

  it('is refused when its headers do not add up', () => {
    const packet = packRed(block(3), [block(20, 960), block(20, 1920)]);
    // Cut within the headers or the earlier payloads; cut within its own, that one is shorter.
    for (let length = 0; length < 49; length++) expect(unpackRed(packet.subarray(0, length))).toBeNull();
    expect(unpackRed(packet.subarray(0, 50))?.[0]?.payload.length).toBe(1);
    expect(unpackRed(new Uint8Array(200).fill(0xff))).toBeNull();
    expect(unpackRed(Uint8Array.from([...Array(33).fill([0x80, 0, 0, 0]), 0].flat()))).toBeNull();
  });

  it('leaves empty payloads out', () => {
    expect(unpackRed(Uint8Array.from([0x80 | 111, 0, 0, 0, 111, 1, 2]))).toEqual([
      { payloadType: 111, timestampOffset: 0, payload: Uint8Array.of(1, 2) },
    ]);
  });

  it('of any bytes is null or lies within them', () => {
    const rng = createRng(17);
    let taken = 0;
    for (let i = 0; i < 20_000; i++) {
      const packet = Uint8Array.from({ length: Math.floor(rng.next() * 40) }, () => Math.floor(rng.next() * 256));
      const blocks = unpackRed(packet);
      if (blocks === null) continue;
      taken++;
      expect(blocks.reduce((sum, { payload }) => sum + payload.length, 0)).toBeLessThan(packet.length);
      expect(blocks.every(({ payloadType, timestampOffset }) => payloadType < 128 && timestampOffset < 16_384)).toBe(true);
    }
    expect(taken).toBeGreaterThan(1000);
  });
});
