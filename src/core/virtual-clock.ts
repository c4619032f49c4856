import type { Cancel, Clock } from './clock.ts';

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A clock that moves only when told to: for tests and simulated calls. Callbacks of equal time run in the order they were scheduled. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  #entries: Entry[] = [];

  now(): number {
    return this.#nowMs;
  }

  schedule(atMs: number, callback: () => void): Cancel {
    const entry: Entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, callback, cancelled: false };
    const place = this.#entries.findIndex((other) => other.atMs > entry.atMs);
    this.#entries.splice(place === -1 ? this.#entries.length : place, 0, entry);
    return () => {
      entry.cancelled = true;
    };
  }

  /** Moves time on to `toMs`, running everything due on the way at its own time. */
  advanceTo(toMs: number): void {
    for (let entry = this.#entries[0]; entry !== undefined && entry.atMs <= toMs; entry = this.#entries[0]) {
      this.#entries.shift();
      this.#nowMs = entry.atMs;
      if (!entry.cancelled) entry.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, toMs);
  }
}
