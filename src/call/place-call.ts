import { type CallPlan, OWN_PEERS } from '../core/call-plan.ts';
import type { CallRecord, PhaseId, TextFlowRecord } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { Direction } from '../core/packet.ts';
import type { Rng } from '../core/rng.ts';
import type { Side } from '../path/relay.ts';
import { connect } from './connect.ts';
import { type Conversation, converse, UNHEARD } from './conversation.ts';
import { NO_TEXTS, startDataChannelFlow } from './data-channel-flow.ts';
import { relayLateness, sendLateness, startLoopMonitor } from './health.ts';
import { type Engines, type Line, openLine } from './line.ts';
import { createPhaseLog, type PhaseLog } from './phases.ts';
import type { CallProgress } from './progress.ts';
import type { SpokenStream } from './spoken-stream.ts';
import { startTextFlow, type TextFlow } from './text-flow.ts';
import type { RelayAccess } from './turn/relay-access.ts';
import { openRelayWay, type RelayWay } from './turn/relay-way.ts';
import { waitFor } from './waiting.ts';
import { loadWerift } from './werift.ts';

export type { Engines } from './line.ts';
export type { CallProgress } from './progress.ts';
export type { SpokenStream } from './spoken-stream.ts';
export type { RelayAccess } from './turn/relay-access.ts';

/** A call that did not connect waits no longer than this for texts to be answered or given up. */
const LAST_TEXTS_MS = 2000;

export interface CallDependencies {
  readonly clock: Clock;
  readonly rng: Rng;
  /** The time of day, UTC, ISO 8601: asked at the record's origin. */
  nowIso(): string;
  /** Ends the call early; its reason is `interrupted` or `run-timeout` (or AbortSignal.timeout's own). */
  readonly signal: AbortSignal;
  /** How the plan's route is gone; needed when it has one, and of no use otherwise. */
  readonly relay?: RelayAccess;
  /** The real engines the plan's peers name, started. They are closed with the call. */
  readonly engines?: Engines;
  onProgress(event: CallProgress): void;
}

/**
 * Places one call as planned: two peers on loopback, each knowing the other only through a relay that emulates the plan's path; texts beside it
 * over TCP and inside it on a data channel. Where the plan has a route, what that relay lets through crosses the real network to a TURN relay and back,
 * and there are no texts beside it: on this machine alone they would show nothing of that network.
 * @param speech what each side says, encoded: its own length, tail of silence included, is the length of the media
 * @returns the record of the call, whatever the network did to it. When the signal aborts, the record of what had happened, within a second.
 * Rejects only when the machine gives no socket, or for a bug.
 */
export async function placeCall(
  plan: CallPlan,
  speech: Readonly<Record<Direction, SpokenStream>>,
  deps: CallDependencies,
): Promise<CallRecord> {
  if (plan.route !== undefined && deps.relay === undefined) throw new Error('a plan with a route needs access to its relay');
  const startedAt = deps.nowIso();
  const origin: Origin = { startedAt, originMs: deps.clock.now() };
  const phases = createPhaseLog(deps.clock, deps.onProgress);
  // Ended while its engines were still starting.
  if (deps.signal.aborted && lacksEngine(plan, deps.engines ?? {}) !== null) return neverPlaced(plan, deps, origin, phases);
  checkEngines(plan, deps.engines ?? {});
  loadWerift();
  if (plan.route === undefined || deps.relay === undefined) return placeOver(null, plan, speech, deps, origin, phases);
  const way = await openRelayWay(deps.relay, phases, deps);
  try {
    return way === null ? neverPlaced(plan, deps, origin, phases) : await placeOver(way, plan, speech, deps, origin, phases);
  } finally {
    way?.close();
  }
}

/** A call with an engine is measured at the relay, which sees all of it only where both ends are on this machine. */
function checkEngines(plan: CallPlan, engines: Engines): void {
  const wrong = lacksEngine(plan, engines);
  if (wrong !== null) throw new Error(`the ${wrong} is not what the plan says`);
  if (plan.route !== undefined && Object.keys(engines).length > 0) throw new Error('no real engine is called over a route');
}

/** The side at which something else sits than the plan says, or nothing. */
function lacksEngine({ peers = OWN_PEERS }: CallPlan, engines: Engines): Side | null {
  const sides: readonly Side[] = ['caller', 'callee'];
  return sides.find((side) => (peers[side] === 'callprobe') !== (engines[side] === undefined)) ?? null;
}

function engineNames(engines: Engines): NonNullable<CallRecord['engines']> {
  return Object.fromEntries(Object.entries(engines).map(([side, { peer }]) => [side, peer.name]));
}

/** Time 0 of the record, by the clock on the wall and by the one that measures. */
interface Origin {
  readonly startedAt: string;
  readonly originMs: number;
}

