import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Impairment, PathRule } from '../../src/core/path-profile.ts';
import { createRng } from '../../src/core/rng.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';
import { createEmulator } from '../../src/path/emulator.ts';
import { createFateLog } from '../../src/path/fate-log.ts';
import { findProfile } from '../../src/path/profiles.ts';
import { openRelay, type Relay, type RelayOptions, type Side } from '../../src/path/relay.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A peer that remembers the first payload byte that tells packets apart: the fourth, low half of an RTP sequence number. */
interface Peer {
  readonly socket: Socket;
  readonly port: number;
  readonly heard: number[];
  send(port: number, packet: Uint8Array): Promise<void>;
  /** Resolves when so many packets have come; the test's own timeout bounds it. */
  hears(count: number): Promise<void>;
}
async function openPeer(): Promise<Peer> {
  const socket = createSocket('udp4');
  const heard: number[] = [];
  socket.on('message', (packet) => heard.push(packet[3] ?? -1));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return {
    socket,
    port: socket.address().port,
    heard,
    send: (port, packet) =>
      new Promise((resolve, reject) => socket.send(packet, port, '127.0.0.1', (error) => (error ? reject(error) : resolve()))),
    hears: async (count) => {
      while (heard.length < count) await once(socket, 'message');
    },
  };
}
const rtp = (sequenceNumber: number): Uint8Array => Uint8Array.from({ length: 80 }, (_, i) => [0x80, 111, 0, sequenceNumber][i] ?? 0);
const stun = (mark: number): Uint8Array => Uint8Array.from({ length: 20 }, (_, i) => [0, 1, 0, mark][i] ?? 0);
const rule = (action: Impairment, over: Partial<PathRule> = {}): PathRule => ({
  match: 'any',
  direction: 'both',
  action,
  provenance: {},
  ...over,
});

interface Stage {
  readonly relay: Relay;
  readonly clock: VirtualClock;
  readonly caller: Peer;
  readonly callee: Peer;
}
/** A relay on a virtual clock between two declared peers. */
async function stage(rules: readonly PathRule[], over: Partial<RelayOptions> = {}): Promise<Stage> {
  const clock = new VirtualClock();
  const relay = await openRelay({ emulator: createEmulator(rules, createRng(1), 0), log: createFateLog(0), clock, ...over });
  closers.push(() => relay.close());
  const [caller, callee] = [await openPeer(), await openPeer()];
  relay.setPeer('caller', { address: '127.0.0.1', port: caller.port });
  relay.setPeer('callee', { address: '127.0.0.1', port: callee.port });
  return { relay, clock, caller, callee };
}
/** Waits until the relay has seen so many packets in all, written down or ignored. */
async function seen(relay: Relay, count: number): Promise<void> {
  const total = (): number => relay.fates().length + relay.counters().strangers + relay.counters().overflowed;
  for (let turn = 0; total() < count; turn++) {
    if (turn > 100_000) throw new Error(`the relay saw ${total()} of ${count} packets`);
    await new Promise(setImmediate);
  }
}

