import type { Clock } from '../core/clock.ts';

/** How a bounded wait ended. */
export type Waited<T> = { readonly end: 'done'; readonly value: T } | { readonly end: 'timeout' } | { readonly end: 'aborted' };

export interface WaitContext {
  readonly clock: Clock;
  /** Ends the wait early; without it only time does. */
  readonly signal?: AbortSignal;
}

/**
 * Waits for a promise until `untilMs` on the clock, or until the signal aborts, whichever comes first.
 * Rejects only with the promise's own error. What the promise does after the wait has ended is ignored.
 */
export function waitFor<T>(promise: Promise<T>, untilMs: number, context: WaitContext): Promise<Waited<T>> {
  const { clock, signal } = context;
  return new Promise((resolve, reject) => {
    let cancel = (): void => undefined;
    const leave = (): void => {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const finish = (waited: Waited<T>): void => {
      leave();
      resolve(waited);
    };
    const onAbort = (): void => finish({ end: 'aborted' });
    const arm = (): void => {
      cancel = clock.schedule(untilMs, () => (clock.now() < untilMs ? arm() : finish({ end: 'timeout' })));
    };
    promise.then(
      (value) => finish({ end: 'done', value }),
      (error: unknown) => {
        leave();
        reject(error);
      },
    );
    if (signal?.aborted) return finish({ end: 'aborted' });
    signal?.addEventListener('abort', onAbort, { once: true });
    arm();
  });
}

/** Waits until the time has come, or the signal aborts. */
export async function sleepUntil(untilMs: number, context: WaitContext): Promise<'due' | 'aborted'> {
  const waited = await waitFor(new Promise<never>(() => undefined), untilMs, context);
  return waited.end === 'aborted' ? 'aborted' : 'due';
}
