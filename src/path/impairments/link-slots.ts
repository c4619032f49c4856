/** The times at which a link that sends one packet after another is taken. */
export interface Slots {
  /** The earliest time from `atMs` on at which the link is free for so long. */
  find(atMs: number, lengthMs: number): number;
  /** Takes the time that {@link Slots.find} gave. */
  take(startMs: number, lengthMs: number): void;
  /** Nothing will be asked any more of the time before `atMs`. */
  forget(atMs: number): void;
}

/**
 * Makes a free link. Packets are told of in order of arrival at the path and not at the link, which a rule before may have changed, so that one may
 * come to the link before another that was told of sooner: it then goes into the gap before that. Where the link is never idle it is a plain queue.
 */
export function createSlots(): Slots {
  // Times taken, in order; those that touch are one. A busy link has one or two.
  const starts: number[] = [];
  const ends: number[] = [];

  /** Index of the first taken time that ends after `atMs`. */
  const after = (atMs: number): number => {
    let index = ends.length;
    while (index > 0 && (ends[index - 1] as number) > atMs) index--;
    return index;
  };

  return {
    find(atMs, lengthMs) {
      let startMs = atMs;
      for (let index = after(startMs); index < starts.length; index++) {
        if ((starts[index] as number) - startMs >= lengthMs) break;
        startMs = Math.max(startMs, ends[index] as number);
      }
      return startMs;
    },
    take(startMs, lengthMs) {
      const endMs = startMs + lengthMs;
      const index = after(startMs);
      const joinsBefore = index > 0 && ends[index - 1] === startMs;
      const joinsAfter = index < starts.length && starts[index] === endMs;
      if (joinsBefore && joinsAfter) {
        ends[index - 1] = ends[index] as number;
        starts.splice(index, 1);
        ends.splice(index, 1);
      } else if (joinsBefore) ends[index - 1] = endMs;
      else if (joinsAfter) starts[index] = startMs;
      else {
        starts.splice(index, 0, startMs);
        ends.splice(index, 0, endMs);
      }
    },
    forget(atMs) {
      while (ends.length > 0 && (ends[0] as number) < atMs) {
        starts.shift();
        ends.shift();
      }
    },
  };
}
