import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DIRECTIONS } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { findProfile } from '../../src/path/profiles.ts';

const PACKETS = 2000;

/** First 16 hexadecimal digits of the SHA-256 of what a path drops, and of when it lets the rest go, of voice packets 20 ms apart. */
function fingerprint(name: string, seed: number): { readonly drops: string; readonly dueTimes: string } {
  const path = createEmulator(findProfile(name).rules, createRng(seed), 0);
  const drops = createHash('sha256');
  const dueTimes = createHash('sha256');
  for (let i = 0; i < PACKETS; i++) {
    for (const direction of DIRECTIONS) {
      const { deliveries, droppedByRule } = path.offer({ direction, packetClass: 'rtp', sizeBytes: 100 }, 20 * i);
      if (droppedByRule !== null) drops.update(`${direction} rtp ${i} ${droppedByRule}\n`);
      for (const { dueMs } of deliveries) dueTimes.update(`${direction} rtp ${i} ${dueMs.toFixed(3)}\n`);
    }
  }
  return { drops: drops.digest('hex').slice(0, 16), dueTimes: dueTimes.digest('hex').slice(0, 16) };
}

/** Taken on 2026-11-24 from the commits before paths had any but their first six kinds of rules: a seed named in an old report still means the same call. */
const BEFORE = [
  ['clear', 7, 'e3b0c44298fc1c14', '1369402eb50fc9c5'],
  ['congested', 1, '69f503ba0b925535', '12eb6b4b5ee88481'],
  ['congested', 7, '96afa9d71429cf21', '4b323094ff1f2de4'],
  ['whatsapp-2025-08', 1, '9a42e9da1d83bf4f', '3b8f24e27ea1b70d'],
  ['whatsapp-2025-08', 7, 'c8b2f09de6652452', 'e1fb3e483df62eec'],
  ['telegram-2025-08', 1, 'e3b0c44298fc1c14', '26c48a6f191c0ea9'],
  ['shutdown', 1, 'd845c0680a540f6b', 'e3b0c44298fc1c14'],
] as const;

describe('what a seed means', () => {
  it.each(BEFORE)('has not changed for the path %s and the seed %d', (name, seed, drops, dueTimes) => {
    expect(fingerprint(name, seed)).toEqual({ drops, dueTimes });
  });
});
