import type { SoundEvent } from '../../core/playout-stats.ts';
import type { Evidence } from '../../core/single-ended.ts';

/** What a detector returns: the sign, and when it was heard where it has a place in time. */
export interface Sign extends Evidence {
  readonly events: readonly SoundEvent[];
}

/** Happenings this near to one another are told as one, seconds. */
const MERGE_SECONDS = 0.3;

/** Events in order of time, neighbours put together; `cause` is told how many they were. */
export function mergedEvents(
  found: readonly { readonly at: number; readonly seconds: number }[],
  kind: SoundEvent['kind'],
  cause: (count: number) => string,
): SoundEvent[] {
  const out: SoundEvent[] = [];
  for (let i = 0; i < found.length; ) {
    const at = (found[i] as { at: number }).at;
    let [end, count] = [at, 0];
    for (; i < found.length; i++, count++) {
      const next = found[i] as { at: number; seconds: number };
      if (count > 0 && next.at - end > MERGE_SECONDS) break;
      end = Math.max(end, next.at + next.seconds);
    }
    out.push({ at, seconds: end - at, kind, cause: cause(count) });
  }
  return out;
}
