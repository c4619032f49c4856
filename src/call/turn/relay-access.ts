import type { RelayTransport } from '../../core/call-plan.ts';
import type { Side } from '../../path/relay.ts';

/** All that is needed to use a TURN relay. It holds secrets and addresses: no part of it may get into a record, a report or a message. */
export interface RelayAccess {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly transport: RelayTransport;
  /** Take the relay's certificate whoever signed it (TLS alone). */
  readonly insecure: boolean;
  readonly username: string;
  readonly password: string;
  /** The address of this machine that each peer talks to the relay from; null leaves it to the machine. */
  readonly localAddresses: Readonly<Record<Side, string | null>>;
}