describe('the relay', () => {
  it('carries packets both ways, byte for byte, each port standing for the other peer', async () => {
    const { relay, caller, callee } = await stage([]);
    const got = once(callee.socket, 'message');
    await caller.send(relay.callerPort, rtp(5));
    const [payload, source] = await got;
    expect(new Uint8Array(payload)).toEqual(rtp(5));
    expect(source.port).toBe(relay.calleePort);
    await callee.send(relay.calleePort, stun(9));
    await caller.hears(1);
    expect(caller.heard).toEqual([9]);
    expect(relay.fates()).toMatchObject([
      { direction: 'up', packetClass: 'rtp', sequenceNumber: 5, sizeBytes: 80, fate: 'delivered', dueMs: 0, sentMs: 0 },
      { direction: 'down', packetClass: 'stun', sequenceNumber: null, sizeBytes: 20, fate: 'delivered' },
    ]);
  });

  it('hands what is due to another way where there is one, and gives a peer what comes by it', async () => {
    const carried: string[] = [];
    const carry = (from: Side, payload: Uint8Array): void => {
      carried.push(`${from} ${payload[3]}`);
    };
    const rules = [rule({ kind: 'delay', delayMs: 40 }), rule({ kind: 'black-hole' }, { direction: 'down', match: ['stun'] })];
    const { relay, clock, caller, callee } = await stage(rules, { carry });
    await caller.send(relay.callerPort, rtp(1));
    await callee.send(relay.calleePort, rtp(2));
    await callee.send(relay.calleePort, stun(3));
    await seen(relay, 3);
    expect(carried).toEqual([]);
    clock.advanceTo(41);
    expect(carried.sort()).toEqual(['callee 2', 'caller 1']);
    expect(relay.fates().map(({ fate }) => fate)).toEqual(expect.arrayContaining(['delivered', 'delivered', 'dropped']));

    const got = once(callee.socket, 'message');
    relay.handTo('callee', rtp(9));
    const [payload, source] = await got;
    expect(new Uint8Array(payload)).toEqual(rtp(9));
    expect(source.port).toBe(relay.calleePort);
    expect([caller.heard, callee.heard]).toEqual([[], [9]]);
    await relay.close();
    relay.handTo('callee', rtp(10));
  });

  it('sends every packet when it is due, and writes down when that was', async () => {
    const { relay, clock, caller, callee } = await stage([rule({ kind: 'delay', delayMs: 40 })]);
    await caller.send(relay.callerPort, rtp(1));
    await seen(relay, 1);
    clock.advanceTo(39);
    expect(relay.fates()).toMatchObject([{ fate: 'undelivered', dueMs: 40, sentMs: null }]);
    clock.advanceTo(41);
    await callee.hears(1);
    expect(relay.fates()).toMatchObject([{ fate: 'delivered', arrivedMs: 0, dueMs: 40, sentMs: 40 }]);
  });

  it('loses and doubles no packet that no rule drops, over a whole sequence', async () => {
    const { relay, clock, caller, callee } = await stage([
      rule({ kind: 'jitter', distribution: 'pareto', jitterMs: 20, reorder: true }),
      rule({ kind: 'bernoulli-loss', lossRatio: 0.3 }, { match: ['rtp'] }),
    ]);
    for (let i = 0; i < 200; i++) {
      await caller.send(relay.callerPort, rtp(i));
      await seen(relay, i + 1);
      clock.advanceTo(20 * (i + 1));
    }
    clock.advanceTo(10_000);
    const kept = relay.fates().flatMap(({ fate, sequenceNumber }) => (fate === 'delivered' ? [sequenceNumber] : []));
    expect(relay.fates().map(({ sequenceNumber }) => sequenceNumber)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    await callee.hears(kept.length);
    expect(callee.heard.toSorted((a, b) => a - b)).toEqual(kept);
    expect(kept.length).toBeLessThan(180);
  });

  it('sends copies when they are due, each by itself, and writes them down with their packet', async () => {
    const { relay, clock, caller, callee } = await stage([
      rule({ kind: 'duplicate', duplicateRatio: 1 }),
      rule({ kind: 'reorder', reorderRatio: 1, gapPackets: 2, delayMs: 40 }),
    ]);
    await caller.send(relay.callerPort, rtp(7));
    await callee.hears(1);
    expect(relay.fates()).toMatchObject([{ fate: 'undelivered', dueMs: 40, sentMs: null, copies: [{ dueMs: 0, sentMs: 0 }] }]);
    clock.advanceTo(41);
    await callee.hears(2);
    expect(relay.fates()).toMatchObject([{ fate: 'delivered', dueMs: 40, sentMs: 40, copies: [{ dueMs: 0, sentMs: 0 }] }]);
    expect(callee.heard).toEqual([7, 7]);
  });

  it('changes exactly the bits it says it changed', async () => {
    const { relay, caller, callee } = await stage([rule({ kind: 'corrupt', corruptRatio: 1 })]);
    for (let i = 0; i < 20; i++) {
      const got = once(callee.socket, 'message');
      await caller.send(relay.callerPort, rtp(i));
      const [payload] = await got;
      const sent = rtp(i);
      const changed = Array.from({ length: 8 * sent.length }, (_, bit) => bit).filter(
        (bit) => (((payload[bit >> 3] ?? 0) ^ (sent[bit >> 3] as number)) & (0x80 >> (bit % 8))) !== 0,
      );
      expect(changed).toHaveLength(1);
      expect(relay.fates()[i]?.flippedBits).toEqual(changed);
    }
  });

  it('keeps a peer that comes back from another port out of what its old 5-tuple brought on itself', async () => {
    const { relay, caller, callee } = await stage([rule({ kind: 'freeze' }, { after: { packets: 2 } })]);
    const second = await openPeer();
    relay.setPeer('caller', { address: '127.0.0.1', port: second.port });
    for (let i = 0; i < 4; i++) await caller.send(relay.callerPort, rtp(i));
    await seen(relay, 4);
    await second.send(relay.callerPort, rtp(9));
    await seen(relay, 5);
    await callee.hears(3);
    expect(callee.heard).toEqual([0, 1, 9]);
  });

  it('drops the same RTP packets for one seed, whatever STUN comes between', async () => {
    const profile = findProfile('whatsapp-2025-08');
    const dropsOf = async (stunEvery: number): Promise<(number | null)[]> => {
      const { relay, clock, caller } = await stage(profile.rules);
      let sent = 0;
      for (let i = 0; i < 120; i++) {
        if (i % stunEvery === 0) {
          await caller.send(relay.callerPort, stun(i));
          sent++;
        }
        await caller.send(relay.callerPort, rtp(i));
        await seen(relay, ++sent);
        clock.advanceTo(clock.now() + 19 + (i % 3));
      }
      return relay.fates().flatMap(({ fate, sequenceNumber }) => (fate === 'dropped' ? [sequenceNumber] : []));
    };
    const drops = await dropsOf(50);
    expect(drops.length).toBeGreaterThan(10);
    expect(await dropsOf(3)).toEqual(drops);
  });

  it('passes nothing at all on the path shutdown', async () => {
    const { relay, clock, caller, callee } = await stage(findProfile('shutdown').rules);
    for (let i = 0; i < 20; i++) {
      await caller.send(relay.callerPort, i % 2 ? rtp(i) : stun(i));
      await callee.send(relay.calleePort, i % 2 ? rtp(i) : stun(i));
    }
    await seen(relay, 40);
    clock.advanceTo(60_000);
    expect(relay.fates().every(({ fate, droppedByRule }) => fate === 'dropped' && droppedByRule === 0)).toBe(true);
    expect([caller.heard, callee.heard]).toEqual([[], []]);
  });

  it('hears only the peers it was told of, and counts the others', async () => {
    const { relay, caller, callee } = await stage([]);
    const stranger = await openPeer();
    await stranger.send(relay.callerPort, rtp(66));
    await callee.send(relay.callerPort, rtp(77));
    await caller.send(relay.callerPort, rtp(1));
    await callee.hears(1);
    await seen(relay, 3);
    expect(callee.heard).toEqual([1]);
    expect(relay.counters()).toEqual({ strangers: 2, overflowed: 0, socketErrors: 0 });
    expect(relay.fates()).toHaveLength(1);
  });

  it('takes another address of a peer for no stranger, and relays nothing from it', async () => {
    const { relay, caller, callee } = await stage([]);
    const elsewhere = await openPeer();
    relay.disregard('caller', { address: '127.0.0.1', port: elsewhere.port });
    await elsewhere.send(relay.callerPort, rtp(66));
    await elsewhere.send(relay.calleePort, rtp(66));
    await caller.send(relay.callerPort, rtp(1));
    await callee.hears(1);
    await seen(relay, 2);
    expect(callee.heard).toEqual([1]);
    expect(relay.counters()).toMatchObject({ strangers: 1 });
  });

  it('answers a peer with several endpoints where it last spoke from', async () => {
    const { relay, caller, callee } = await stage([]);
    const second = await openPeer();
    relay.setPeer('caller', { address: '127.0.0.1', port: second.port });
    await callee.send(relay.calleePort, rtp(1));
    await caller.hears(1);
    await second.send(relay.callerPort, rtp(2));
    await callee.hears(1);
    await callee.send(relay.calleePort, rtp(3));
    await second.hears(1);
    expect([caller.heard, second.heard]).toEqual([[1], [3]]);
  });

  it.each(['192.0.2.1', '0.0.0.0', '::', 'localhost', '10.0.0.1', '127.0.0.1.example', ''])('refuses to send to %o', async (address) => {
    const { relay } = await stage([]);
    for (const side of ['caller', 'callee'] satisfies Side[]) expect(() => relay.setPeer(side, { address, port: 9 })).toThrow(RangeError);
    await expect(
      openRelay({ emulator: createEmulator([], createRng(1), 0), log: createFateLog(0), clock: new VirtualClock(), address }),
    ).rejects.toThrow(RangeError);
  });

  it('keeps a packet for a peer that was never declared as undelivered', async () => {
    const clock = new VirtualClock();
    const relay = await openRelay({ emulator: createEmulator([], createRng(1), 0), log: createFateLog(0), clock });
    closers.push(() => relay.close());
    const caller = await openPeer();
    relay.setPeer('caller', { address: '127.0.0.1', port: caller.port });
    await caller.send(relay.callerPort, rtp(1));
    await seen(relay, 1);
    expect(relay.fates()).toMatchObject([{ fate: 'undelivered', sentMs: null }]);
  });

  it('holds no more bytes than it may, and counts what it therefore ignores', async () => {
    const { relay, clock, caller, callee } = await stage([rule({ kind: 'delay', delayMs: 100 })], { maxQueuedBytes: 200 });
    for (let i = 0; i < 5; i++) await caller.send(relay.callerPort, rtp(i));
    await seen(relay, 5);
    expect(relay.counters().overflowed).toBe(3);
    clock.advanceTo(200);
    await callee.hears(2);
    await caller.send(relay.callerPort, rtp(9));
    await seen(relay, 6);
    expect(relay.counters().overflowed).toBe(3);
  });

  it('bears empty packets, the largest packets and a peer that has gone', async () => {
    const { relay, caller, callee } = await stage([]);
    callee.socket.close();
    closers.splice(closers.length - 1, 1);
    await caller.send(relay.callerPort, new Uint8Array());
    await caller.send(relay.callerPort, new Uint8Array(65_507).fill(0xff));
    await seen(relay, 2);
    expect(relay.fates().map(({ packetClass, sizeBytes }) => [packetClass, sizeBytes])).toEqual([
      ['other', 0],
      ['other', 65_507],
    ]);
  });

  it('stops when closed, twice if asked, with what was on its way undelivered', async () => {
    const { relay, clock, caller, callee } = await stage([rule({ kind: 'delay', delayMs: 40 })]);
    await caller.send(relay.callerPort, rtp(1));
    await seen(relay, 1);
    await Promise.all([relay.close(), relay.close()]);
    await relay.close();
    clock.advanceTo(1000);
    expect(relay.fates()).toMatchObject([{ fate: 'undelivered', dueMs: 40, sentMs: null }]);
    expect(callee.heard).toEqual([]);
  });

  it('works on the IPv6 loopback too, where there is one', async (context) => {
    const relay = await openRelay({
      emulator: createEmulator([], createRng(1), 0),
      log: createFateLog(0),
      clock: new VirtualClock(),
      address: '::1',
    }).catch(() => null);
    if (relay === null) {
      context.skip('this machine has no IPv6 loopback');
      return;
    }
    closers.push(() => relay.close());
    const peers = [createSocket('udp6'), createSocket('udp6')] as const;
    for (const socket of peers) {
      closers.push(() => socket.close());
      socket.bind(0, '::1');
      await once(socket, 'listening');
    }
    relay.setPeer('caller', { address: '::1', port: peers[0].address().port });
    relay.setPeer('callee', { address: '::1', port: peers[1].address().port });
    const got = once(peers[1], 'message');
    peers[0].send(rtp(3), relay.callerPort, '::1');
    expect(new Uint8Array((await got)[0])).toEqual(rtp(3));
  });
});
