import type { ConcealmentMode } from './call-plan.ts';
import type { Measurement } from './measurement.ts';
import type { Direction } from './packet.ts';
import type { ToolInfo } from './report.ts';

export const WHAT_IF_SCHEMA = 'callprobe.what-if';
/** Raised when a reader of the old shape would break. */
export const WHAT_IF_VERSION = 1;

/** Opinion scores that differ by less are called the same. Ours: no listening test stands behind it. */
export const TOLD_APART_MOS = 0.3;

/** What is done differently; everything else stays as it was. */
export interface WhatIfChange {
  /** The buffer holds so much more than it did on the mean, ms. */
  readonly longerBufferMs?: number;
  readonly concealment?: ConcealmentMode;
  /** Whether the receiver uses the error correction that packets carry. */
  readonly useFec?: boolean;
  /** `fec`: every packet is encoded anew, with in-band error correction. `red`: each packet brings the one before it along (RFC 2198). */
  readonly sender?: 'fec' | 'red';
}

/** What one direction sounds like, played out in one way. */
export interface WhatIfFigures {
  readonly mosLqo: Measurement;
  readonly metallic: Measurement;
  /** Share of the sound that the receiver made up. */
  readonly concealedRatio: Measurement;
  /** What a sample waits in the jitter buffer on the mean. */
  readonly bufferDelaySeconds: Measurement;
  readonly mouthToEarDelaySeconds: Measurement;
}

export interface WhatIfRow {
  /** Stable name, such as `buffer-120`. */
  readonly id: string;
  /** At most 22 columns. */
  readonly name: string;
  readonly change: WhatIfChange;
  /** A direction in which nothing was sent is absent. */
  readonly directions: Readonly<Partial<Record<Direction, WhatIfFigures>>>;
  /** Of the call as it was, and of what seemed to help: the opinion scores when all packets come a few milliseconds later. */
  readonly spread: Readonly<Partial<Record<Direction, Spread>>>;
}

/** Lowest and highest opinion score of a few; there is none where none could be given. */
export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** What of one direction was encoded once more to try what another sender would have done; null where that was not tried. */
export interface Reencoded {
  readonly fec: {
    /** The loss that the encoder was told, 0–1. */
    readonly declaredLossRatio: number;
    /** Share of the packets that came out with error correction. */
    readonly fecRatio: number;
    /** Bytes of all payloads, against those sent in the call. */
    readonly sizeRatio: number;
  } | null;
  /** Whether the encoder made the call's own packets again byte for byte; else all of them were encoded anew. */
  readonly red: { readonly sameBytes: boolean } | null;
}

/** A saved call played out in other ways, and what comes of it. */
export interface WhatIf {
  readonly schema: typeof WHAT_IF_SCHEMA;
  readonly schemaVersion: number;
  readonly conformance: number;
  readonly tool: ToolInfo;
  readonly replayed: string;
  readonly startedAt: string;
  /** Of the call's path. */
  readonly path: string;
  /** Why the machine was not fit to measure when the call was made, so that its own lateness is among what was tried against; null when it was fit. */
  readonly unfit: string | null;
  /** As it was first. */
  readonly rows: readonly WhatIfRow[];
  readonly reencoded: Readonly<Partial<Record<Direction, Reencoded>>>;
  /** By direction, the row that would have helped most, and the one at the receiver; null where none would have by more than chance. */
  readonly helped: Readonly<Partial<Record<Direction, Helped>>>;
  /** What comes of it, in words. */
  readonly summary: string;
}

export interface Helped {
  readonly most: string | null;
  readonly atReceiver: string | null;
}
