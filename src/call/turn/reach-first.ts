import type { WaitContext } from '../waiting.ts';
import { RelayFailure } from './relay-failure.ts';

/**
 * Tries one address after the other, each with an equal share of the time that is left, until one can be reached.
 * @param addresses at least one
 * @throws RelayFailure the last address' own; one that shows that the relay was reached ends the search
 */
export async function reachFirst<T>(
  addresses: readonly string[],
  untilMs: number,
  context: WaitContext,
  reach: (address: string, untilMs: number, giveUp: AbortSignal) => Promise<T>,
): Promise<T> {
  let failure = new RelayFailure('turn-unreachable', 'the relay has no address');
  for (const [index, address] of addresses.entries()) {
    const nowMs = context.clock.now();
    const lastMs = nowMs + (untilMs - nowMs) / (addresses.length - index);
    try {
      return await within(lastMs, context, (giveUp) => reach(address, lastMs, giveUp));
    } catch (error) {
      if (!(error instanceof RelayFailure) || error.code !== 'turn-unreachable') throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Does a piece of work that gives up when the time has come, or the context's own signal aborts. */
export async function within<T>(untilMs: number, { clock, signal }: WaitContext, work: (giveUp: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const cancel = clock.schedule(untilMs, () => timeout.abort());
  try {
    return await work(signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]));
  } finally {
    cancel();
  }
}
