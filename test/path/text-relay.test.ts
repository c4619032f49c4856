import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { Impairment, PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { createFateLog, type FateLog } from '../../src/path/fate-log.ts';
import { findProfile } from '../../src/path/profiles.ts';
import { machineClock } from '../../src/path/relay-clock.ts';
import { openTextRelay, type TextRelay } from '../../src/path/text-relay.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const rule = (action: Impairment, over: Partial<PathRule> = {}): PathRule => ({
  match: ['text'],
  direction: 'both',
  action,
  provenance: {},
  ...over,
});

interface Stage {
  readonly relay: TextRelay;
  readonly log: FateLog;
  /** Connections the far end has had. */
  readonly reached: Socket[];
  readonly server: Server;
  connect(): Promise<Socket>;
}
/** A text relay before a far end that echoes. */
async function stage(rules: readonly PathRule[], clock: Clock = machineClock): Promise<Stage> {
  const reached: Socket[] = [];
  const server = createServer((socket) => {
    reached.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of reached) socket.destroy();
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const log = createFateLog(clock.now());
  const relay = await openTextRelay({
    emulator: createEmulator(rules, createRng(1), clock.now()),
    log,
    clock,
    farEnd: { address: '127.0.0.1', port: bound.port },
  });
  closers.push(() => relay.close());
  return {
    relay,
    log,
    reached,
    server,
    connect: async () => {
      const socket = connect(relay.port, relay.address);
      socket.on('error', () => {});
      closers.push(() => socket.destroy());
      await once(socket, 'connect');
      return socket;
    },
  };
}
/** Resolves when a socket is closed, by an error or not. */
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));
/** Reads until so many bytes have come. */
async function read(socket: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let got = 0; got < bytes; ) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    chunks.push(chunk);
    got += chunk.length;
  }
  return Buffer.concat(chunks);
}

describe('the text relay', () => {
  it('carries bytes to the far end and back, the handshake written down before them', async () => {
    const { connect, log } = await stage([]);
    const near = await connect();
    near.write('hello');
    expect((await read(near, 5)).toString()).toBe('hello');
    expect(log.fates().map(({ direction, packetClass, sizeBytes, fate }) => [direction, packetClass, sizeBytes, fate])).toEqual([
      ['up', 'text', 0, 'delivered'],
      ['down', 'text', 0, 'delivered'],
      ['up', 'text', 5, 'delivered'],
      ['down', 'text', 5, 'delivered'],
    ]);
  });

  it('carries a megabyte through delay and jitter unchanged, in segments that fit an Ethernet frame', async () => {
    const { connect, log } = await stage([rule({ kind: 'jitter', distribution: 'uniform', jitterMs: 1, reorder: true })]);
    const near = await connect();
    const sent = Buffer.alloc(1_000_000, 'the quick brown fox jumps over the lazy dog. ');
    near.write(sent);
    expect((await read(near, sent.length)).equals(sent)).toBe(true);
    expect(Math.max(...log.fates().map(({ sizeBytes }) => sizeBytes))).toBeLessThanOrEqual(1448);
  });

  it('brings what the path loses later, not never', async () => {
    const { connect, log } = await stage([rule({ kind: 'black-hole' }, { direction: 'up', after: { packets: 1 }, for: { packets: 1 } })]);
    const near = await connect();
    near.write('again');
    expect((await read(near, 5)).toString()).toBe('again');
    const up = log.fates().filter(({ direction, sizeBytes }) => direction === 'up' && sizeBytes === 5);
    expect(up.map(({ fate }) => fate)).toEqual(['dropped', 'delivered']);
  });

  it('tells the far end nothing of a connection on the path shutdown', async () => {
    const clock = new VirtualClock();
    const { connect, relay, reached, log } = await stage(findProfile('shutdown').rules, clock);
    const near = await connect();
    near.write('is anybody there');
    while (log.fates().length === 0) await new Promise(setImmediate);
    clock.advanceTo(10_000);
    await relay.close();
    expect([reached.length, near.bytesRead]).toEqual([0, 0]);
    // The SYN at 0, 1, 3 and 7 seconds.
    expect(log.fates().map(({ fate, sizeBytes, arrivedMs }) => [fate, sizeBytes, arrivedMs])).toEqual(
      [0, 1000, 3000, 7000].map((atMs) => ['dropped', 0, atMs]),
    );
  });

  it('ends the far connection when the near end ends, and the other way round', async () => {
    const { connect, reached } = await stage([]);
    const first = await connect();
    first.write('x');
    await read(first, 1);
    const farClosed = closed(reached[0] as Socket);
    const nearEnded = once(first, 'end');
    first.resume();
    first.end();
    await Promise.all([farClosed, nearEnded]);

    const second = await connect();
    second.write('y');
    await read(second, 1);
    second.resume();
    const ended = once(second, 'end');
    (reached[1] as Socket).end();
    await ended;
  });

  it('breaks the near connection when the far end refuses or breaks', async () => {
    const { connect, reached, server } = await stage([]);
    const first = await connect();
    first.write('x');
    await read(first, 1);
    const broken = closed(first);
    (reached[0] as Socket).resetAndDestroy();
    await broken;
    server.close();
    const second = await connect();
    await closed(second);
    expect(reached).toHaveLength(1);
  });

  it('cuts every connection when closed, twice if asked', async () => {
    const { connect, relay } = await stage([rule({ kind: 'delay', delayMs: 10_000 })]);
    const near = await connect();
    near.write('late');
    const cut = closed(near);
    await Promise.all([relay.close(), relay.close()]);
    await cut;
  });

  it('refuses a far end beyond this machine', async () => {
    const options = { emulator: createEmulator([], createRng(1), 0), log: createFateLog(0), clock: machineClock };
    await expect(openTextRelay({ ...options, farEnd: { address: '192.0.2.1', port: 80 } })).rejects.toThrow(RangeError);
    await expect(openTextRelay({ ...options, farEnd: { address: '127.0.0.1', port: 0 } })).rejects.toThrow(RangeError);
  });
});
