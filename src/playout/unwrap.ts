/**
 * Makes a counter that wraps at `2 ** bits` count on (RFC 3550 appendix A.1). The returned function takes each value as it comes and gives
 * its place on an endless axis: the one nearest to the furthest value so far, half a turn and more ahead being read as behind.
 */
export function createUnwrapper(bits: 16 | 32): (value: number) => number {
  const turn = 2 ** bits;
  let furthest: number | null = null;
  return (value) => {
    if (furthest === null) {
      furthest = value;
      return value;
    }
    const ahead = (((value - furthest) % turn) + turn) % turn;
    const unwrapped = ahead < turn / 2 ? furthest + ahead : furthest + ahead - turn;
    furthest = Math.max(furthest, unwrapped);
    return unwrapped;
  };
}
