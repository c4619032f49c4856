import type { Impairment, PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import type { PathPacket } from '../../src/path/impairment.ts';
import { createImpair } from '../../src/path/impairments/create-impair.ts';

/** A voice packet: 92 bytes of payload, 120 of datagram. */
export const VOICE: PathPacket = { direction: 'up', packetClass: 'rtp', sizeBytes: 92 };
export const VOICE_BYTES = 120;

/** A rule for everything, both ways, without provenance. */
export const rule = (action: Impairment, over: Partial<PathRule> = {}): PathRule => ({
  match: 'any',
  direction: 'both',
  action,
  provenance: {},
  ...over,
});

/** When voice packets so many milliseconds apart, from 0 on, are due; null for a drop. */
export function dueTimes(action: Impairment, count: number, everyMs: number, seed = 1): (number | null)[] {
  const impair = createImpair(action, createRng(seed));
  return Array.from({ length: count }, (_, i) => {
    const verdict = impair(VOICE, everyMs * i, 0, everyMs * i);
    return verdict === 'dropped' ? null : verdict.dueMs;
  });
}

/** How long each of these packets was held. Throws when one was dropped. */
export function heldTimes(action: Impairment, count: number, everyMs: number, seed = 1): number[] {
  return dueTimes(action, count, everyMs, seed).map((dueMs, i) => {
    if (dueMs === null) throw new Error(`packet ${i} was dropped`);
    return dueMs - everyMs * i;
  });
}

/** Which of so many packets, 20 ms apart, are dropped. Throws when one that is kept was held. */
export function losses(action: Impairment, seed: number, count: number): boolean[] {
  return dueTimes(action, count, 20, seed).map((dueMs, i) => {
    if (dueMs !== null && dueMs !== 20 * i) throw new Error(`packet ${i} was held`);
    return dueMs === null;
  });
}

export const shareOf = (lost: readonly boolean[]): number => lost.filter(Boolean).length / lost.length;
