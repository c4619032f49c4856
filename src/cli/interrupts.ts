import type { Writable } from 'node:stream';
import { EXIT } from './exit-codes.ts';

export interface Interrupts {
  /** Aborted with reason `interrupted` by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came, else null. */
  exitCode(): number | null;
  /** Gives the signals back to the system. */
  stop(): void;
}

/** The first signal stops the run and saves what there is; the second leaves at once. */
export function watchInterrupts(err: Writable): Interrupts {
  const controller = new AbortController();
  let code: number | null = null;
  const listen = (own: number): (() => void) => {
    return () => {
      if (code !== null) process.exit(own);
      code = own;
      err.write('\nstopping; what was measured is being saved (again to leave at once)\n');
      controller.abort('interrupted');
    };
  };
  const onInterrupt = listen(EXIT.interrupted);
  const onTerminate = listen(EXIT.terminated);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    exitCode: () => code,
    stop() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
