import { SENDER_PAUSE_MS } from '../core/media-outage.ts';
import { DIRECTIONS, type Direction } from '../core/packet.ts';

/** Watches over the flow of voice in both directions. Pure: it is told what happens, and when, in clock milliseconds. */
export interface MediaWatch {
  sent(direction: Direction, atMs: number): void;
  heard(direction: Direction): void;
  wasSent(direction: Direction): boolean;
  /** Directions never heard so far. */
  unheard(): Direction[];
  /**
   * Whether there is nothing left to record: for `deadMs` of sending, nothing has arrived in either direction. A sender's own pauses (DTX) are not
   * counted, so a direction in which nobody speaks is not dead.
   */
  isDead(deadMs: number): boolean;
}

interface Flow {
  heard: boolean;
  lastSentMs: number | null;
  /** For how long packets have been sent since the last arrival, pauses left out. */
  unansweredMs: number;
}

export function createMediaWatch(): MediaWatch {
  const flows: Record<Direction, Flow> = {
    up: { heard: false, lastSentMs: null, unansweredMs: 0 },
    down: { heard: false, lastSentMs: null, unansweredMs: 0 },
  };
  return {
    sent(direction, atMs) {
      const flow = flows[direction];
      const stepMs = flow.lastSentMs === null ? 0 : atMs - flow.lastSentMs;
      if (stepMs <= SENDER_PAUSE_MS) flow.unansweredMs += stepMs;
      flow.lastSentMs = atMs;
    },
    heard(direction) {
      flows[direction].heard = true;
      flows[direction].unansweredMs = 0;
    },
    wasSent: (direction) => flows[direction].lastSentMs !== null,
    unheard: () => DIRECTIONS.filter((direction) => !flows[direction].heard),
    isDead: (deadMs) => DIRECTIONS.every((direction) => flows[direction].unansweredMs > deadMs),
  };
}
