/** A question for the time of another clock: when it was asked and answered on ours, and what the other said in between. Milliseconds. */
export interface Handshake {
  readonly askedMs: number;
  readonly otherMs: number;
  readonly answeredMs: number;
}

/** How one clock stands to another. */
export interface ClockOffset {
  /** The other clock's reading less ours, at the same moment. */
  readonly offsetMs: number;
  /** By how much that may be wrong, either way. */
  readonly errorMs: number;
}

/**
 * Compares two clocks that run at the same speed, as two monotonic clocks of one machine do. The other clock was read somewhere between question and answer, so
 * the quickest handshake tells most: its middle is wrong by half its length at most.
 * @throws RangeError without a handshake
 */
export function compareClocks(handshakes: readonly Handshake[]): ClockOffset {
  const lengthMs = ({ askedMs, answeredMs }: Handshake): number => answeredMs - askedMs;
  const [first, ...others] = handshakes;
  if (first === undefined) throw new RangeError('clocks are compared by at least one handshake');
  const best = others.reduce((quickest, next) => (lengthMs(next) < lengthMs(quickest) ? next : quickest), first);
  return { offsetMs: best.otherMs - (best.askedMs + best.answeredMs) / 2, errorMs: lengthMs(best) / 2 };
}
