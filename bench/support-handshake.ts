import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from '../src/call/connect.ts';
import type { Line } from '../src/call/line.ts';
import { createPeer } from '../src/call/peer.ts';
import { createPhaseLog } from '../src/call/phases.ts';
import { DEFAULT_CODEC } from '../src/config/defaults.ts';
import type { PathRule } from '../src/core/path-profile.ts';
import { createRng } from '../src/core/rng.ts';
import { createEmulator } from '../src/path/emulator.ts';
import { createFateLog } from '../src/path/fate-log.ts';
import { openRelay, type Relay, type Side } from '../src/path/relay.ts';
import { machineClock } from '../src/path/relay-clock.ts';

export type Stack = 'werift' | 'libwebrtc';

/** Tries to connect two peers of one stack over a path, once a seed. Runs as a process of its own: libwebrtc's binding must be ended by force. */
export interface Trial {
  readonly stack: Stack;
  readonly rules: readonly PathRule[];
  /** Sends every packet twice, beside what the rules do. */
  readonly duplicate: boolean;
  readonly seeds: readonly number[];
  /** Calls that try to connect at the same time. */
  readonly concurrency: number;
  readonly withinMs: number;
  /** Where @roamhq/wrtc lies. */
  readonly libwebrtcAt: string;
}

/** Seconds to connect by seed; null for a try that did not. */
export type TrialResult = (number | null)[];

const ADDRESS = '127.0.0.1';

/** A socket that a peer takes for the other one, and one that the relay takes for the peer: so that a peer with many addresses has one. */
interface Doorway {
  readonly port: number;
  /** Where the peer is taken to listen until it has sent from somewhere. */
  expect(port: number, address: string): void;
  close(): void;
}

async function openDoorway(relay: Relay, side: Side, duplicate: boolean): Promise<Doorway> {
  const [inner, outer] = await Promise.all([bind(), bind()]);
  const relayPort = side === 'caller' ? relay.callerPort : relay.calleePort;
  let peer: { readonly port: number; readonly address: string } | null = null;
  relay.setPeer(side, { address: ADDRESS, port: outer.address().port });
  inner.on('message', (payload, source) => {
    peer = source;
    for (let copy = 0; copy < (duplicate ? 2 : 1); copy++) outer.send(payload, relayPort, ADDRESS);
  });
  outer.on('message', (payload) => {
    if (peer !== null) inner.send(payload, peer.port, peer.address);
  });
  return {
    port: inner.address().port,
    expect(port, address) {
      peer ??= { port, address };
    },
    close() {
      inner.close();
      outer.close();
    },
  };
}

async function bind(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, ADDRESS);
  await once(socket, 'listening');
  return socket;
}

/** Puts the doorway in the place of every IPv4 candidate, and drops the others. */
function through(sdp: string, door: Doorway): string {
  const lines = sdp.split('\r\n').filter((line) => !/^a=candidate:/.test(line) || /^a=candidate:\S+ 1 udp \d+ [\d.]+ /i.test(line));
  return lines
    .map((line) => line.replace(/^(a=candidate:\S+ \d+ udp \d+) [\d.]+ \d+ typ host.*$/i, `$1 ${ADDRESS} ${door.port} typ host`))
    .join('\r\n');
}

async function tryOnce(trial: Trial, seed: number): Promise<number | null> {
  const startMs = machineClock.now();
  const emulator = createEmulator(trial.rules, createRng(seed).fork('path'), startMs);
  const relay = await openRelay({ emulator, log: createFateLog(startMs), clock: machineClock });
  const doors = [await openDoorway(relay, 'caller', trial.duplicate), await openDoorway(relay, 'callee', trial.duplicate)] as const;
  try {
    const connected = await (trial.stack === 'werift' ? connectWerift(trial, doors) : connectLibwebrtc(trial, doors));
    return connected ? (machineClock.now() - startMs) / 1000 : null;
  } finally {
    for (const door of doors) door.close();
    await relay.close();
  }
}

type Doors = readonly [caller: Doorway, callee: Doorway];

