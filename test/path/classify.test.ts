import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { classify, readRtpPosition } from '../../src/path/classify.ts';

/** A packet of zeros behind the given first bytes. */
const packet = (...first: number[]): Uint8Array => Uint8Array.from({ length: 40 }, (_, i) => first[i] ?? 0);

/** The ranges of RFC 7983 section 7, figure 3, with DTLS split by content type. */
function expectedClass(first: number): string {
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return [20, 21, 22, 26].includes(first) ? 'dtls-handshake' : 'dtls-data';
  if (first >= 64 && first <= 79) return 'turn-channel';
  return first >= 128 && first <= 191 ? 'rtp' : 'other';
}

describe('the class of a packet', () => {
  it('follows RFC 7983 for every first byte', () => {
    for (let first = 0; first < 256; first++) expect([first, classify(packet(first))]).toEqual([first, expectedClass(first)]);
  });

  it('tells RTCP from RTP by the packet types of RFC 5761, for every second byte', () => {
    for (let second = 0; second < 256; second++) {
      expect([second, classify(packet(0x80, second))]).toEqual([second, second >= 192 && second <= 223 ? 'rtcp' : 'rtp']);
    }
  });

  it('recognises real first bytes: a binding request, a ClientHello, a sender report, Opus with the marker set', () => {
    expect(classify(packet(0x00, 0x01, 0x00, 0x14, 0x21, 0x12, 0xa4, 0x42))).toBe('stun');
    expect(classify(packet(22, 0xfe, 0xff))).toBe('dtls-handshake');
    expect(classify(packet(0x80, 200))).toBe('rtcp');
    expect(classify(packet(0x90, 0x80 | 111))).toBe('rtp');
  });

  it('calls what is empty or shorter than its header other', () => {
    expect(classify(new Uint8Array())).toBe('other');
    for (const [first, header] of [
      [0, 20],
      [22, 13],
      [64, 4],
      [128, 12],
    ] as const) {
      expect(classify(packet(first).subarray(0, header - 1))).toBe('other');
      expect(classify(packet(first).subarray(0, header))).not.toBe('other');
    }
  });

  it('never throws, and reads a position exactly when it says rtp, whatever the bytes', () => {
    const rng = createRng(1);
    for (let i = 0; i < 20_000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(rng.next() * 24) }, () => Math.floor(rng.next() * 256));
      expect(readRtpPosition(bytes) !== null).toBe(classify(bytes) === 'rtp');
    }
  });
});

describe('the position of an RTP packet', () => {
  it('is read in network byte order, the highest values included', () => {
    expect(readRtpPosition(packet(0x80, 111, 0x12, 0x34, 0xff, 0xff, 0xff, 0xfe))).toEqual({
      sequenceNumber: 0x1234,
      timestamp: 0xfffffffe,
    });
  });

  it('does not depend on where in a larger buffer the packet lies', () => {
    const whole = new Uint8Array(100);
    whole.set(packet(0x80, 111, 0, 9), 37);
    expect(readRtpPosition(whole.subarray(37, 77))?.sequenceNumber).toBe(9);
  });
});
