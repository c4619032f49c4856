import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Werift from 'werift';

/** What werift's own DTLS flight looks like inside (0.24.4, `dtls/src/flight/flight.ts`), as far as {@link transmit} needs it. */
interface Flight {
  readonly dtls: { readonly flight: number };
  readonly nextFlight: number | undefined;
  readonly transport: { readonly socket: { readonly ice: Werift.Connection } };
  send(buffers: readonly Buffer[]): Promise<unknown>;
  setState(state: 'SENDING' | 'WAITING' | 'FINISHED'): void;
}

/**
 * A flight is sent again after 0.5 s, then every second, for longer than any call may take to connect. werift's own waits grow by 0.5 s each time,
 * which takes 13 s over a path with 20 % loss where browsers, which begin with 50 ms, are long through.
 */
const RETRANSMISSION_MS = [500, 1000] as const;
const RETRANSMISSIONS = 60;

let loaded: typeof Werift | null = null;

/**
 * Loads werift, once, when the first call is placed: whoever only replays or scores never pays for it.
 * The CommonJS build is used because its modules can be reached one by one; see {@link transmit} for the one that has to be.
 */
export function loadWerift(): typeof Werift {
  if (loaded !== null) return loaded;
  const require = createRequire(import.meta.url);
  const werift = require('werift') as typeof Werift;
  const lib = join(dirname(require.resolve('werift')), '../..');
  const { Flight } = require(join(lib, 'dtls/src/flight/flight.js')) as { Flight: { prototype: { transmit: typeof transmit } } };
  if (typeof Flight.prototype.transmit !== 'function') throw new Error('this werift has no Flight.transmit to replace');
  Flight.prototype.transmit = transmit;
  loaded = werift;
  return werift;
}

/**
 * Sends a DTLS flight until the next one has come, as werift does, except that it ends with its transport: werift sleeps on for up to five seconds
 * after the peer has been closed, and holds the process that long.
 */
async function transmit(this: Flight, buffers: readonly Buffer[]): Promise<void> {
  const { ice } = this.transport.socket;
  for (let attempt = 0; attempt <= RETRANSMISSIONS; attempt++) {
    this.setState('SENDING');
    this.send(buffers).catch(() => undefined);
    this.setState('WAITING');
    if (this.nextFlight === undefined) return this.setState('FINISHED');
    await sleepWhileOpen(ice, attempt === 0 ? RETRANSMISSION_MS[0] : RETRANSMISSION_MS[1]);
    if (ice.state === 'closed' || this.dtls.flight >= this.nextFlight) return this.setState('FINISHED');
  }
  throw new Error(`no answer to DTLS flight after ${RETRANSMISSIONS} retransmissions`);
}

function sleepWhileOpen(ice: Werift.Connection, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ice.state === 'closed') return resolve();
    const wake = (): void => {
      clearTimeout(timer);
      unSubscribe();
      resolve();
    };
    const timer = setTimeout(wake, ms);
    const { unSubscribe } = ice.stateChanged.subscribe((state) => {
      if (state === 'closed') wake();
    });
  });
}
