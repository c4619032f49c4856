import type { PhaseFailure } from '../../core/call-record.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { Side } from '../../path/relay.ts';
import type { Allocation, AllocationEvents } from './allocation.ts';

/** How often the ways to the relay are looked at. */
const LOOK_MS = 1000;
/** After so long without anything from the relay it is asked for a sign of life, once every look. */
const QUIET_MS = 2000;
/** After so long without any the way counts as broken: six questions have then gone unanswered. */
const BROKEN_MS = 7000;
/** The same when the machine there says that nobody listens. */
const REFUSED_MS = 2500;

/** Watches whether both peers' ways to the relay still stand. */
export interface RelayWatch {
  eventsOf(side: Side): Pick<AllocationEvents, 'onSignOfLife' | 'onRefused' | 'onEnded'>;
  /** @param probe whether the relay answers a new connection from this side */
  start(allocations: Readonly<Record<Side, Allocation>>, probe: (side: Side) => Promise<'answers' | 'silent'>): void;
  readonly broken: Promise<PhaseFailure>;
  failure(): PhaseFailure | null;
  settle(): Promise<PhaseFailure | null>;
  stop(): void;
}

interface Way {
  heardMs: number;
  refused: boolean;
  ended: boolean;
}

/**
 * A way is broken when the relay has been silent for too long, has closed the connection, or no longer knows the peer. A new connection then shows
 * which: when the relay answers that, it was this connection alone that ended (`turn-cut`); otherwise nothing tells a relay that
 * stopped from a network that no longer leads to it (`turn-lost`).
 */
export function createRelayWatch(clock: Clock): RelayWatch {
  const ways: Record<Side, Way> = { caller: newWay(clock), callee: newWay(clock) };
  let allocations: Readonly<Record<Side, Allocation>> | null = null;
  let probe: (side: Side) => Promise<'answers' | 'silent'> = async () => 'silent';
  let cancel: Cancel = () => undefined;
  let failure: PhaseFailure | null = null;
  let deciding: Promise<PhaseFailure | null> | null = null;
  let stopped = false;
  let tell = (_: PhaseFailure): void => undefined;
  const broken = new Promise<PhaseFailure>((resolve) => {
    tell = resolve;
  });
  const sides = Object.keys(ways) as Side[];
  const quietMs = (side: Side): number => clock.now() - ways[side].heardMs;

  const conclude = (code: 'turn-lost' | 'turn-cut', message: string): PhaseFailure => {
    failure ??= { code, message };
    if (!stopped) tell(failure);
    return failure;
  };
  const decide = (side: Side, what: string): Promise<PhaseFailure | null> => {
    deciding ??= probe(side).then((answer) => {
      const where = `on the ${side}'s side, ${what}`;
      return answer === 'answers'
        ? conclude('turn-cut', `${where}, although the relay answers a new connection`)
        : conclude('turn-lost', `${where}, and the relay does not answer a new connection either`);
    });
    return deciding;
  };
  const ask = async (side: Side, untilMs: number): Promise<'kept' | 'forgotten' | 'silent'> => {
    const answer = (await allocations?.[side].refresh(untilMs)) ?? 'silent';
    if (answer === 'forgotten' && !stopped) conclude('turn-lost', `the relay no longer knows the ${side}: it has been started anew`);
    return answer;
  };
  const look = (): void => {
    cancel();
    if (stopped || failure !== null) return;
    for (const side of sides) {
      const quiet = quietMs(side);
      if (ways[side].ended) void decide(side, 'the connection to the relay was closed from outside');
      else if (quiet >= BROKEN_MS || (ways[side].refused && quiet >= REFUSED_MS)) void decide(side, 'nothing came from the relay any more');
      else if (quiet >= QUIET_MS) void ask(side, clock.now() + LOOK_MS);
    }
    cancel = clock.schedule(clock.now() + LOOK_MS, look);
  };

  return {
    eventsOf: (side) => ({
      onSignOfLife() {
        ways[side].heardMs = clock.now();
        ways[side].refused = false;
      },
      onRefused() {
        ways[side].refused = true;
      },
      onEnded() {
        ways[side].ended = true;
        if (allocations !== null && !stopped) look();
      },
    }),
    start(both, probeAnew) {
      allocations = both;
      probe = probeAnew;
      cancel = clock.schedule(clock.now() + LOOK_MS, look);
    },
    broken,
    failure: () => failure,
    async settle() {
      const side = ways.caller.heardMs <= ways.callee.heardMs ? 'caller' : 'callee';
      if (failure !== null || stopped) return failure;
      if (deciding !== null) return deciding;
      if (quietMs(side) < LOOK_MS || (await ask(side, clock.now() + LOOK_MS)) === 'kept') return failure;
      return failure ?? decide(side, 'nothing came from the relay any more');
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}

function newWay(clock: Clock): Way {
  return { heardMs: clock.now(), refused: false, ended: false };
}