async function placeOver(
  way: RelayWay | null,
  plan: CallPlan,
  speech: Readonly<Record<Direction, SpokenStream>>,
  deps: CallDependencies,
  { startedAt, originMs }: Origin,
  phases: PhaseLog,
): Promise<CallRecord> {
  const line = await openLine(plan, deps.clock, deps.rng, originMs, way, deps.engines);
  // While connecting only: conversations measure for themselves, because making keys holds the loop up for a moment.
  const connecting = startLoopMonitor();
  try {
    const texts = startTexts(line, plan, phases, deps);
    const channel = line.caller.openTextChannel();
    line.callee.echoTexts();

    let conversation: Conversation | null = null;
    let dataChannel = NO_TEXTS;
    const connected = await connect(line, plan.timeouts, phases, deps);
    const connectingDelaySeconds = connecting.stop();
    if (connected) {
      const dataChannelFlow = startDataChannelFlow(channel, plan.text, plan.timeouts.textMs, deps.clock);
      conversation = await converse(line, { ...deps, plan, speech, originMs, phases });
      dataChannel = dataChannelFlow.stop(abortReason(deps.signal));
    } else if (texts !== null) {
      await awaitTexts(texts.flow, texts.decided, deps);
    }
    if (way !== null && !deps.signal.aborted) await blameRelay(way, phases);
    const text = texts === null ? NO_TEXTS : await texts.flow.stop(abortReason(deps.signal));
    const aborted = endPhases(texts === null ? null : text, phases, deps);

    const fates = line.fates();
    const directions = conversation?.directions ?? { up: UNHEARD, down: UNHEARD };
    return {
      startedAt,
      plan,
      phases: phases.results(),
      directions,
      fates,
      ruleMeasurements: line.ruleMeasurements(),
      dataChannel,
      text,
      health: {
        eventLoopDelaySeconds: conversation === null ? connectingDelaySeconds : conversation.eventLoopDelaySeconds,
        sendLatenessSeconds: sendLateness([...directions.up.sent, ...directions.down.sent]),
        relayLatenessSeconds: relayLateness(fates),
        relay: line.relayCounts(),
      },
      ...(way === null ? {} : { relayIpVersion: way.ipVersion }),
      ...(deps.engines === undefined ? {} : { engines: engineNames(deps.engines) }),
      aborted,
    };
  } finally {
    connecting.stop();
    await line.close();
  }
}

/** The record of a call whose relay could not be used. */
function neverPlaced(plan: CallPlan, deps: CallDependencies, { startedAt }: Origin, phases: PhaseLog): CallRecord {
  const aborted = endPhases(null, phases, deps);
  return {
    startedAt,
    plan,
    phases: phases.results(),
    directions: { up: UNHEARD, down: UNHEARD },
    fates: [],
    dataChannel: NO_TEXTS,
    text: NO_TEXTS,
    health: { eventLoopDelaySeconds: null, sendLatenessSeconds: null, relayLatenessSeconds: null },
    aborted,
  };
}

/** Phases that a broken way to the relay ends, in the order of a call. */
const CARRIED: readonly PhaseId[] = ['ice', 'dtls', 'firstMedia', 'sustainedMedia'];

/** Where a phase of the call has failed, or media was cut short, and the way to the relay has broken: puts that in its place. */
async function blameRelay(way: RelayWay, phases: PhaseLog): Promise<void> {
  const bad = CARRIED.find((id) => phases.statusOf(id) === 'failed');
  const failure = way.failure() ?? (bad === undefined ? null : await way.settle());
  if (failure !== null) phases.blame(bad ?? 'sustainedMedia', failure.code, failure.message);
}

interface Texts {
  readonly flow: TextFlow;
  readonly decided: Promise<void>;
}

function startTexts({ textNear }: Line, plan: CallPlan, phases: PhaseLog, { clock }: CallDependencies): Texts | null {
  if (textNear === null) return null;
  phases.begin('text');
  const flow = startTextFlow(textNear, plan.text, plan.timeouts.textMs, clock);
  return { flow, decided: watchText(flow, phases) };
}

/** Ends what is still going on, and says why the call ended before its time, if it did. `text` is null where no texts were sent. */
function endPhases(text: TextFlowRecord | null, phases: PhaseLog, { signal }: CallDependencies): CallRecord['aborted'] {
  const aborted = abortReason(signal);
  if (text !== null && (aborted === null || text.failure?.code !== aborted)) endTextPhase(text, phases);
  if (aborted !== null)
    phases.interrupt(aborted, aborted === 'interrupted' ? 'the call was interrupted' : 'the run took longer than it may');
  return aborted;
}

/** Ends the text phase well at the first echo. */
async function watchText(textFlow: TextFlow, phases: PhaseLog): Promise<void> {
  if ((await textFlow.decided) === 'echoed') phases.succeed('text');
}

/** A blocked call stands by until it is known whether texts pass: at most as long as one text is given, and {@link LAST_TEXTS_MS}. */
async function awaitTexts(textFlow: TextFlow, texting: Promise<void>, { clock, signal }: CallDependencies): Promise<void> {
  const untilMs = Math.min(textFlow.patienceEndsMs(), clock.now() + LAST_TEXTS_MS);
  await waitFor(texting, untilMs, { clock, signal });
}

function endTextPhase(text: TextFlowRecord, phases: PhaseLog): void {
  if (text.failure === null) phases.succeed('text');
  else phases.fail('text', text.failure.code, text.failure.message);
}

/** Null while nothing has ended the call. */
function abortReason(signal: AbortSignal): CallRecord['aborted'] {
  if (!signal.aborted) return null;
  const reason: unknown = signal.reason;
  const timedOut = reason === 'run-timeout' || (reason instanceof Error && reason.name === 'TimeoutError');
  return timedOut ? 'run-timeout' : 'interrupted';
}
