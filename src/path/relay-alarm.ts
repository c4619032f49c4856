import { Worker } from 'node:worker_threads';
import { DueHeap } from './due-heap.ts';
import type { DueClock } from './due-queue.ts';
import { machineClock } from './relay-clock.ts';

/** The machine's monotonic clock, the same as {@link machineClock}, whose callbacks come within about a tenth of a millisecond when the machine is idle. */
export interface AlarmClock extends DueClock {
  /** Ends the thread; what is still scheduled never runs. May be called again. */
  close(): Promise<void>;
}

/** What is nearer than this goes at once: waking takes about as long. */
const RESOLUTION_MS = 0.1;
/**
 * The thread is asked for no more alarms than one in so long: each costs some 30 microseconds, and many packets a second then leave a few at a time.
 */
const SHORTEST_WAIT_MS = 0.25;
/** Waiting no longer than this for the thread to start; without it the timers of Node must do. */
const START_MS = 2000;
/** What the two threads share: a count of alarms set at byte 0, the time of the last at byte 8. */
const SHARED_BYTES = 16;

interface Entry {
  readonly atMs: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/**
 * Starts a thread that does nothing but sleep until the next alarm and then wake this one. Node's timers count whole milliseconds; a thread may
 * sleep for any part of one (Atomics.wait). Where the thread cannot run, the clock is that of Node's timers.
 */
export async function openAlarmClock(): Promise<AlarmClock> {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const alarmsSet = new Int32Array(shared, 0, 1);
  const alarmAtMs = new Float64Array(shared, 8, 1);
  alarmAtMs[0] = Number.POSITIVE_INFINITY;
  const thread = new Worker(`(${sleepAndWake})(require('node:worker_threads'))`, { eval: true, workerData: shared });
  thread.unref();

  const entries = new DueHeap<Entry>();
  let armedForMs = Number.POSITIVE_INFINITY;
  let rangMs = Number.NEGATIVE_INFINITY;
  let state: 'running' | 'failed' | 'closed' = 'running';

  const arm = (): void => {
    const dueMs = entries.nextDueMs();
    if (dueMs === null || dueMs >= armedForMs || state === 'closed') return;
    const nextMs = Math.max(dueMs, rangMs + SHORTEST_WAIT_MS);
    armedForMs = nextMs;
    if (state === 'failed') {
      machineClock.schedule(nextMs, ring);
      return;
    }
    alarmAtMs[0] = monotonicMs() + nextMs - machineClock.now();
    Atomics.add(alarmsSet, 0, 1);
    Atomics.notify(alarmsSet, 0);
  };
  const ring = (): void => {
    if (state === 'closed') return;
    armedForMs = Number.POSITIVE_INFINITY;
    rangMs = machineClock.now();
    for (let nextMs = entries.nextDueMs(); nextMs !== null && nextMs - machineClock.now() < RESOLUTION_MS; nextMs = entries.nextDueMs()) {
      const entry = entries.pop() as Entry;
      if (!entry.isCancelled) entry.callback();
    }
    arm();
  };
  const fail = (): void => {
    if (state !== 'running') return;
    state = 'failed';
    ring();
  };

  await new Promise<void>((resolve) => {
    const cancel = machineClock.schedule(machineClock.now() + START_MS, resolve);
    const started = (): void => {
      cancel();
      resolve();
    };
    // The first message says that the thread runs; it rings, which does no harm.
    thread.once('message', started);
    thread.once('exit', started);
    thread.on('message', ring);
    thread.on('error', fail);
    thread.on('exit', fail);
  });

  return {
    resolutionMs: RESOLUTION_MS,
    now: machineClock.now,
    schedule(atMs, callback) {
      const entry: Entry = { atMs, callback, isCancelled: false };
      entries.push(atMs, entry);
      arm();
      return () => {
        entry.isCancelled = true;
      };
    },
    async close() {
      state = 'closed';
      await thread.terminate();
    },
  };
}

/** Milliseconds of the one clock that all threads of the process read alike. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The whole program of the thread. Its text alone gets there, so it may use nothing but its argument and globals. */
function sleepAndWake({ parentPort, workerData }: typeof import('node:worker_threads')): void {
  const alarmsSet = new Int32Array(workerData as SharedArrayBuffer, 0, 1);
  const alarmAtMs = new Float64Array(workerData as SharedArrayBuffer, 8, 1);
  parentPort?.postMessage(null);
  for (;;) {
    // Read in this order: an alarm set between the two makes the wait below end at once.
    const count = Atomics.load(alarmsSet, 0);
    const waitMs = (alarmAtMs[0] as number) - Number(process.hrtime.bigint()) / 1e6;
    if (waitMs > 0) {
      Atomics.wait(alarmsSet, 0, count, waitMs);
      continue;
    }
    parentPort?.postMessage(null);
    Atomics.wait(alarmsSet, 0, count);
  }
}
