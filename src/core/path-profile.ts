import type { Direction, PacketClass } from './packet.ts';

/** How the path harms a packet. Ratios 0–1, times in milliseconds, rates in bit/s of UDP payload plus 28 bytes of IPv4 and UDP header. */
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
  | { readonly kind: 'delay'; readonly delayMs: number }
  | {
      /** Added delay drawn anew for each packet, never negative; without `reorder` a packet waits for the one before it. */
      readonly kind: 'jitter';
      readonly distribution: 'uniform' | 'normal' | 'pareto';
      readonly jitterMs: number;
      readonly reorder: boolean;
    }
  | { readonly kind: 'rate-limit'; readonly rateBps: number; readonly queueMs: number }
  | { readonly kind: 'black-hole' };

/** Where a number comes from: `documented` was measured or published by someone, `assumed` is our guess. */
export interface Provenance {
  readonly basis: 'documented' | 'assumed';
  readonly source: string;
}

export type PathEvent = 'connected' | 'first-media';

export interface PathRule {
  readonly match: 'any' | readonly PacketClass[];
  readonly direction: Direction | 'both';
  /** The rule sleeps until all that is named here has happened; `packets` counts matching packets of the direction, `ms` runs from the event, or from the relay's start. */
  readonly after?: { readonly packets?: number; readonly ms?: number; readonly event?: PathEvent };
  /** The rule ends again after so much of either, counted from when it woke. */
  readonly for?: { readonly packets?: number; readonly ms?: number };
  readonly action: Impairment;
  /** Provenance of every number in `action`, `after` and `for`, by its field's name. */
  readonly provenance: Readonly<Record<string, Provenance>>;
}

/** A named network path. Rules apply in order, each to what the rules before let through. */
export interface PathProfile {
  readonly name: string;
  readonly summary: string;
  /** What a call over it should look like, for `paths show` and docs/paths.md. */
  readonly expectedEffect: string;
  /** `documented` only when every number of every rule is. */
  readonly basis: 'documented' | 'assumed';
  readonly rules: readonly PathRule[];
}
