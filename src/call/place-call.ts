import type { CallPlan } from '../core/call-plan.ts';
import type { CallRecord, TextFlowRecord } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { Direction } from '../core/packet.ts';
import type { Rng } from '../core/rng.ts';
import { connect } from './connect.ts';
import { type Conversation, converse, UNHEARD } from './conversation.ts';
import { NO_TEXTS, startDataChannelFlow } from './data-channel-flow.ts';
import { relayLateness, sendLateness, startLoopMonitor } from './health.ts';
import { openLine } from './line.ts';
import { createPhaseLog, type PhaseLog } from './phases.ts';
import type { CallProgress } from './progress.ts';
import type { SpokenStream } from './spoken-stream.ts';
import { startTextFlow, type TextFlow } from './text-flow.ts';
import { waitFor } from './waiting.ts';
import { loadWerift } from './werift.ts';

export type { CallProgress } from './progress.ts';
export type { SpokenStream } from './spoken-stream.ts';

/** A call that did not connect waits no longer than this for texts to be answered or given up. */
const LAST_TEXTS_MS = 2000;

export interface CallDependencies {
  readonly clock: Clock;
  readonly rng: Rng;
  /** The time of day, UTC, ISO 8601: asked at the record's origin. */
  nowIso(): string;
  /** Ends the call early; its reason is `interrupted` or `run-timeout` (or AbortSignal.timeout's own). */
  readonly signal: AbortSignal;
  onProgress(event: CallProgress): void;
}

/**
 * Places one call as planned: two peers on loopback, each knowing the other only through a relay that emulates the plan's path; texts beside it
 * over TCP and inside it on a data channel.
 * @param speech what each side says, encoded: its own length, tail of silence included, is the length of the media
 * @returns the record of the call, whatever the network did to it. When the signal aborts, the record of what had happened, within a second.
 * Rejects only when the machine gives no socket, or for a bug.
 */
export async function placeCall(
  plan: CallPlan,
  speech: Readonly<Record<Direction, SpokenStream>>,
  deps: CallDependencies,
): Promise<CallRecord> {
  loadWerift();
  const startedAt = deps.nowIso();
  const originMs = deps.clock.now();
  const phases = createPhaseLog(deps.clock, deps.onProgress);
  const line = await openLine(plan, deps.clock, deps.rng, originMs);
  // While connecting only: conversations measure for themselves, because making keys holds the loop up for a moment.
  const connecting = startLoopMonitor();
  try {
    phases.begin('text');
    const textFlow = startTextFlow(line.textNear, plan.text, plan.timeouts.textMs, deps.clock);
    const texting = watchText(textFlow, phases);
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
    } else {
      await awaitTexts(textFlow, texting, deps);
    }
    const text = await textFlow.stop(abortReason(deps.signal));
    const aborted = abortReason(deps.signal);
    if (aborted === null || text.failure?.code !== aborted) endTextPhase(text, phases);
    if (aborted !== null)
      phases.interrupt(aborted, aborted === 'interrupted' ? 'the call was interrupted' : 'the run took longer than it may');

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
      aborted,
    };
  } finally {
    connecting.stop();
    await line.close();
  }
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
