import type { Cancel, Clock } from '../core/clock.ts';
import { DueHeap } from './due-heap.ts';

/** What is due within so many milliseconds goes at once: one of Node's timers would not be nearer. */
const AT_ONCE_MS = 0.5;

/** A clock that may say how near to their time its callbacks come, milliseconds; half of one if it does not. */
export interface DueClock extends Clock {
  readonly resolutionMs?: number;
}

/** Hands on each item when it is due: one heap and one timer for all of them. */
export interface DueQueue<Item> {
  /** Takes an item; hands it on before returning when it is due by now and nothing due earlier waits. */
  add(dueMs: number, item: Item): void;
  /** Forgets all that waits. */
  clear(): void;
}

/**
 * Makes an empty queue.
 * @param handOn called once an item, in order of due time and, among equals, of arrival; never earlier than the clock's resolution
 */
export function createDueQueue<Item>(clock: DueClock, handOn: (item: Item) => void): DueQueue<Item> {
  const atOnceMs = clock.resolutionMs ?? AT_ONCE_MS;
  const heap = new DueHeap<Item>();
  let armedForMs = Number.POSITIVE_INFINITY;
  let cancel: Cancel = () => {};

  const arm = (): void => {
    const nextMs = heap.nextDueMs();
    if (nextMs === null || nextMs >= armedForMs) return;
    cancel();
    armedForMs = nextMs;
    cancel = clock.schedule(nextMs, () => {
      armedForMs = Number.POSITIVE_INFINITY;
      drain();
    });
  };
  const drain = (): void => {
    for (let nextMs = heap.nextDueMs(); nextMs !== null && nextMs - clock.now() < atOnceMs; nextMs = heap.nextDueMs()) {
      handOn(heap.pop() as Item);
    }
    arm();
  };

  return {
    add(dueMs, item) {
      heap.push(dueMs, item);
      drain();
    },
    clear() {
      cancel();
      armedForMs = Number.POSITIVE_INFINITY;
      while (heap.size > 0) heap.pop();
    },
  };
}
