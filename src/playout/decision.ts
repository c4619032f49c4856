/** What a receiver does about the next 10 ms. `noise` goes on with the codec's comfort noise (DTX). */
export type Operation = 'normal' | 'conceal' | 'noise' | 'accelerate' | 'preemptive-expand';

/** What was done last, as far as the next decision depends on it. */
export type LastMode = 'normal' | 'concealed' | 'noise';

/** What a receiver knows when it decides. Delays are against the fastest packet of the last two seconds. */
export interface Situation {
  readonly last: LastMode;
  /** How far the earliest packet waiting lies ahead of what is played next, samples; null when none waits. */
  readonly leap: number | null;
  /** Samples in a millisecond, for the two lengths given in samples. */
  readonly samplesPerMs: number;
  /** Made up since the last packet was decoded, samples; and how much of it is left to hear, 1 to 0. */
  readonly madeUp: number;
  readonly gain: number;
  /** From the earliest packet waiting to the end of the latest, ms. */
  readonly bufferedMs: number;
  /** Whether the earliest packet waiting says that the sender is silent. */
  readonly nextIsDtx: boolean;
  /** By how much the sound played now is later than it could be; the same of the earliest packet waiting, were it played now. */
  readonly playoutDelayMs: number;
  readonly nextDelayMs: number;
  readonly targetMs: number;
  /** The largest delay of a packet in the last two seconds. */
  readonly maxDelayMs: number;
  readonly msSinceStretch: number;
}

/** Time is not stretched more often than this, ms, nor for less than this surplus. */
const STRETCH_INTERVAL_MS = 50;
const SURPLUS_MS = 20;

/** A surplus so many times over the limit is worked off without pauses. */
const FAST_FACTOR = 4;

/** After a concealment that has faded below this, playing begins again only with this share of the target buffered. */
const FADED_GAIN = 0.5;
const RESTART_SHARE = 0.5;

/** With so much more than the target buffered, a gap is not played to its end, ms. */
const GAP_SURPLUS_MS = 50;

/** Comfort noise and concealment go on no longer than a second before the stream counts as broken, ms. */
const BROKEN_AFTER_MS = 1000;

/** The delay is left alone over a silence while it lies between these: three quarters of the target or 85 ms below, and 20 ms above that. */
const LOW_SHARE = 0.75;
const LOW_OFFSET_MS = 85;

function postponed(s: Situation): boolean {
  if (s.nextIsDtx || s.bufferedMs >= RESTART_SHARE * s.targetMs) return false;
  return s.last === 'noise' || (s.last === 'concealed' && s.gain < FADED_GAIN);
}

function whenInTurn(s: Situation): Operation {
  if (s.last !== 'normal') return 'normal';
  const high = s.targetMs + s.maxDelayMs + SURPLUS_MS;
  if (s.playoutDelayMs >= FAST_FACTOR * high) return 'accelerate';
  if (s.msSinceStretch < STRETCH_INTERVAL_MS) return 'normal';
  if (s.playoutDelayMs >= high) return 'accelerate';
  return s.playoutDelayMs < s.targetMs ? 'preemptive-expand' : 'normal';
}

function whenAhead(s: Situation, leap: number): Operation {
  if (s.last === 'normal') return 'conceal';
  const reached = s.madeUp >= leap;
  if (s.last === 'concealed') return reached || s.bufferedMs > s.targetMs + GAP_SURPLUS_MS ? 'normal' : 'conceal';
  const low = Math.max(LOW_SHARE * s.targetMs, s.targetMs - LOW_OFFSET_MS);
  const high = Math.max(s.targetMs, low + SURPLUS_MS);
  return (reached && s.nextDelayMs >= low) || s.nextDelayMs > high ? 'normal' : 'noise';
}

/**
 * Decides as libwebrtc's NetEq does (DecisionLogic): what is in turn is played, faster or slower where the delay is off its target; what is
 * missing is concealed until it comes, or until as much has been made up as is missing. `normal` on a packet that lies ahead skips to it.
 */
export function decide(s: Situation): Operation {
  if (s.leap === null) return s.last === 'noise' && s.madeUp < BROKEN_AFTER_MS * s.samplesPerMs ? 'noise' : 'conceal';
  if (s.last === 'concealed' && s.madeUp > BROKEN_AFTER_MS * s.samplesPerMs) return 'normal';
  if (postponed(s)) return s.last === 'noise' ? 'noise' : 'conceal';
  return s.leap === 0 ? whenInTurn(s) : whenAhead(s, s.leap);
}
