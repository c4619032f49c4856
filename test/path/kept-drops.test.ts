import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DIRECTIONS, type PacketClass } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { findProfile } from '../../src/path/profiles.ts';

const CLASSES: readonly PacketClass[] = ['stun', 'dtls-handshake', 'dtls-data', 'rtp', 'rtcp', 'turn-channel', 'other', 'text'];
const PACKETS = 2000;

/** First 16 hexadecimal digits of the SHA-256 of what a path drops, and of when it lets the rest go, of packets of every class, 20 ms apart. */
function fingerprint(name: string, seed: number): { readonly drops: string; readonly dueTimes: string } {
  const path = createEmulator(findProfile(name).rules, createRng(seed), 0);
  const drops = createHash('sha256');
  const dueTimes = createHash('sha256');
  for (let i = 0; i < PACKETS; i++) {
    for (const direction of DIRECTIONS) {
      for (const packetClass of CLASSES) {
        const { deliveries, droppedByRule } = path.offer({ direction, packetClass, sizeBytes: 100 }, 20 * i);
        if (droppedByRule !== null) drops.update(`${direction} ${packetClass} ${i} ${droppedByRule}\n`);
        for (const { dueMs } of deliveries) dueTimes.update(`${direction} ${packetClass} ${i} ${dueMs.toFixed(3)}\n`);
      }
    }
  }
  return { drops: drops.digest('hex').slice(0, 16), dueTimes: dueTimes.digest('hex').slice(0, 16) };
}

/** Taken on 2026-11-24 from commit 4be9487, before paths had any but their first six kinds of rules: a seed named in an old report still means the same call. */
const BEFORE = [
  ['clear', 7, 'e3b0c44298fc1c14', 'acb56344ea2163e3'],
  ['congested', 1, '1ebc76d8e69d5c34', '3ecb5abbaa05db72'],
  ['congested', 7, '929abf96c0cb67f9', 'a81a8c925367f144'],
  ['whatsapp-2025-08', 1, '58d73de0a162f372', '024fb8fcbb1b01d0'],
  ['whatsapp-2025-08', 7, '41579e6c35969afc', '567fa4361fdabcd0'],
  ['telegram-2025-08', 1, 'b2d0e45326acd951', '5f31f119005a565b'],
  ['shutdown', 1, '93c41bf2988a09e2', 'e3b0c44298fc1c14'],
] as const;

describe('what a seed means', () => {
  it.each(BEFORE)('has not changed for the path %s and the seed %d', (name, seed, drops, dueTimes) => {
    expect(fingerprint(name, seed)).toEqual({ drops, dueTimes });
  });
});