async function connectWerift({ withinMs }: Trial, [callerDoor, calleeDoor]: Doors): Promise<boolean> {
  const events = (door: Doorway): Parameters<typeof createPeer>[2] => ({
    onCandidate: ({ port, address }) => door.expect(port, address),
    onRtp: () => undefined,
  });
  const caller = createPeer(ADDRESS, DEFAULT_CODEC, events(callerDoor));
  const callee = createPeer(ADDRESS, DEFAULT_CODEC, events(calleeDoor));
  caller.openTextChannel();
  const line: Line = {
    caller,
    callee,
    // Each is told of the other by its own doorway.
    callerSeenAt: { address: ADDRESS, port: calleeDoor.port },
    calleeSeenAt: { address: ADDRESS, port: callerDoor.port },
    textNear: null,
    way: null,
    broken: new Promise<never>(() => undefined),
    failure: () => null,
    voice: { came: () => undefined, left: () => undefined },
    hearing: { up: () => undefined, down: () => undefined },
    notice: () => undefined,
    fates: () => [],
    relayCounts: () => ({ strangers: 0, overflowed: 0, socketErrors: 0, unrecorded: 0 }),
    ruleMeasurements: () => [],
    close: async () => undefined,
  };
  const timeouts = { gatheringMs: 2000, connectMs: withinMs, firstMediaMs: 1, mediaGapMs: 1, textMs: 1, totalMs: withinMs };
  const phases = createPhaseLog(machineClock, () => undefined);
  const connected = await connect(line, timeouts, phases, { clock: machineClock });
  await Promise.race([Promise.all([caller.close(), callee.close()]), new Promise((resolve) => setTimeout(resolve, 300))]);
  return connected;
}

/** What is used of @roamhq/wrtc: the W3C interface. */
interface LibwebrtcPeer {
  readonly localDescription: { readonly sdp: string };
  readonly iceGatheringState: string;
  readonly connectionState: string;
  onicegatheringstatechange: (() => void) | null;
  onconnectionstatechange: (() => void) | null;
  addTransceiver(kind: 'audio'): unknown;
  createDataChannel(label: string): unknown;
  createOffer(): Promise<unknown>;
  createAnswer(): Promise<unknown>;
  setLocalDescription(description: unknown): Promise<void>;
  setRemoteDescription(description: { type: string; sdp: string }): Promise<void>;
  close(): void;
}

async function connectLibwebrtc({ withinMs, libwebrtcAt }: Trial, [callerDoor, calleeDoor]: Doors): Promise<boolean> {
  const { RTCPeerConnection } = createRequire(import.meta.url)(libwebrtcAt) as {
    RTCPeerConnection: new (options: { iceServers: []; bundlePolicy: string }) => LibwebrtcPeer;
  };
  const [caller, callee] = [0, 1].map(() => new RTCPeerConnection({ iceServers: [], bundlePolicy: 'max-bundle' })) as [
    LibwebrtcPeer,
    LibwebrtcPeer,
  ];
  const describe = async (peer: LibwebrtcPeer, description: unknown): Promise<string> => {
    await peer.setLocalDescription(description);
    while (peer.iceGatheringState !== 'complete') await new Promise((resolve) => setTimeout(resolve, 5));
    return peer.localDescription.sdp;
  };
  caller.addTransceiver('audio');
  caller.createDataChannel('text');
  const untilMs = machineClock.now() + withinMs;
  const offer = await describe(caller, await caller.createOffer());
  await callee.setRemoteDescription({ type: 'offer', sdp: through(offer, calleeDoor) });
  const answer = await describe(callee, await callee.createAnswer());
  await caller.setRemoteDescription({ type: 'answer', sdp: through(answer, callerDoor) });
  const isConnected = (): boolean => [caller, callee].every((peer) => peer.connectionState === 'connected');
  while (!isConnected() && machineClock.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 5));
  const connected = isConnected();
  caller.close();
  callee.close();
  return connected;
}

/** Runs the trial of the first argument (JSON) and prints its result as JSON. */
async function main(): Promise<void> {
  const trial = JSON.parse(process.argv[2] ?? '') as Trial;
  const results: TrialResult = trial.seeds.map(() => null);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < trial.seeds.length; index = next++) {
      results[index] = await tryOnce(trial, trial.seeds[index] as number);
    }
  };
  await Promise.all(Array.from({ length: trial.concurrency }, work));
  process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));
}

await main();
