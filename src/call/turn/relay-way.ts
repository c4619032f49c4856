import { isIP, isIPv6 } from 'node:net';
import type { PhaseFailure, PhaseId } from '../../core/call-record.ts';
import type { Side } from '../../path/relay.ts';
import type { PhaseLog } from '../phases.ts';
import type { WaitContext } from '../waiting.ts';
import { type Allocation, openAllocation } from './allocation.ts';
import { reachFirst, within } from './reach-first.ts';
import type { RelayAccess } from './relay-access.ts';
import { RelayFailure } from './relay-failure.ts';
import { createRelayWatch } from './relay-watch.ts';
import { resolveRelay } from './resolve-relay.ts';

/** How long each of the three steps to a relay may take. */
const STEP_MS = 5000;
/** How long a new connection may take that only shows whether the relay still answers. */
const PROBE_MS = 2000;
/** Between two renewals of what the relay gave: far under the 5 minutes of a permission (RFC 8656 section 9). */
const RENEW_MS = 60_000;

const PEER_WORDS: Record<Side, string> = { caller: "from the caller's side", callee: "from the callee's side" };

/** The way from each peer over the real network to a TURN relay, and from there to the other peer. */
export interface RelayWay {
  readonly ipVersion: 4 | 6;
  /** Sends a datagram of this peer to the other one. */
  carry(from: Side, payload: Uint8Array): void;
  /** Who is handed what comes for a peer. Set before anything is carried. */
  handTo: (to: Side, payload: Uint8Array) => void;
  /** Resolves when the way has broken, which is known some seconds after; never when it has not. */
  readonly broken: Promise<PhaseFailure>;
  /** How the way has broken; null as long as nothing shows that it has. */
  failure(): PhaseFailure | null;
  /** After a call that ended badly: finds out whether the way has broken, within {@link PROBE_MS} and a second. */
  settle(): Promise<PhaseFailure | null>;
  /** Leaves no handle open; may be called again. */
  close(): void;
}

/**
 * Goes the way to a relay: its name (`resolving`), an answer from it (`reaching`), an address on it for each peer and a channel between the two
 * (`allocating`). The three phases are written to the log; none of their messages names an address.
 * @returns null when a phase has failed, or the signal aborted; then nothing stays open
 */
export async function openRelayWay(access: RelayAccess, phases: PhaseLog, context: WaitContext): Promise<RelayWay | null> {
  const { clock } = context;
  const naming = sameLink(access) ? anonymously : bySide;
  const opened: Allocation[] = [];
  const listeners: Pick<RelayWay, 'handTo'> = { handTo: () => undefined };
  const watch = createRelayWatch(clock);
  let closed = false;
  let cancelRenewal = (): void => undefined;
  const close = (): void => {
    closed = true;
    cancelRenewal();
    watch.stop();
    for (const allocation of opened) allocation.close();
  };

  const open = async (side: Side, address: string, giveUp: AbortSignal, heard: boolean): Promise<Allocation> => {
    const unheard = { onDatagram: () => undefined, onSignOfLife: () => undefined, onRefused: () => undefined, onEnded: () => undefined };
    const events = { onDatagram: (payload: Buffer) => listeners.handTo(side, payload), ...watch.eventsOf(side) };
    return openAllocation(access, address, access.localAddresses[side], clock, heard ? events : unheard, giveUp);
  };
  const reach = (side: Side, address: string, untilMs: number, giveUp: AbortSignal): Promise<Allocation> =>
    naming(side, async () => {
      const allocation = await open(side, address, giveUp, true);
      opened.push(allocation);
      await allocation.reach(untilMs);
      return allocation;
    });

  const step = stepsOf(phases, context, STEP_MS);
  const way = async (): Promise<RelayWay | null> => {
    const addresses =
      isIP(access.host) === 0
        ? await step('resolving', (untilMs) => within(untilMs, context, (giveUp) => resolveRelay(access.host, familiesOf(access), giveUp)))
        : [access.host];
    if (addresses === null) return null;
    const reached = await step('reaching', (untilMs) =>
      reachFirst(addresses, untilMs, context, async (address, lastMs, giveUp) => {
        const [caller, callee] = await Promise.all([reach('caller', address, lastMs, giveUp), reach('callee', address, lastMs, giveUp)]);
        return { address, caller, callee };
      }),
    );
    if (reached === null) return null;
    const { address, caller, callee } = reached;
    const bind = await step('allocating', async (untilMs) => {
      const [callerAt, calleeAt] = await Promise.all([
        naming('caller', () => caller.allocate(untilMs)),
        naming('callee', () => callee.allocate(untilMs)),
      ]);
      const bindBoth = (lastMs: number): Promise<unknown> =>
        Promise.all([naming('caller', () => caller.bind(calleeAt, lastMs)), naming('callee', () => callee.bind(callerAt, lastMs))]);
      await bindBoth(untilMs);
      return bindBoth;
    });
    if (bind === null) return null;

    const renew = (): void => {
      if (closed) return;
      const untilMs = clock.now() + STEP_MS;
      // Without an answer the watch will notice.
      Promise.all([caller.refresh(untilMs), callee.refresh(untilMs), bind(untilMs)]).catch(() => undefined);
      cancelRenewal = clock.schedule(clock.now() + RENEW_MS, renew);
    };
    cancelRenewal = clock.schedule(clock.now() + RENEW_MS, renew);
    watch.start({ caller, callee }, async (side) => {
      const untilMs = clock.now() + PROBE_MS;
      return within(untilMs, context, async (giveUp) => {
        const probe = await open(side, address, giveUp, false);
        await probe.reach(untilMs).finally(() => probe.close());
        return 'answers' as const;
      }).catch(() => 'silent' as const);
    });
    const allocations = { caller, callee };
    return Object.assign(listeners, {
      ipVersion: isIPv6(address) ? (6 as const) : (4 as const),
      carry: (from: Side, payload: Uint8Array) => allocations[from].send(payload),
      broken: watch.broken,
      failure: watch.failure,
      settle: watch.settle,
      close,
    });
  };

  try {
    const opening = await way();
    if (opening === null) close();
    return opening;
  } catch (error) {
    close();
    throw error;
  }
}

/** Runs a phase: bounded, and failed with the relay's own code. */
function stepsOf(phases: PhaseLog, { clock, signal }: WaitContext, stepMs: number) {
  return async <T>(id: PhaseId, work: (untilMs: number) => Promise<T>): Promise<T | null> => {
    phases.begin(id);
    try {
      const done = await work(clock.now() + stepMs);
      if (signal?.aborted) return null;
      phases.succeed(id);
      return done;
    } catch (error) {
      if (signal?.aborted) return null;
      if (!(error instanceof RelayFailure)) throw error;
      phases.fail(id, error.code, error.message);
      return null;
    }
  };
}

type Naming = <T>(side: Side, work: () => Promise<T>) => Promise<T>;

const anonymously: Naming = (_, work) => work();

/** Says whose way it was that failed. */
async function bySide<T>(side: Side, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RelayFailure) throw new RelayFailure(error.code, `${PEER_WORDS[side]}, ${error.message}`);
    throw error;
  }
}

function sameLink({ localAddresses }: RelayAccess): boolean {
  return localAddresses.caller === localAddresses.callee;
}

/** The IP versions in which both peers can talk to the relay. */
function familiesOf({ localAddresses }: RelayAccess): readonly (4 | 6)[] {
  const bound = Object.values(localAddresses).filter((address) => address !== null);
  if (bound.length === 0) return [4, 6];
  return [isIPv6(bound[0] as string) ? 6 : 4];
}
