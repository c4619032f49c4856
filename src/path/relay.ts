import type { Clock } from '../core/clock.ts';
import type { PacketFate } from '../core/packet.ts';
import type { PathEvent } from '../core/path-profile.ts';
import type { PathEmulator } from './emulator.ts';
import type { FateLog } from './fate-log.ts';

/** Who sits at an end of the relay. */
export type Side = 'caller' | 'callee';

/** A UDP or TCP endpoint on a loopback address. */
export interface LoopbackEndpoint {
  readonly address: string;
  readonly port: number;
}

export interface RelayOptions {
  /** The path, shared with the text relay of the same call. */
  readonly emulator: PathEmulator;
  /** Where fates are written, shared with the text relay of the same call. */
  readonly log: FateLog;
  readonly clock: Clock;
  /** `127.0.0.1` (the default) or `::1`. */
  readonly address?: string;
  /** Packets beyond so many payload bytes on their way at once are dropped as by a full buffer and counted in `overflowed`. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
}

/** What the relay saw besides the packets it wrote down. */
export interface RelayCounters {
  /** Packets from an address that is not a declared peer's; ignored. */
  readonly strangers: number;
  /** Packets ignored because too many bytes were on their way. */
  readonly overflowed: number;
  /** Errors of the sockets; each packet it concerns is `undelivered`. */
  readonly socketErrors: number;
}

/** A UDP relay between two peers on loopback, through which a path is emulated. */
export interface Relay {
  /** Where the caller sends: this port stands for the callee, and the callee's candidates must be rewritten to it. */
  readonly callerPort: number;
  /** Where the callee sends: this port stands for the caller. */
  readonly calleePort: number;
  readonly address: string;
  /**
   * Declares where a peer really is, from its own candidates. Only packets from declared endpoints are relayed; call it once for each candidate.
   * What is sent to a peer goes to the endpoint it last sent from, or to the first declared one.
   * @throws RangeError when the address is not loopback: the relay sends nowhere else
   */
  setPeer(side: Side, endpoint: LoopbackEndpoint): void;
  /** Tells the path of an event, now. */
  notice(event: PathEvent): void;
  /** Every packet so far; the same as the log's. */
  fates(): PacketFate[];
  counters(): RelayCounters;
  /** Stops relaying; packets still on their way stay `undelivered`. Leaves no handle open; may be called again. */
  close(): Promise<void>;
}

/** Opens the relay. Rejects when the machine will not give it two ports on the address. */
export function openRelay(options: RelayOptions): Promise<Relay> {
  void options;
  throw new Error('being written');
}
