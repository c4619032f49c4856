import { DIRECTIONS, type Direction } from '../core/packet.ts';

/** A direction on which the sender went on sending and nothing arrived. Times in clock milliseconds. */
export interface MediaStop {
  readonly direction: Direction;
  /** The last arrival. */
  readonly lastHeardMs: number;
}

/** Watches over the flow of voice in both directions. Pure: it is told what happens, and when. */
export interface MediaWatch {
  sent(direction: Direction, atMs: number): void;
  heard(direction: Direction, atMs: number): void;
  /** Directions never heard so far. */
  unheard(): Direction[];
  /** Directions found stopped now that were not before. One that was heard and then had nothing for `mediaGapMs` while packets were being sent. */
  newlyStopped(nowMs: number): MediaStop[];
  /** Whether there is nothing left to record: no direction has been heard, or has had anything, for `deadMs`. */
  isDead(nowMs: number, deadMs: number): boolean;
}

interface Flow {
  lastHeardMs: number | null;
  /** When the first packet after the last arrival was sent; null while the sender is silent or nothing is outstanding. */
  waitingSinceMs: number | null;
  stopped: boolean;
}

/** @param mediaGapMs how long a sending direction may be silent on the wire before it counts as stopped */
export function createMediaWatch(mediaGapMs: number): MediaWatch {
  const flows: Record<Direction, Flow> = {
    up: { lastHeardMs: null, waitingSinceMs: null, stopped: false },
    down: { lastHeardMs: null, waitingSinceMs: null, stopped: false },
  };
  return {
    sent(direction, atMs) {
      flows[direction].waitingSinceMs ??= atMs;
    },
    heard(direction, atMs) {
      const flow = flows[direction];
      flow.lastHeardMs = atMs;
      flow.waitingSinceMs = null;
    },
    unheard: () => DIRECTIONS.filter((direction) => flows[direction].lastHeardMs === null),
    newlyStopped: (nowMs) =>
      DIRECTIONS.flatMap((direction) => {
        const flow = flows[direction];
        if (flow.stopped || flow.lastHeardMs === null || flow.waitingSinceMs === null) return [];
        if (nowMs - flow.waitingSinceMs <= mediaGapMs) return [];
        flow.stopped = true;
        return [{ direction, lastHeardMs: flow.lastHeardMs }];
      }),
    isDead: (nowMs, deadMs) =>
      DIRECTIONS.every((direction) => {
        const { waitingSinceMs } = flows[direction];
        return waitingSinceMs !== null && nowMs - waitingSinceMs > deadMs;
      }),
  };
}
