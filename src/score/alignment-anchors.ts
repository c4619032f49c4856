/** A correlation above this fixes the delay. */
const ACCEPTED = 0.55;
/** What a change of delay costs, in units of correlation summed over anchors; drift and the grid of the search go free up to 0.4 ms. */
const CHANGE_COST = 0.4;
const FREE_CHANGE = 6;

/** A place where the delay was sought by waveform. */
export interface Anchor {
  /** Sample of the recording the window is centred on. */
  readonly at: number;
  /** Delay in samples, with a fraction. */
  readonly delay: number;
  /** Normalised correlation at that delay, −1 … 1. */
  readonly correlation: number;
}

/**
 * One of each set of candidates, so that their correlations, less a price for every change of delay, add up highest (Viterbi): voices
 * resemble themselves a pitch period away, and a window with losses may resemble the wrong one more.
 */
export function likeliestAnchors(candidates: readonly (readonly Anchor[])[]): Anchor[] {
  const cameFrom: Int32Array[] = [];
  let scores = new Float64Array(0);
  for (const [i, own] of candidates.entries()) {
    const earlier = i > 0 ? (candidates[i - 1] as readonly Anchor[]) : [];
    const back = new Int32Array(own.length);
    const next = new Float64Array(own.length);
    for (const [k, anchor] of own.entries()) {
      let best = earlier.length > 0 ? -Infinity : 0;
      for (const [j, before] of earlier.entries()) {
        const score = (scores[j] as number) - (Math.abs(anchor.delay - before.delay) > FREE_CHANGE ? CHANGE_COST : 0);
        if (score <= best) continue;
        best = score;
        back[k] = j;
      }
      next[k] = best + anchor.correlation;
    }
    cameFrom.push(back);
    scores = next;
  }
  const chosen: Anchor[] = [];
  let k = scores.indexOf(scores.reduce((most, score) => Math.max(most, score), -Infinity));
  for (let i = candidates.length - 1; i >= 0; i--) {
    chosen.unshift((candidates[i] as readonly Anchor[])[k] as Anchor);
    k = cameFrom[i]?.[k] as number;
  }
  return chosen;
}

/** The anchors whose waveforms agree well enough to fix the delay. */
export function acceptedAnchors(anchors: readonly Anchor[]): Anchor[] {
  return anchors.filter((anchor) => anchor.correlation > ACCEPTED);
}
