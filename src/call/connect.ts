import type { CallTimeouts } from '../core/call-plan.ts';
import type { FailureCode, PhaseFailure } from '../core/call-record.ts';
import type { Side } from '../path/relay.ts';
import { oneLine } from './engines/one-line.ts';
import type { Line } from './line.ts';
import { engineName, isEngine } from './line-end.ts';
import type { TransportOutcome } from './peer.ts';
import type { PhaseLog } from './phases.ts';
import { NoCandidateError, routeThroughRelay } from './signalling.ts';
import { type WaitContext, waitFor } from './waiting.ts';

/**
 * Connects the two peers of a line: gathering, ICE and DTLS, each a phase of its own.
 * ICE and DTLS share one deadline, `connectMs` from the start of ICE. The waits are ours: werift gives up late, on one side only, or never.
 * @returns whether media can begin; when not, the phase that stopped has its failure, or the signal has aborted
 */
export async function connect(line: Line, timeouts: CallTimeouts, phases: PhaseLog, context: WaitContext): Promise<boolean> {
  const { clock } = context;

  phases.begin('gathering');
  const gathered = await waitFor(orBroken(exchangeDescriptions(line), line, context), clock.now() + timeouts.gatheringMs, context);
  if (gathered.end === 'done' && gathered.value === null) {
    phases.fail('gathering', 'gathering-failed', 'the peers found no usable address on this machine');
    return false;
  }
  if (gathered.end === 'done' && isFailure(gathered.value)) {
    phases.fail('gathering', gathered.value.code, gathered.value.message);
    return false;
  }
  if (gathered.end === 'timeout') {
    const engine = engineName(line);
    const within = `within ${seconds(timeouts.gatheringMs)}`;
    // Our own peer takes some milliseconds and cannot hang.
    if (engine === null) phases.fail('gathering', 'gathering-timeout', `the peers did not gather their addresses ${within}`);
    else phases.fail('gathering', 'engine-failed', `${engine} did not describe itself ${within}`);
  }
  if (gathered.end !== 'done' || gathered.value === null || isFailure(gathered.value)) return false;
  phases.succeed('gathering');

  const untilMs = clock.now() + timeouts.connectMs;
  phases.begin('ice');
  const accepted = await waitFor(
    orBroken(asked(line, 'caller', line.caller.acceptAnswer(gathered.value)), line, context),
    untilMs,
    context,
  );
  if (accepted.end === 'timeout' && isEngine(line.caller)) {
    phases.fail('ice', 'engine-failed', `${engineName(line)} did not take the answer within ${seconds(timeouts.connectMs)}`);
  } else if (accepted.end === 'timeout') {
    phases.fail('ice', TIMEOUT.ice, `${WHAT.ice} within ${seconds(timeouts.connectMs)}; the caller did not even begin to look`);
  }
  if (accepted.end === 'done' && accepted.value !== undefined) phases.fail('ice', accepted.value.code, accepted.value.message);
  if (accepted.end !== 'done' || accepted.value !== undefined) return false;
  if (!(await bothConnected(line, 'ice', untilMs, timeouts, phases, context))) return false;
  checkRoute(line);
  phases.begin('dtls');
  if (!(await bothConnected(line, 'dtls', untilMs, timeouts, phases, context))) return false;
  line.notice('connected');
  return true;
}

/**
 * Offer and answer, in memory, each side's candidates replaced by the relay's. The callee begins to connect with its answer.
 * @returns the answer; null when a side has found no candidate at all
 */
async function exchangeDescriptions(line: Line): Promise<string | null> {
  const { caller, callee, callerSeenAt, calleeSeenAt } = line;
  try {
    const offer = await asked(line, 'caller', caller.createOffer());
    const answer = await asked(line, 'callee', callee.acceptOffer(routeThroughRelay(offer, callerSeenAt)));
    return routeThroughRelay(answer, calleeSeenAt);
  } catch (error) {
    if (error instanceof NoCandidateError) return null;
    throw error;
  }
}

/** A rejection that comes of an engine's end is followed by news of that end within this. */
const EXPLAIN_MS = 100;

/** What a side was asked for. What a real engine rejects is a failure of that engine; of our own peer it is a bug. */
function asked<T>(line: Line, side: Side, answer: Promise<T>): Promise<T> {
  if (!isEngine(line[side])) return answer;
  return answer.catch((error: unknown) => {
    throw new EngineRefused(`${engineName(line)} failed: ${oneLine(error)}`);
  });
}

