import type { CallPlan, CodecSettings } from '../core/call-plan.ts';
import type { PhaseFailure, RelayCounts } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { PacketFate } from '../core/packet.ts';
import type { PathEvent } from '../core/path-profile.ts';
import type { Rng } from '../core/rng.ts';
import type { RuleMeasurement } from '../core/rule-measurement.ts';
import { createEmulator } from '../path/emulator.ts';
import { createFateLog } from '../path/fate-log.ts';
import { openRelay, type Relay, type Side } from '../path/relay.ts';
import type { LoopbackEndpoint } from '../path/relay-address.ts';
import { openAlarmClock } from '../path/relay-alarm.ts';
import { openTextRelay } from '../path/text-relay.ts';
import type { StartedEngine } from './engines/start-engine.ts';
import { engineBroken, type LineEnd, placeEngine } from './line-end.ts';
import { createPeer, type IncomingRtp, type PeerEvents } from './peer.ts';
import { openEchoServer } from './text-flow.ts';
import type { RelayWay } from './turn/relay-way.ts';
import { tapVoice, type VoiceTap } from './voice-tap.ts';
import { waitFor } from './waiting.ts';

/** The address everything of a call is bound to. */
const LOOPBACK = '127.0.0.1';
/** How long the peers, and then the relays, may take to close before they are left to themselves. werift's `close` may hang. */
const CLOSE_MS = 300;

/** The real engines at the ends of a call, started and waiting. */
export type Engines = Readonly<Partial<Record<Side, StartedEngine>>>;

/** All that a call is made of: two peers, the path between them, and the text connection beside them. */
export interface Line {
  readonly caller: LineEnd;
  readonly callee: LineEnd;
  /** What each peer is told of the other's whereabouts: a port of the relay. */
  readonly callerSeenAt: LoopbackEndpoint;
  readonly calleeSeenAt: LoopbackEndpoint;
  /** Where the text connection begins; null where there is none, because it would not go the way the call goes. */
  readonly textNear: LoopbackEndpoint | null;
  /** The real network the call crosses; null when it stays on this machine. */
  readonly way: RelayWay | null;
  /** Resolves when a real engine at an end of the call cannot go on; `failure` tells the same. */
  readonly broken: Promise<PhaseFailure>;
  failure(): PhaseFailure | null;
  /** Told of the voice at the relay. Set before media begins. */
  readonly voice: VoiceTap;
  /** Who hears the caller, and who the callee, where our own peer does. Set before media begins. */
  readonly hearing: { up(packet: IncomingRtp): void; down(packet: IncomingRtp): void };
  notice(event: PathEvent): void;
  fates(): PacketFate[];
  relayCounts(): RelayCounts;
  /** What each rule of the path asked and did. */
  ruleMeasurements(): RuleMeasurement[];
  /** Frees every socket and timer; within a fixed time. May be called again. */
  close(): Promise<void>;
}

/**
 * Opens relays, peers and the far end of the text flow. Rejects when the machine gives no port; then nothing stays open.
 * @param way the real network between the peers; null for a call that stays on this machine
 * @param engines the real engines that sit at its ends, in the place of our own peers; they are closed with it
 */
export async function openLine(
  plan: CallPlan,
  clock: Clock,
  rng: Rng,
  originMs: number,
  way: RelayWay | null,
  engines: Engines = {},
): Promise<Line> {
  const voice: Line['voice'] = { came: () => undefined, left: () => undefined };
  const log = tapVoice(createFateLog(originMs), { came: (...packet) => voice.came(...packet), left: (direction) => voice.left(direction) });
  const emulator = createEmulator(plan.path.rules, rng.fork('path'), originMs);
  const peers: Closable[] = [];
  const relays: Closable[] = [];
  // Peers first: what they still send then finds its port open.
  const close = async (): Promise<void> => {
    await closeAll(peers.splice(0), clock);
    await closeAll(relays.splice(0), clock);
  };
  try {
    const alarm = await openAlarmClock();
    relays.push(alarm);
    const openText = async (): Promise<LoopbackEndpoint> => {
      const echo = await openEchoServer(LOOPBACK);
      relays.push(echo);
      const textRelay = await openTextRelay({ emulator, log, clock: alarm, farEnd: echo.endpoint, address: LOOPBACK });
      relays.push(textRelay);
      return { address: LOOPBACK, port: textRelay.port };
    };
    const textNear = way === null ? await openText() : null;
    const relay = await openRelay({ emulator, log, clock: alarm, address: LOOPBACK, ...(way === null ? {} : { carry: way.carry }) });
    relays.push(relay);
    if (way !== null) way.handTo = relay.handTo;

    const hearing: Line['hearing'] = { up: () => undefined, down: () => undefined };
    const end = (side: Side, onRtp: PeerEvents['onRtp']): LineEnd => {
      const engine = engines[side];
      const peer = engine === undefined ? ownPeer(side, relay, plan.codec, onRtp) : placeEngine(engine, side, relay, plan.codec);
      peers.push(peer);
      return peer;
    };
    const caller = end('caller', (packet) => hearing.down(packet));
    const callee = end('callee', (packet) => hearing.up(packet));
    let failure: PhaseFailure | null = null;
    const broken = engineBroken({ caller, callee }).then((message) => {
      failure = { code: 'engine-failed', message };
      return failure;
    });

    return {
      caller,
      callee,
      callerSeenAt: { address: LOOPBACK, port: relay.calleePort },
      calleeSeenAt: { address: LOOPBACK, port: relay.callerPort },
      textNear,
      way,
      broken,
      failure: () => failure,
      voice,
      hearing,
      notice: relay.notice,
      fates: relay.fates,
      relayCounts: () => ({ ...relay.counters(), unrecorded: log.unrecorded }),
      ruleMeasurements: emulator.measurements,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function ownPeer(side: Side, relay: Relay, codec: CodecSettings, onRtp: PeerEvents['onRtp']): LineEnd {
  return createPeer(LOOPBACK, codec, { onCandidate: (endpoint) => relay.setPeer(side, endpoint), onRtp });
}

interface Closable {
  close(): Promise<void>;
}

async function closeAll(things: readonly Closable[], clock: Clock): Promise<void> {
  const closing = Promise.all(things.map((thing) => thing.close().catch(() => undefined)));
  await waitFor(closing, clock.now() + CLOSE_MS, { clock });
}
