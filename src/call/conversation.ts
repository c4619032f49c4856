import { clockRateHz, payloadTypesOf } from '../audio/rtp-format.ts';
import type { CallPlan } from '../core/call-plan.ts';
import type { DelayQuantiles, DirectionRecord } from '../core/call-record.ts';
import { findOutages } from '../core/media-outage.ts';
import { type Arrival, DIRECTIONS, type Direction, LISTENERS, type PacketFate, type SentPacket, SPEAKERS } from '../core/packet.ts';
import type { Rng } from '../core/rng.ts';
import { type Ear, engineEar, ownEar } from './ears.ts';
import { startLoopMonitor } from './health.ts';
import type { Line } from './line.ts';
import { isEngine, type LineEnd } from './line-end.ts';
import { watchPhases } from './media-phases.ts';
import { createMediaWatch } from './media-watch.ts';
import { type EngineMouth, engineMouth, type Mouth, type OwnMouth, ownMouth } from './mouths.ts';
import type { PhaseLog } from './phases.ts';
import type { CallProgress } from './progress.ts';
import type { SpokenStream } from './spoken-stream.ts';
import { sleepUntil, type WaitContext, waitFor } from './waiting.ts';

/** From the decision to talk until the first packet is due: time to set both senders up. */
const LEAD_MS = 10;
/** How often the flow of media is looked at. */
const LOOK_MS = 20;
/** After the last packet: how long those still under way are waited for, whatever the relay says. */
const LAST_PACKETS_MS = 250;
/** And how long at most, when the relay still has voice on its way: longer than any path a conversation is possible over. */
const MAX_LAST_PACKETS_MS = 2000;
/** From the relay to the receiver, decrypted: well above what a busy machine takes. */
const LAST_HOP_MS = 50;
/** RTCP figures are in memory; asking for them must not hold the call up. */
const STATS_MS = 200;
const PROGRESS_MS = 1000;

export interface Conversation {
  readonly directions: Readonly<Record<Direction, DirectionRecord>>;
  readonly eventLoopDelaySeconds: DelayQuantiles | null;
}

/** What a direction's record holds when media never began. */
export const UNHEARD: DirectionRecord = { sent: [], arrivals: [], mediaStartMs: null, mediaEndMs: null, roundTripSeconds: null };

export interface ConversationOptions extends WaitContext {
  readonly plan: CallPlan;
  readonly speech: Readonly<Record<Direction, SpokenStream>>;
  readonly rng: Rng;
  readonly originMs: number;
  readonly phases: PhaseLog;
  onProgress(event: CallProgress): void;
}

/**
 * Both sides talk, from the first packet to the end of what they have to say, or until the signal aborts or the call is dead
 * (see `media-phases.ts`). A direction that stops is a finding, not an end: it is recorded whether it comes back.
 */
