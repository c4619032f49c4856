import type { Clock } from '../core/clock.ts';
import type { PathEmulator } from './emulator.ts';
import type { FateLog } from './fate-log.ts';
import type { LoopbackEndpoint } from './relay.ts';

export interface TextRelayOptions {
  /** The path, shared with the relay of the call. */
  readonly emulator: PathEmulator;
  readonly log: FateLog;
  readonly clock: Clock;
  /** The TCP server that texts are meant for (the callee's end). */
  readonly farEnd: LoopbackEndpoint;
  /** `127.0.0.1` (the default) or `::1`. */
  readonly address?: string;
}

/**
 * A TCP relay on loopback for the text control flow. The near end (the caller, direction `up`) connects to it, it connects on to the far end.
 * Local accept is immediate: only bytes that come back show that the path carries text.
 */
export interface TextRelay {
  readonly address: string;
  /** Where the near end connects to. */
  readonly port: number;
  /** Cuts every connection. Leaves no handle open; may be called again. */
  close(): Promise<void>;
}

/** Opens the relay. Rejects when the machine will not give it a port on the address. */
export function openTextRelay(options: TextRelayOptions): Promise<TextRelay> {
  void options;
  throw new Error('being written');
}
