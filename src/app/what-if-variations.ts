import type { CodecSettings, PlayoutSettings } from '../core/call-plan.ts';
import { type ReceiverStats, shareOf } from '../core/playout-stats.ts';
import type { WhatIfChange } from '../core/what-if.ts';

/** One row of the table before it is measured. */
export interface Variation {
  readonly id: string;
  readonly name: string;
  readonly change: WhatIfChange;
}

export const AS_IT_WAS: Variation = { id: 'as-it-was', name: 'as it was', change: {} };

/** How much longer the buffer is made, ms: three packets, and twice and four times that. The middle one is tried together with what needs time to work. */
const LONGER_MS = [60, 120, 240] as const;
const WITH_OTHERS_MS = 120;

const CONCEALMENTS: readonly PlayoutSettings['concealment'][] = ['neteq', 'opus', 'repeat', 'silence'];

/**
 * What is worth trying on a call, what costs nobody anything first.
 * @param playout as the call was heard
 * @param packetsCarryFec whether any packet that arrived did
 */
export function variationsOf(playout: PlayoutSettings, codec: CodecSettings['name'], packetsCarryFec: boolean): Variation[] {
  return [
    ...CONCEALMENTS.filter((mode) => mode !== playout.concealment && (mode !== 'opus' || codec === 'opus')).map((concealment) => ({
      id: `concealment-${concealment}`,
      name: `concealment: ${concealment}`,
      change: { concealment },
    })),
    ...LONGER_MS.map((ms) => ({ id: `buffer-${ms}`, name: `buffer +${ms} ms`, change: { longerBufferMs: ms } })),
    ...(codec === 'opus' ? fecVariations(playout, packetsCarryFec) : []),
    ...together({ id: 'red', name: 'RED 1', change: { sender: 'red' } }),
  ];
}

/** Error correction the other way round: not used where it is, used or sent where it is not. */
function fecVariations({ useFec }: PlayoutSettings, packetsCarryFec: boolean): Variation[] {
  if (!packetsCarryFec) return together({ id: 'fec-sent', name: 'FEC', change: { sender: 'fec', useFec: true } });
  if (useFec === false) return together({ id: 'fec-used', name: 'FEC used', change: { useFec: true } });
  return [{ id: 'fec-ignored', name: 'FEC ignored', change: { useFec: false } }];
}

/** What comes with a later packet must be waited for: by itself, and with a longer buffer. Names of what another sender does end in a star. */
function together({ id, name, change }: Variation): Variation[] {
  const star = change.sender === undefined ? '' : ' *';
  return [
    { id, name: `${name}${star}`, change },
    {
      id: `${id}-buffer-${WITH_OTHERS_MS}`,
      name: `${name} and +${WITH_OTHERS_MS} ms${star}`,
      change: { ...change, longerBufferMs: WITH_OTHERS_MS },
    },
  ];
}

/**
 * The receiver of a variation. A longer buffer of constant delay has the more; one that adapts gets a least delay of what it had on the mean, and the more.
 * @param own what the direction's playout was as it was
 */
export function receiverOf(change: WhatIfChange, playout: PlayoutSettings, own: ReceiverStats): PlayoutSettings {
  const { longerBufferMs, concealment, useFec } = change;
  const changed = { ...playout, ...(concealment === undefined ? {} : { concealment }), ...(useFec === undefined ? {} : { useFec }) };
  if (longerBufferMs === undefined) return changed;
  if (playout.fixedDelayMs !== null) return { ...changed, fixedDelayMs: playout.fixedDelayMs + longerBufferMs };
  const heldMs = 1000 * (shareOf(own.jitterBufferDelay, own.jitterBufferEmittedCount) ?? 0);
  const minDelayMs = Math.round(heldMs + longerBufferMs);
  return { ...changed, minDelayMs, maxDelayMs: Math.max(minDelayMs, playout.maxDelayMs) };
}
