import type { ConcealmentMode, PlayoutSettings } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import { oneOf, parseDurationMs } from './parse.ts';

/** The flags of the receiver as given: text, or absent. */
export interface PlayoutFlags {
  readonly concealment?: string;
  readonly buffer?: string;
  readonly minDelay?: string;
  readonly maxDelay?: string;
}

/** What a replay may change besides: the packets are there, only their use is open. */
export interface ReplayFlags extends PlayoutFlags {
  /** `on` or `off`. */
  readonly fec?: string;
}

const CONCEALMENTS: readonly ConcealmentMode[] = ['neteq', 'opus', 'repeat', 'silence'];
/** Longer ones outlast any conversation (ITU-T G.114 ends at 400 ms), and the 200 packets a receiver holds. */
const MAX_FIXED_DELAY_MS = 2_000;

/** Only the receiver settings that the flags name. Throws UserError for whatever cannot be meant. */
export function resolvePlayoutChanges(flags: PlayoutFlags): Partial<PlayoutSettings> {
  const changes = {
    ...(flags.concealment === undefined ? {} : { concealment: oneOf(flags.concealment, CONCEALMENTS, '--concealment', flags.concealment) }),
    ...(flags.buffer === undefined ? {} : { fixedDelayMs: resolveBuffer(flags.buffer) }),
    ...(flags.minDelay === undefined ? {} : { minDelayMs: parseDurationMs(flags.minDelay, '--min-delay') }),
    ...(flags.maxDelay === undefined ? {} : { maxDelayMs: parseDurationMs(flags.maxDelay, '--max-delay') }),
  };
  if (typeof changes.fixedDelayMs === 'number' && (flags.minDelay ?? flags.maxDelay) !== undefined) {
    throw new UserError(
      'contradictory-flags',
      `--buffer ${flags.buffer} never changes its delay, so --min-delay and --max-delay mean nothing to it`,
      'give --buffer alone, or the other two with --buffer adaptive',
    );
  }
  return changes;
}

/** The same for a replay, which takes the rest from the call. */
export function resolveReplayChanges(flags: ReplayFlags): Partial<PlayoutSettings> {
  const changes = resolvePlayoutChanges(flags);
  return flags.fec === undefined ? changes : { ...changes, useFec: oneOf(flags.fec, ['on', 'off'], '--fec', flags.fec) === 'on' };
}

/** Null for a buffer that adapts, else its constant delay, ms. */
function resolveBuffer(text: string): number | null {
  if (text === 'adaptive') return null;
  if (!/^\d/.test(text)) throw new UserError('bad-choice', `--buffer takes adaptive or a time, not "${text}"`, 'write for example 120ms');
  const delayMs = parseDurationMs(text, '--buffer');
  if (delayMs > MAX_FIXED_DELAY_MS)
    throw new UserError('bad-duration', `--buffer ${text} is above 2s`, 'write for example 120ms; nobody talks over two seconds of delay');
  return delayMs;
}

/** A receiver's settings with changes. Throws UserError when they contradict each other, also where one comes from the call. */
export function changePlayout(base: PlayoutSettings, changes: Partial<PlayoutSettings>): PlayoutSettings {
  const playout = { ...base, ...changes };
  if (playout.fixedDelayMs !== null && (changes.minDelayMs ?? changes.maxDelayMs) !== undefined) {
    throw new UserError(
      'contradictory-flags',
      `the call was made with a fixed buffer of ${playout.fixedDelayMs} ms, to which --min-delay and --max-delay mean nothing`,
      'add --buffer adaptive, or give another fixed delay with --buffer',
    );
  }
  if (playout.minDelayMs > playout.maxDelayMs) {
    throw new UserError(
      'contradictory-flags',
      `the least delay of the jitter buffer, ${playout.minDelayMs} ms, is above the most, ${playout.maxDelayMs} ms`,
      'lower --min-delay or raise --max-delay',
    );
  }
  return playout;
}
