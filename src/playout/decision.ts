/**
 * What a receiver does about the next 10 ms. `normal` plays what is in turn, `merge` skips to a packet that lies ahead, `conceal` makes something up, `noise`
 * goes on with the codec's comfort noise (DTX), the last two play what is in turn faster or slower.
 */
export type Operation = 'normal' | 'merge' | 'conceal' | 'noise' | 'accelerate' | 'preemptive-expand';

/** What was done last, as far as the next decision depends on it. */
export type LastMode = 'normal' | 'concealed' | 'noise';

/** What a receiver knows when it decides. Delays are against the fastest packet of the last two seconds. */
export interface Situation {
  readonly last: LastMode;
  /** How far the earliest packet waiting lies ahead of what is played next, samples; null when none waits. */
  readonly leap: number | null;
  /** For how long the sound has been made up since the last packet was played, samples; and how much of it is left to hear, 1 to 0. */
  readonly madeUp: number;
  readonly gain: number;
  readonly samplesPerMs: number;
  /** From the earliest packet waiting to the end of the latest, ms. */
  readonly bufferedMs: number;
  /** Whether one of the packets waiting says that the sender is silent; and whether the earliest does. */
  readonly dtxWaits: boolean;
  readonly nextIsDtx: boolean;
  /** Whether the silence has been described by the sender (RFC 3389): then it lasts until it talks again. */
  readonly noiseLasts: boolean;
  /** By how much the sound played now is later than it could be. */
  readonly playoutDelayMs: number;
  readonly targetMs: number;
  /** The largest delay of a packet in the last two seconds. */
  readonly maxDelayMs: number;
  /** Whether time may be stretched again already. */
  readonly mayStretch: boolean;
}

/** A delay is not brought down for less than this surplus, ms: what a stretch takes away, rounded up to whole ticks. */
const SURPLUS_MS = 20;

/** A surplus so many times over the limit is worked off without pauses. */
const FAST_FACTOR = 4;

/** After comfort noise, or a concealment that has faded below this, playing begins again only with this share of the target buffered. */
const FADED_GAIN = 0.5;
const RESTART_SHARE = 0.5;

/** With so much more than the target buffered, a gap is not played to its end, ms. */
const GAP_SURPLUS_MS = 50;

/** Comfort noise with nothing to follow goes on no longer than a second, ms. */
const NOISE_TIMEOUT_MS = 1000;

function withoutPacket(s: Situation): Operation {
  return s.last === 'noise' && (s.noiseLasts || s.madeUp <= NOISE_TIMEOUT_MS * s.samplesPerMs) ? 'noise' : 'conceal';
}

function postponed(s: Situation): boolean {
  if (s.dtxWaits || s.bufferedMs >= RESTART_SHARE * s.targetMs) return false;
  return s.last === 'noise' || (s.last === 'concealed' && s.gain < FADED_GAIN);
}

function whenInTurn(s: Situation): Operation {
  if (s.last === 'concealed' || s.nextIsDtx) return 'normal';
  const high = s.targetMs + s.maxDelayMs + SURPLUS_MS;
  if (s.playoutDelayMs >= FAST_FACTOR * high) return 'accelerate';
  if (!s.mayStretch) return 'normal';
  if (s.playoutDelayMs >= high) return 'accelerate';
  return s.playoutDelayMs < s.targetMs ? 'preemptive-expand' : 'normal';
}

function whenAhead(s: Situation, leap: number): Operation {
  const tooEarly = leap > s.madeUp;
  if (tooEarly && s.bufferedMs <= s.targetMs + GAP_SURPLUS_MS) return withoutPacket(s);
  if (s.last === 'normal') return 'conceal';
  return s.last === 'concealed' && !s.nextIsDtx ? 'merge' : 'normal';
}

/**
 * Decides as libwebrtc's NetEq does (DecisionLogic): what is in turn is played, faster or slower where the delay is off its target; what is missing is
 * concealed until it comes, or until as much has been made up as is missing. `normal` on a packet that lies ahead skips to it.
 */
export function decide(s: Situation): Operation {
  if (s.leap === null || postponed(s)) return withoutPacket(s);
  return s.leap === 0 ? whenInTurn(s) : whenAhead(s, s.leap);
}
