import type { PlayoutSettings } from '../core/call-plan.ts';

/** Histograms of delay: 100 buckets of 20 ms (libwebrtc, DelayManager). */
const BUCKET_MS = 20;
const BUCKETS = 100;

/** Target before anything has been learnt, ms. */
const START_TARGET_MS = 80;

/** The buffer must be long enough for this share of the intervals' worst delays. */
const UNDERRUN_QUANTILE = 0.95;

/** One value an interval goes into the underrun histogram: the largest delay in it, ms. */
const INTERVAL_MS = 500;

/** How much of the past the histograms keep at each new value, once warm. */
const UNDERRUN_FORGET = 0.983;
const REORDER_FORGET = 0.9993;

/** What one percent of packets lost to reordering is worth, in ms of delay. */
const MS_PER_LOSS_PERCENT = 20;

/** The target never takes more than this share of the packet buffer. */
const MAX_BUFFER_SHARE = 0.75;
const BUFFER_PACKETS = 200;

/** A histogram that forgets: the first values count in full, then each new one weighs 1 minus the forget factor. */
class Histogram {
  readonly shares: Float64Array = new Float64Array(BUCKETS).map((_, bucket) => 0.5 ** (bucket + 1));
  readonly #forget: number;
  #count = 0;

  constructor(forget: number) {
    this.#forget = forget;
  }

  add(bucket: number): void {
    const keep = Math.min(Math.max(1 - 2 / (this.#count + 1), 0), this.#forget);
    this.#count++;
    for (let i = 0; i < BUCKETS; i++) this.shares[i] = (this.shares[i] as number) * keep;
    this.shares[bucket] = (this.shares[bucket] as number) + 1 - keep;
  }
}

function bucketOf(delayMs: number): number {
  return Math.min(BUCKETS - 1, Math.floor(delayMs / BUCKET_MS));
}

/** How much delay the buffer should hold, learnt from how late packets come. After libwebrtc's NetEq (DelayManager). */
export interface DelayTarget {
  /** Takes the delay of one packet against the fastest, in order of arrival. */
  update(delayMs: number, reordered: boolean, arrivalMs: number): void;
  /** The present target, ms, within the settings' bounds. */
  targetMs(): number;
}

/** Makes a target at its start value of 80 ms, or the nearest the settings allow. */
export function createDelayTarget(settings: PlayoutSettings, packetTimeMs: number): DelayTarget {
  const underrun = new Histogram(UNDERRUN_FORGET);
  const reorder = new Histogram(REORDER_FORGET);
  let intervalStartMs: number | null = null;
  let intervalMaxMs: number | null = null;
  let underrunMs = START_TARGET_MS;
  let wantedMs = START_TARGET_MS;

  const updateUnderrun = (delayMs: number, arrivalMs: number): void => {
    intervalStartMs ??= arrivalMs;
    if (arrivalMs - intervalStartMs > INTERVAL_MS) {
      if (intervalMaxMs !== null) {
        underrun.add(bucketOf(intervalMaxMs));
        let bucket = 0;
        let tail = 1 - (underrun.shares[0] as number);
        while (tail > 1 - UNDERRUN_QUANTILE && bucket < BUCKETS - 1) tail -= underrun.shares[++bucket] as number;
        underrunMs = BUCKET_MS * (1 + bucket);
      }
      intervalStartMs = arrivalMs;
      intervalMaxMs = null;
    }
    intervalMaxMs = Math.max(intervalMaxMs ?? 0, delayMs);
  };

  const reorderMs = (): number => {
    let best = 0;
    let bestCost = Number.POSITIVE_INFINITY;
    let tail = 1;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      tail -= reorder.shares[bucket] as number;
      const cost = Math.max(0, bucket * BUCKET_MS - underrunMs) + MS_PER_LOSS_PERCENT * 100 * Math.max(0, tail);
      if (cost < bestCost) {
        bestCost = cost;
        best = bucket;
      }
    }
    return BUCKET_MS * (1 + best);
  };

  return {
    update(delayMs, reordered, arrivalMs) {
      if (!reordered) updateUnderrun(delayMs, arrivalMs);
      reorder.add(reordered ? bucketOf(delayMs) : 0);
      wantedMs = Math.max(underrunMs, reorderMs());
    },
    targetMs() {
      const upper = Math.min(settings.maxDelayMs, MAX_BUFFER_SHARE * BUFFER_PACKETS * packetTimeMs);
      return Math.max(settings.minDelayMs, Math.min(wantedMs, upper));
    },
  };
}
