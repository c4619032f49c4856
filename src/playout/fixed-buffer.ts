import type { ConcealmentMode } from '../core/call-plan.ts';
import type { LastMode, Operation } from './decision.ts';
import type { DecodeRate } from './decode-rate.ts';
import type { Player, Supply } from './player.ts';
import { fadeInto, type Track } from './track.ts';
import type { Voice } from './voice.ts';

/** How long made-up sound goes on under the packet that ends it, ms: as much as telephone receivers use (ITU-T G.711 appendix I, 4 ms and more). */
const NETEQ_FADE_MS = 5;

/**
 * After so long the stream counts as broken, ms: comfort noise goes on for no longer, and a packet that lies further ahead than this and the buffer's delay
 * is not waited for.
 */
const BROKEN_AFTER_MS = 1000;

/** What tells a packet's turn. */
interface Timed {
  readonly timestamp: number;
  readonly arrivalMs: number;
}

/** When each packet has its turn in a buffer of constant delay. The first to arrive decides for all: timestamps tell the rest. */
export interface FixedTurns {
  /** Forgets the source; the next packet that arrives decides anew. */
  reset(): void;
  arrive(timestamp: number, arrivalMs: number): void;
  /**
   * Tells what time it is at the track's head, and which packet waits for its turn next. One whose turn lies so far ahead that the sender's clock must have
   * jumped decides anew.
   */
  tick(nowMs: number, head: number, next: Timed | null): void;
  /** Where on the track the sample `timestamp` belongs; null before the first tick of a source. */
  placeOf(timestamp: number): number | null;
  /** The other way round; null before the first tick of a source. */
  timestampAt(place: number): number | null;
  /** By how much made-up sound must reach beyond the place of the packet that ends it. */
  readonly fadeSamples: number;
  /** Lays a frame at its place, fading over from what was made up beyond it; returns the place. */
  join(track: Track, timestamp: number, frame: Float32Array): number;
}

/**
 * Makes the turns of a buffer in which the first packet waits `delayMs` before it is played, to the sample, and every other is played as long after it
 * as it was spoken after it. The decoder's own concealment ends where a frame begins, so nothing need fade there.
 */
export function createFixedTurns(delayMs: number, concealment: ConcealmentMode, rate: DecodeRate): FixedTurns {
  const { samplesPerMs, overlapSamples } = rate;
  const fadeSamples = concealment === 'neteq' ? NETEQ_FADE_MS * samplesPerMs : concealment === 'opus' ? 0 : overlapSamples;
  let first: Timed | null = null;
  /** The place of timestamp 0. */
  let zero: number | null = null;
  const placeOf = (timestamp: number): number | null => (zero === null ? null : zero + timestamp);
  const settle = (nowMs: number, head: number): void => {
    if (first === null) return;
    const place = head + Math.max(overlapSamples, Math.round((first.arrivalMs + delayMs - nowMs) * samplesPerMs));
    zero ??= place - first.timestamp;
  };
  return {
    reset() {
      first = null;
      zero = null;
    },
    arrive(timestamp, arrivalMs) {
      first ??= { timestamp, arrivalMs };
    },
    tick(nowMs, head, next) {
      settle(nowMs, head);
      if (next === null || (placeOf(next.timestamp) ?? head) - head <= (delayMs + BROKEN_AFTER_MS) * samplesPerMs) return;
      first = next;
      zero = null;
      settle(nowMs, head);
    },
    placeOf,
    timestampAt: (place) => (zero === null ? null : place - zero),
    fadeSamples,
    join(track, timestamp, frame) {
      const at = placeOf(timestamp) ?? track.tail;
      fadeInto(track, at, frame, Math.min(track.tail - at, Math.max(fadeSamples, overlapSamples)));
      return at;
    },
  };
}

/** What a receiver with a fixed buffer knows when it decides. */
export interface FixedSituation {
  readonly last: LastMode;
  /** How far the place of the earliest packet waiting lies after the track's tail, samples; null when none waits. */
  readonly ahead: number | null;
  /** Made up since the last packet was decoded, samples. */
  readonly madeUp: number;
  readonly fadeSamples: number;
  readonly samplesPerMs: number;
}

/** Decides what comes next on the track of a fixed buffer: the packet whose place is reached, or what stands in for it. Time is never stretched. */
export function decideFixed({ last, ahead, madeUp, fadeSamples, samplesPerMs }: FixedSituation): Operation {
  if (ahead !== null && ahead <= (madeUp > 0 ? -fadeSamples : 0)) return 'normal';
  return last === 'noise' && madeUp < BROKEN_AFTER_MS * samplesPerMs ? 'noise' : 'conceal';
}

/** Plays each packet at its place, and what stands in for the missing ones between. */
export function createFixedPlayer(voice: Voice, supply: Supply, turns: FixedTurns, epoch: () => number): Player {
  const { track } = voice;
  const { samplesPerMs, overlapSamples, tickSamples } = track.rate;
  const { fadeSamples } = turns;
  let wanted: number | null = null;
  let madeUp = 0;

  const play = (nowMs: number): boolean => {
    const taken = supply.take(nowMs);
    if (taken === null) return false;
    voice.startAt(turns.placeOf(taken.timestamp) ?? track.tail);
    voice.writeAt(taken.timestamp, (onto) => turns.join(onto, taken.timestamp, taken.sound));
    wanted = taken.timestamp + taken.samples;
    madeUp = 0;
    if (taken.isDtx) voice.isNoise();
    return true;
  };

  /** Begins to play once the first packet's place is among the next 10 ms; false until then. */
  const begin = (nowMs: number): boolean => {
    for (let first = supply.next(); first !== null && voice.started() === null; first = supply.next()) {
      const place = turns.placeOf(first.timestamp);
      if (place === null || place >= track.head + tickSamples + overlapSamples) return false;
      play(nowMs);
    }
    return voice.started() !== null;
  };

  const fill = (operation: Operation): void => {
    const from = track.tail;
    // A silence that the sender has described lasts until it talks again.
    if (operation === 'noise' || (voice.last() === 'noise' && supply.noiseLasts())) voice.addNoise(supply.noise());
    else voice.conceal(wanted ?? 0, epoch());
    madeUp += track.tail - from;
  };

  return {
    wanted: () => (wanted === null ? null : Math.max(wanted, turns.timestampAt(track.head) ?? wanted)),
    arrive: turns.arrive,
    reset() {
      turns.reset();
      wanted = null;
    },
    provide(nowMs) {
      turns.tick(nowMs, track.head, supply.next());
      const headTimestamp = turns.timestampAt(track.head);
      if (headTimestamp !== null) supply.dropBefore(headTimestamp);
      if (!begin(nowMs)) return;
      const until = track.head + tickSamples;
      for (;;) {
        const first = supply.next();
        const place = first === null ? null : turns.placeOf(first.timestamp);
        if (track.tail >= until + overlapSamples && (place === null || place >= until)) return;
        const ahead = place === null ? null : place - track.tail;
        const operation = decideFixed({ last: voice.last(), ahead, madeUp, fadeSamples, samplesPerMs });
        if (operation === 'normal') play(nowMs);
        else fill(operation);
      }
    },
  };
}
