import { checkMs } from '../impairment.ts';

/** RFC 8289 section 4.2 and 4.3: the standing delay that is borne, and how long it may stand. */
const DEFAULT_TARGET_MS = 5;
const DEFAULT_INTERVAL_MS = 100;
/** After so many intervals without drops the pace of dropping starts afresh (RFC 8289 section 5.5). */
const FORGET_INTERVALS = 16;

/** Decides which packets of a queue are dropped because the queue stands. */
export interface Codel {
  /**
   * Whether the packet whose turn has come is dropped.
   * @param nowMs when its turn came
   * @param waitedMs how long it was in the queue
   * @param aheadBytes what was before it when it came
   */
  drops(nowMs: number, waitedMs: number, aheadBytes: number, packetBytes: number): boolean;
}

/**
 * Controlled delay (RFC 8289 section 5): when every packet of an interval waited longer than the target, packets are dropped at a pace that grows with
 * the square root of their number, until one waited less. Asked when a packet comes and not when its turn does, it cannot know what will stand behind
 * it then; in place of the RFC's "no more than one packet left in the queue" stands "no more than one packet was before it".
 */
export function createCodel(targetMs: number = DEFAULT_TARGET_MS, intervalMs: number = DEFAULT_INTERVAL_MS): Codel {
  checkMs('targetMs', targetMs);
  if (checkMs('intervalMs', intervalMs) < 1) throw new RangeError(`intervalMs must be at least 1, and is ${intervalMs}`);
  let largestBytes = 0;
  let firstAboveMs: number | null = null;
  let dropping = false;
  let justEntered = false;
  let dropNextMs = 0;
  let count = 0;
  let lastCount = 0;

  const next = (fromMs: number): number => fromMs + intervalMs / Math.sqrt(count);
  const isStanding = (nowMs: number, waitedMs: number, aheadBytes: number): boolean => {
    if (waitedMs < targetMs || aheadBytes <= largestBytes) {
      firstAboveMs = null;
      return false;
    }
    firstAboveMs ??= nowMs + intervalMs;
    return nowMs >= firstAboveMs;
  };

  return {
    drops(nowMs, waitedMs, aheadBytes, packetBytes) {
      largestBytes = Math.max(largestBytes, packetBytes);
      const standing = isStanding(nowMs, waitedMs, aheadBytes);
      if (justEntered) {
        // The packet after the one that began the dropping goes out in its place, whatever its wait.
        justEntered = false;
        return false;
      }
      if (dropping) {
        if (!standing) dropping = false;
        else if (nowMs >= dropNextMs) {
          count++;
          dropNextMs = next(dropNextMs);
          return true;
        }
        return false;
      }
      if (!standing) return false;
      dropping = true;
      justEntered = true;
      const sinceLast = count - lastCount;
      count = sinceLast > 1 && nowMs - dropNextMs < FORGET_INTERVALS * intervalMs ? sinceLast : 1;
      dropNextMs = next(nowMs);
      lastCount = count;
      return true;
    },
  };
}