class EngineRefused extends Error {}

/** What is waited for, or the failure of a real engine that broke meanwhile: its own rejections come of that and tell less. */
function orBroken<T>(promise: Promise<T>, line: Line, { clock }: WaitContext): Promise<T | PhaseFailure> {
  const explained = promise.catch(async (error: unknown) => {
    const waited = await waitFor(line.broken, clock.now() + EXPLAIN_MS, { clock });
    if (waited.end === 'done') return waited.value;
    if (error instanceof EngineRefused) return { code: 'engine-failed' as const, message: error.message };
    throw error;
  });
  return Promise.race([line.broken, explained]);
}

function isFailure(value: string | PhaseFailure | null): value is PhaseFailure {
  return typeof value === 'object' && value !== null;
}

const WHAT: Record<'ice' | 'dtls', string> = { ice: 'no way to the other side was found (ICE)', dtls: 'no keys were agreed on (DTLS)' };
const TIMEOUT: Record<'ice' | 'dtls', FailureCode> = { ice: 'ice-timeout', dtls: 'dtls-timeout' };
const FAILURE: Record<'ice' | 'dtls', FailureCode> = { ice: 'ice-failed', dtls: 'dtls-failed' };

async function bothConnected(
  line: Line,
  layer: 'ice' | 'dtls',
  untilMs: number,
  { connectMs }: CallTimeouts,
  phases: PhaseLog,
  context: WaitContext,
): Promise<boolean> {
  const done: Record<'caller' | 'callee', TransportOutcome | null> = { caller: null, callee: null };
  const side = async (name: 'caller' | 'callee'): Promise<void> => {
    done[name] = await line[name][layer];
    if (done[name] === 'failed') throw new SideFailed(name);
  };
  const both = Promise.all([side('caller'), side('callee')]).then(
    () => null,
    (error: unknown) => {
      if (error instanceof SideFailed) return error;
      throw error;
    },
  );
  const waited = await waitFor(Promise.race([both, line.broken, ...(line.way === null ? [] : [line.way.broken])]), untilMs, context);
  if (waited.end === 'aborted') return false;
  if (waited.end === 'timeout') {
    const waiting = (['caller', 'callee'] as const).filter((name) => done[name] === null).join(' and ');
    const message = `${WHAT[layer]} within ${seconds(connectMs)}; still waiting: ${waiting}`;
    if (line.fates().some(({ packetClass }) => packetClass !== 'text')) phases.fail(layer, TIMEOUT[layer], message);
    else
      phases.fail(layer, 'no-loopback', `${message}; this machine carried not one of their packets to the relay on its loopback interface`);
    return false;
  }
  if (waited.value !== null) {
    const failure = waited.value instanceof SideFailed ? await explain(waited.value, layer, line, context) : waited.value;
    phases.fail(layer, failure.code, failure.message);
    return false;
  }
  phases.succeed(layer);
  return true;
}

/** Why a side gave up: an engine that breaks lets its transport fail, too, which is no finding about the network. */
async function explain({ side }: SideFailed, layer: 'ice' | 'dtls', line: Line, { clock }: WaitContext): Promise<PhaseFailure> {
  if (isEngine(line[side])) {
    const waited = await waitFor(line.broken, clock.now() + EXPLAIN_MS, { clock });
    if (waited.end === 'done') return waited.value;
  }
  return { code: FAILURE[layer], message: `${WHAT[layer]}: the ${side} gave up` };
}

class SideFailed extends Error {
  readonly side: 'caller' | 'callee';
  constructor(side: 'caller' | 'callee') {
    super(`the ${side} failed`);
    this.side = side;
  }
}

/** A peer that has found a way past the relay would measure the machine and not the path. */
function checkRoute({ caller, callee, callerSeenAt, calleeSeenAt }: Line): void {
  // An engine does not tell. It knows of no other way, and what it sends from elsewhere is not relayed.
  for (const [peer, expected] of [
    [caller, calleeSeenAt.port],
    [callee, callerSeenAt.port],
  ] as const) {
    if (isEngine(peer)) continue;
    const port = peer.remotePort();
    if (port !== expected) throw new Error(`a peer sends to port ${port} and not through the relay at ${expected}`);
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
