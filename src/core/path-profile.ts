import type { Direction, PacketClass } from './packet.ts';

/**
 * How the path harms a packet. Ratios 0–1 of packets, times in milliseconds, sizes and rates of IP datagrams: the payload plus 28 bytes of IPv4
 * and UDP header, or plus 52 of IPv4 and TCP with time stamps for `text`. Loss, jitter, reordering and the like keep their state for each
 * direction and class by itself, so that one seed harms the same packets of a stream whatever else passes; `rate-limit`, `policer`,
 * `outage` and `stall` are one link for all that a rule matches in a direction.
 */
export type Impairment =
  | { readonly kind: 'bernoulli-loss'; readonly lossRatio: number }
  | {
      /** Two-state chain, one step a packet (Gilbert 1960, Elliott 1963; netem's `gemodel` with 1-h = lossInBad, 1-k = lossInGood). */
      readonly kind: 'gilbert-elliott-loss';
      readonly enterBadRatio: number;
      readonly leaveBadRatio: number;
      readonly lossInBadRatio: number;
      readonly lossInGoodRatio: number;
    }
  | {
      /**
       * Four-state chain, one step a packet (Salsano et al. 2012; netem's `loss state`): 1 received in a gap, 2 received within a burst,
       * 3 lost within a burst, 4 lost alone within a gap. Each number is the probability of that step; 4 always leads back to 1.
       */
      readonly kind: 'four-state-loss';
      readonly p13: number;
      readonly p31: number;
      readonly p32: number;
      readonly p23: number;
      readonly p14: number;
    }
  | {
      /** Of every `blockPackets` packets exactly the rounded share is lost, at places drawn anew for each block. */
      readonly kind: 'block-loss';
      readonly lossRatio: number;
      readonly blockPackets: number;
    }
  | {
      /** One entry a packet, 1 for lost, as in published packet traces. After the last it begins again (`repeat`), or nothing more is lost. */
      readonly kind: 'trace-loss';
      readonly trace: readonly (0 | 1)[];
      readonly repeat: boolean;
    }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | {
      /**
       * Added delay drawn anew for each packet, never negative; without `reorder` a packet waits for the one before it.
       * Without `delayMs` it adds `jitterMs` on average (normal: half-normal). With it, as netem's `delay TIME JITTER`: `delayMs` on average, give or
       * take: within `jitterMs` (uniform), or with `jitterMs` for standard deviation (normal, pareto); what would be negative is 0.
       */
      readonly kind: 'jitter';
      readonly distribution: 'uniform' | 'normal' | 'pareto';
      readonly delayMs?: number;
      readonly jitterMs: number;
      readonly reorder: boolean;
    }
  | {
      /** Added delay as it was measured: exactly one of `samplesMs` (drawn from, with replacement) and `quantilesMs` (rising, evenly spaced from 0 to 1, interpolated). */
      readonly kind: 'jitter';
      readonly distribution: 'empirical';
      readonly samplesMs?: readonly number[];
      readonly quantilesMs?: readonly number[];
      readonly reorder: boolean;
    }
  | {
      /** netem's `delay TIME reorder P gap N`: of the packets at every `gapPackets`-th place or later, `reorderRatio` goes on at once; all others are held. */
      readonly kind: 'reorder';
      readonly reorderRatio: number;
      readonly gapPackets: number;
      readonly delayMs: number;
    }
  /** A second copy of a share of the packets, at the same time. A copy is not copied again. */
  | { readonly kind: 'duplicate'; readonly duplicateRatio: number }
  /** One bit, anywhere in the payload, of a share of the packets is flipped. */
  | { readonly kind: 'corrupt'; readonly corruptRatio: number }
  | {
      /**
       * A link of a fixed rate behind a queue of exactly one of `queueMs` and `queueBytes`. `drop-tail` (the default) drops what does not fit;
       * `codel` (RFC 8289; `targetMs` 5 and `intervalMs` 100 unless named) also drops from a queue that stands.
       */
      readonly kind: 'rate-limit';
      readonly rateBps: number;
      readonly queueMs?: number;
      readonly queueBytes?: number;
      readonly discipline?: 'drop-tail' | 'codel';
      readonly targetMs?: number;
      readonly intervalMs?: number;
    }
  /** Token bucket, full at first: what exceeds it is dropped, the rest is not delayed. */
  | { readonly kind: 'policer'; readonly rateBps: number; readonly burstBytes: number }
  | { readonly kind: 'black-hole' }
  /** Once a matching packet wakes it, everything of that packet's 5-tuple in the rule's direction is dropped, whatever its class. Counts by 5-tuple, as `sticky` does. */
  | { readonly kind: 'freeze' }
  /** The last `lengthMs` of every `periodMs`, from when the rule woke, lose everything. */
  | { readonly kind: 'outage'; readonly periodMs: number; readonly lengthMs: number }
  /** The last `lengthMs` of every `periodMs`, from when the rule woke, hold everything, which then leaves in one burst. */
  | { readonly kind: 'stall'; readonly periodMs: number; readonly lengthMs: number }
  /** Datagrams of more than so many bytes are dropped. */
  | { readonly kind: 'mtu'; readonly mtuBytes: number };

/** Where a number comes from: `documented` was measured or published by someone, `assumed` is our guess, `requested` is the user's own wish. */
export type Basis = 'documented' | 'assumed' | 'requested';

export interface Provenance {
  readonly basis: Basis;
  readonly source: string;
}

export type PathEvent = 'connected' | 'first-media';

/** Which packets a rule sees: those for which all that is named holds. */
export interface PacketMatch {
  /** Any class when not named. */
  readonly classes?: readonly PacketClass[];
  /** Size of the IP datagram, both ends included. */
  readonly minBytes?: number;
  readonly maxBytes?: number;
  /** The first so many packets of each 5-tuple and direction, whatever their class, counted where the path begins. */
  readonly firstPackets?: number;
  /** Every so-many-th of those that hold to all else, counted for each direction and class. */
  readonly everyNth?: number;
}

export interface PathRule {
  readonly match: 'any' | readonly PacketClass[] | PacketMatch;
  readonly direction: Direction | 'both';
  /**
   * The rule sleeps until all that is named here has happened. `packets` and `bytes` count matching packets, which it lets be: of the direction and
   * class, or of the direction for actions that are one link. `ms` runs from the event, or from the relay's start.
   */
  readonly after?: { readonly packets?: number; readonly bytes?: number; readonly ms?: number; readonly event?: PathEvent };
  /** The rule ends again after so much of either, counted from when it woke. */
  readonly for?: { readonly packets?: number; readonly ms?: number };
  /** Counts `after` and `for` for each 5-tuple by itself, over both directions and all classes that match: a flow that woke the rule has it until `for` ends. */
  readonly sticky?: boolean;
  readonly action: Impairment;
  /** Provenance of every number (or list of numbers) in `action`, `match`, `after` and `for`, by its field's name: bare for `action`, else `after.ms`, `match.minBytes`. */
  readonly provenance: Readonly<Record<string, Provenance>>;
}

/** A named network path. Rules apply in order, each to what the rules before let through. */
export interface PathProfile {
  readonly name: string;
  readonly summary: string;
  /** What a call over it should look like, for `paths show` and docs/paths.md. */
  readonly expectedEffect: string;
  /** `requested` when any number is the user's own, else `assumed` when any is, else `documented`. */
  readonly basis: Basis;
  /** The rules of a path of the user's own in the words of `--path`, in full: giving it again gives the same path. */
  readonly text?: string;
  readonly rules: readonly PathRule[];
}
