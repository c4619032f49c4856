import { createSocket, type Socket } from 'node:dgram';
import type { Direction, PacketFate } from '../core/packet.ts';
import type { PathEvent } from '../core/path-profile.ts';
import { classify, readRtpPosition } from './classify.ts';
import { createDueQueue, type DueClock } from './due-queue.ts';
import type { PathEmulator } from './emulator.ts';
import type { FateEntry, FateLog } from './fate-log.ts';
import { flipBits } from './flip-bits.ts';
import { checkLoopback, type LoopbackEndpoint, type SocketEndpoint } from './relay-address.ts';

/** Who sits at an end of the relay. */
export type Side = 'caller' | 'callee';

export interface RelayOptions {
  /** The path, shared with the text relay of the same call. */
  readonly emulator: PathEmulator;
  /** Where fates are written, shared with the text relay of the same call. */
  readonly log: FateLog;
  readonly clock: DueClock;
  /** `127.0.0.1` (the default) or `::1`. */
  readonly address?: string;
  /** Packets beyond so many payload bytes on their way at once are dropped as by a full buffer and counted in `overflowed`. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /**
   * Takes what is due in the place of the other peer, to bring it there by another way; {@link Relay.handTo} is its end. Without it everything stays on
   * loopback.
   */
  readonly carry?: (from: Side, payload: Uint8Array) => void;
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
  /**
   * Declares where else a peer may send from: another address of this machine. What comes from there is neither relayed nor counted as a stranger's;
   * nothing is ever sent there.
   */
  disregard(side: Side, endpoint: SocketEndpoint): void;
  /** Gives a peer at once what came for it by another way, as if from the other peer. Nothing happens while it is not declared. */
  handTo(side: Side, payload: Uint8Array): void;
  /** Tells the path of an event, now. */
  notice(event: PathEvent): void;
  /** Every packet so far; the same as the log's. */
  fates(): PacketFate[];
  counters(): RelayCounters;
  /** Stops relaying; packets still on their way stay `undelivered`. Leaves no handle open; may be called again. */
  close(): Promise<void>;
}

/** How many endpoints may be declared for one peer: a handful of candidates. */
const MAX_ENDPOINTS = 16;
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Asked of the kernel for each socket, so that a busy moment of this process loses nothing. It may grant less. */
const SOCKET_BUFFER_BYTES = 1024 * 1024;

/** One end of the relay: the socket a peer talks to, and where that peer may be. */
interface End {
  readonly socket: Socket;
  readonly direction: Direction;
  readonly peers: LoopbackEndpoint[];
  readonly disregarded: SocketEndpoint[];
  /** Where this peer last sent from, or was first declared. */
  current: LoopbackEndpoint | null;
}

/** A packet on its way. */
interface Transit {
  readonly from: Side;
  readonly to: End;
  readonly payload: Uint8Array;
  readonly entry: FateEntry;
}

/** Opens the relay. Rejects with a RangeError for an address that is not loopback, or when the machine will not give it two ports on it. */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const { emulator, log, clock, address = '127.0.0.1', maxQueuedBytes = MAX_QUEUED_BYTES, carry } = options;
  checkLoopback({ address, port: 1 });
  const callerSocket = await bind(address);
  const calleeSocket = await bind(address).catch((error: unknown) => {
    callerSocket.close();
    throw error;
  });
  const ends: Record<Side, End> = {
    caller: { socket: callerSocket, direction: 'up', peers: [], disregarded: [], current: null },
    callee: { socket: calleeSocket, direction: 'down', peers: [], disregarded: [], current: null },
  };
  let strangers = 0;
  let overflowed = 0;
  let socketErrors = 0;
  let queuedBytes = 0;
  let closed: Promise<void> | null = null;

  const queue = createDueQueue<Transit>(clock, ({ from, to, payload, entry }) => {
    queuedBytes -= payload.length;
    if (carry !== undefined) {
      log.sent(entry, clock.now());
      carry(from, payload);
      return;
    }
    if (to.current === null) return;
    log.sent(entry, clock.now());
    to.socket.send(payload, to.current.port, to.current.address, (error) => {
      if (error === null) return;
      socketErrors++;
      log.failed(entry);
    });
  });

  const receive = (from: End, to: End, payload: Uint8Array, source: LoopbackEndpoint): void => {
    const arrivedMs = clock.now();
    const isSource = (known: SocketEndpoint): boolean => known.port === source.port && known.address === source.address;
    const peer = from.peers.find(isSource);
    if (peer === undefined) {
      if (!from.disregarded.some(isSource)) strangers++;
      return;
    }
    from.current = peer;
    const { direction } = from;
    const packetClass = classify(payload);
    const sizeBytes = payload.length;
    if (queuedBytes + sizeBytes > maxQueuedBytes) {
      overflowed++;
      return;
    }
    const packet = { direction, packetClass, sizeBytes, rtp: readRtpPosition(payload), arrivedMs, flow: flowOf(ends) };
    const { deliveries, droppedByRule } = emulator.offer(packet, arrivedMs);
    if (droppedByRule !== null) {
      log.dropped(packet, droppedByRule);
      return;
    }
    const entries = log.accepted(packet, deliveries);
    for (const [copy, { dueMs, flippedBits }] of deliveries.entries()) {
      queuedBytes += sizeBytes;
      const bytes = flippedBits === undefined ? payload : flipBits(payload, flippedBits);
      queue.add(dueMs, { from: direction === 'up' ? 'caller' : 'callee', to, payload: bytes, entry: entries[copy] as FateEntry });
    }
  };

  const serve = (from: End, to: End): void => {
    from.socket.on('message', (payload, source) => receive(from, to, payload, source));
    from.socket.on('error', () => {
      socketErrors++;
    });
  };
  serve(ends.caller, ends.callee);
  serve(ends.callee, ends.caller);

  return {
    address,
    callerPort: callerSocket.address().port,
    calleePort: calleeSocket.address().port,
    setPeer(side, endpoint) {
      const end = ends[side];
      const { address: peerAddress, port } = checkLoopback(endpoint);
      if (end.peers.some((known) => known.port === port && known.address === peerAddress)) return;
      if (end.peers.length >= MAX_ENDPOINTS) throw new RangeError(`a peer has at most ${MAX_ENDPOINTS} endpoints`);
      const peer = { address: peerAddress, port };
      end.peers.push(peer);
      end.current ??= peer;
    },
    disregard(side, { address: elsewhere, port }) {
      const { disregarded } = ends[side];
      if (disregarded.length < MAX_ENDPOINTS) disregarded.push({ address: elsewhere, port });
    },
    handTo(side, payload) {
      const { socket, current } = ends[side];
      if (closed !== null || current === null) return;
      socket.send(payload, current.port, current.address, (error) => {
        if (error !== null) socketErrors++;
      });
    },
    notice: (event) => emulator.notice(event, clock.now()),
    fates: () => log.fates(),
    counters: () => ({ strangers, overflowed, socketErrors }),
    close() {
      closed ??= (async () => {
        queue.clear();
        await Promise.all([closeSocket(callerSocket), closeSocket(calleeSocket)]);
      })();
      return closed;
    },
  };
}

/** The 5-tuple that packets between the peers' present endpoints are of: the same both ways, another when one of them has moved. */
function flowOf({ caller, callee }: Readonly<Record<Side, End>>): string {
  return `udp ${caller.current?.port}-${callee.current?.port}`;
}

function bind(address: string): Promise<Socket> {
  const family = address.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket({ type: family, recvBufferSize: SOCKET_BUFFER_BYTES, sendBufferSize: SOCKET_BUFFER_BYTES });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port: 0, exclusive: true }, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