export async function converse(line: Line, options: ConversationOptions): Promise<Conversation> {
  const { clock, originMs, plan, rng, speech } = options;
  const startMs = clock.now() + LEAD_MS;
  const watch = createMediaWatch();
  const monitor = startLoopMonitor();
  const { payloadType, redundancyPayloadType = payloadType } = payloadTypesOf(plan.codec);
  const mouths = bothWays((direction): OwnMouth | EngineMouth => {
    const end = line[SPEAKERS[direction]];
    const mouth = {
      clock,
      direction,
      originMs,
      startMs,
      packetTimeMs: plan.codec.packetTimeMs,
      clockRateHz: clockRateHz(plan.codec),
      speech: speech[direction],
      watch,
    };
    return isEngine(end) ? engineMouth(end, line.voice, mouth) : ownMouth(end, rng.fork(`rtp/${direction}`), mouth);
  });
  const mute = (direction: Direction): ReturnType<EngineMouth['trouble']> => {
    const mouth = mouths[direction];
    return 'trouble' in mouth ? mouth.trouble() : null;
  };
  const judge = watchPhases({ ...options, startMs, watch, line, mute });
  const ears = bothWays((direction) => {
    const end = line[LISTENERS[direction]];
    const onHeard = (): void => {
      watch.heard(direction);
      judge.onHeard();
    };
    const ear = { clock, direction, originMs, payloadType: redundancyPayloadType, onHeard };
    return isEngine(end) ? engineEar(end, line.voice, isOwn(mouths[direction]), ear) : ownEar(line.hearing, ear);
  });

  const endMs = (): number => Math.max(mouths.up.endMs(), mouths.down.endMs());
  let tellMs = startMs + PROGRESS_MS;
  while (clock.now() < endMs() && judge.look() === 'go-on') {
    if ((await sleepUntil(clock.now() + LOOK_MS, options)) === 'aborted') break;
    if (clock.now() < tellMs) continue;
    options.onProgress({ kind: 'media', seconds: (clock.now() - startMs) / 1000, ofSeconds: (endMs() - startMs) / 1000 });
    tellMs += PROGRESS_MS;
  }
  for (const direction of DIRECTIONS) mouths[direction].stop();
  const spokenMs = clock.now() - originMs;
  const limitMs = clock.now() + MAX_LAST_PACKETS_MS;
  let untilMs = clock.now() + LAST_PACKETS_MS;
  while (!DIRECTIONS.every((direction) => hasAll(mouths[direction], ears[direction]))) {
    if (clock.now() >= untilMs) {
      const dueMs = lastVoiceDueMs(line.fates(), spokenMs);
      if (dueMs === null) break;
      untilMs = Math.min(limitMs, originMs + dueMs + LAST_HOP_MS);
      if (clock.now() >= untilMs) break;
    }
    if ((await sleepUntil(clock.now() + LOOK_MS, options)) === 'aborted') break;
  }
  for (const direction of DIRECTIONS) ears[direction].stop();
  const mediaEndMs = clock.now() - originMs;
  const eventLoopDelaySeconds = monitor.stop();
  const cutShort = options.signal?.aborted === true;
  const roundTrips = { up: await roundTrip(line.caller, options), down: await roundTrip(line.callee, options) };
  const fates = line.fates();
  const record = async (direction: Direction): Promise<DirectionRecord> => {
    const { arrivals: all, failure = null, ...heard } = await ears[direction].told(fates, cutShort);
    if (failure !== null && !cutShort) judge.onBroken(LISTENERS[direction], failure);
    const { mediaStartMs, sent } = mouths[direction].told(fates, all);
    const arrivals = 'trouble' in mouths[direction] ? onlyOf(all, sent) : all;
    return { sent, arrivals, mediaStartMs, mediaEndMs, roundTripSeconds: roundTrips[direction], ...heard };
  };
  const directions = { up: await record('up'), down: await record('down') };
  const { mediaGapMs } = plan.timeouts;
  if (!cutShort) judge.end({ up: findOutages(directions.up, mediaGapMs), down: findOutages(directions.down, mediaGapMs) });
  return { directions, eventLoopDelaySeconds };
}

/** What arrived of the packets that belong to the speech. */
function onlyOf(arrivals: readonly Arrival[], sent: readonly SentPacket[]): readonly Arrival[] {
  const spoken = new Set(sent.map(({ sequenceNumber }) => sequenceNumber));
  return arrivals.filter(({ sequenceNumber }) => spoken.has(sequenceNumber));
}

function bothWays<T>(make: (direction: Direction) => T): Record<Direction, T> {
  return { up: make('up'), down: make('down') };
}

/** Whether as many packets came as went; losses make it wait in vain, for a bounded time. */
function hasAll(mouth: Mouth, ear: Ear): boolean {
  return ear.count() >= mouth.count();
}

function isOwn(mouth: Mouth): OwnMouth | null {
  return 'packets' in mouth ? (mouth as OwnMouth) : null;
}

/**
 * When the last voice packet that the relay still holds will leave it, ms since the record's origin; null when it holds none.
 * @param spokenMs when the speech was over: an engine goes on to send silence, for which nobody waits
 */
function lastVoiceDueMs(fates: readonly PacketFate[], spokenMs: number): number | null {
  const isVoice = ({ arrivedMs, packetClass }: PacketFate): boolean =>
    arrivedMs <= spokenMs && (packetClass === 'rtp' || packetClass === 'turn-channel');
  const dueMs = fates.flatMap((packet) => (isVoice(packet) && packet.fate === 'undelivered' ? [packet.dueMs ?? 0] : []));
  return dueMs.length === 0 ? null : Math.max(...dueMs);
}

async function roundTrip(peer: LineEnd, { clock }: WaitContext): Promise<number | null> {
  const waited = await waitFor(peer.roundTripSeconds(), clock.now() + STATS_MS, { clock });
  return waited.end === 'done' ? waited.value : null;
}
