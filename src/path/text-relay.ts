import { createServer, Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import type { PathEmulator } from './emulator.ts';
import type { FateLog } from './fate-log.ts';
import { checkLoopback, type LoopbackEndpoint } from './relay-address.ts';
import { listenAnywhere } from './relay-listen.ts';
import { createTextFlow, SYN_TIMEOUT_MS, type TextFlow } from './text-flow.ts';

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

/** What one segment carries at most: Ethernet's 1500 bytes less IPv4, TCP and its time stamps (RFC 6691, RFC 7323). */
const SEGMENT_BYTES = 1448;
/** Reading stops while so many bytes of one direction wait. */
const MAX_WAITING_BYTES = 256 * 1024;
/** The control flow is one connection; a few more are borne. */
const MAX_CONNECTIONS = 4;

/** Opens the relay. Rejects with a RangeError for an endpoint that is not loopback, or when the machine will not give it a port. */
export async function openTextRelay(options: TextRelayOptions): Promise<TextRelay> {
  const { address = '127.0.0.1' } = options;
  checkLoopback({ address, port: 1 });
  checkLoopback(options.farEnd);
  const cuts = new Set<() => void>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (near) => {
    const cut = carry(near, options, () => cuts.delete(cut));
    cuts.add(cut);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listenAnywhere(server, address);
  let closed: Promise<void> | null = null;
  return {
    address,
    port,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        for (const cut of cuts) cut();
      });
      return closed;
    },
  };
}

/** Carries one connection of the near end to the far end, segment by segment; returns what cuts it. */
function carry(near: Socket, options: TextRelayOptions, done: () => void): () => void {
  const path = { ...options, flow: `tcp ${near.remotePort}` };
  const up = createTextFlow('up', path);
  const down = createTextFlow('down', path);
  const far = new Socket({ allowHalfOpen: true });
  const cut = (): void => {
    up.close();
    down.close();
    near.destroy();
    far.destroy();
    done();
  };

  carryBytes(near, far, up);
  carryBytes(far, near, down);
  // The three-way handshake crosses the path too: the far end hears nothing of a connection whose SYN was lost.
  up.send(0, () => far.connect({ host: options.farEnd.address, port: options.farEnd.port, noDelay: true }), SYN_TIMEOUT_MS);
  far.once('connect', () => down.send(0, () => near.resume(), SYN_TIMEOUT_MS));
  for (const socket of [near, far]) {
    socket.once('close', () => {
      if (near.destroyed && far.destroyed) cut();
    });
  }
  return cut;
}

/** Sends what one socket reads through the flow to the other: bytes, then the end or the break of the connection, in order. */
function carryBytes(from: Socket, to: Socket, flow: TextFlow): void {
  const holdOrGoOn = (): void => {
    if (flow.waitingBytes + to.writableLength > MAX_WAITING_BYTES) from.pause();
    else from.resume();
  };
  let ended = false;
  from.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
      const segment = bytes.subarray(at, at + SEGMENT_BYTES);
      flow.send(segment.length, () => {
        if (to.writable) to.write(segment);
        holdOrGoOn();
      });
    }
    holdOrGoOn();
  });
  to.on('drain', holdOrGoOn);
  from.once('end', () => {
    ended = true;
    flow.send(0, () => to.end());
  });
  // What went wrong is told by the close that follows.
  from.on('error', () => {});
  from.once('close', () => {
    if (!ended) flow.send(0, () => to.resetAndDestroy());
  });
}
