import { clamp } from '../../dsp/statistics.ts';
import { FRAME_SECONDS } from './listening.ts';

/** Shares are taken over so many seconds of speech at a time, so that a bad minute in a long recording is not thinned out by the good ones. */
const STRETCH_SECONDS = 15;

/** Frames [from, to) that hold one stretch of speech. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly activeFrames: number;
}

/** Cuts a recording into stretches of 15 s of speech; the last takes up to half of one more. None without speech. */
export function speechStretches(active: Uint8Array): Stretch[] {
  const full = Math.round(STRETCH_SECONDS / FRAME_SECONDS);
  const total = active.reduce((sum, x) => sum + x, 0);
  const count = total === 0 ? 0 : Math.max(1, Math.round(total / full));
  const out: Stretch[] = [];
  let [from, seen] = [0, 0];
  for (let t = 0; t < active.length; t++) {
    seen += active[t] as number;
    if (seen < full || out.length >= count - 1) continue;
    out.push({ from, to: t + 1, activeFrames: seen });
    [from, seen] = [t + 1, 0];
  }
  if (count > 0) out.push({ from, to: active.length, activeFrames: seen });
  return out;
}

/** Share of a stretch's speech that `mask` marks, 0–1. */
export function shareIn(mask: Uint8Array, { from, to, activeFrames }: Stretch): number {
  let marked = 0;
  for (let t = from; t < to; t++) marked += mask[t] as number;
  return activeFrames === 0 ? 0 : clamp(marked / activeFrames, 0, 1);
}

/** The stretch with the highest value, and that value; null for none. */
export function worstOf(stretches: readonly Stretch[], measure: (stretch: Stretch) => number): { stretch: Stretch; value: number } | null {
  let worst: { stretch: Stretch; value: number } | null = null;
  for (const stretch of stretches) {
    const value = measure(stretch);
    if (worst === null || value > worst.value) worst = { stretch, value };
  }
  return worst;
}
