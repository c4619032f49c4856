import { inSixteenBits } from '../audio/join-sound.ts';
import type { DirectionRecord } from '../core/call-record.ts';
import type { Clock } from '../core/clock.ts';
import type { Direction, PacketFate } from '../core/packet.ts';
import type { EnginePeer } from './engines/engine-peer.ts';
import { oneLine } from './engines/one-line.ts';
import type { Line } from './line.ts';
import type { OwnMouth } from './mouths.ts';
import { createReceiver } from './receiver.ts';
import { arrivalsAtEngine } from './voice-at-relay.ts';
import type { VoiceTap } from './voice-tap.ts';
import { waitFor } from './waiting.ts';

/** What an engine has heard is in its memory. One that does not hand it over within this hangs; a call that was ended from outside waits less. */
const HEARING_MS = { usually: 3_000, aborted: 600 };

/** Whoever listens in one direction of a call. */
export interface Ear {
  /** Packets heard so far. */
  count(): number;
  /** From now on nothing is heard. */
  stop(): void;
  /** @param isAborted the call was ended from outside, and has no time to lose */
  told(fates: readonly PacketFate[], isAborted: boolean): Promise<HeardDirection>;
}

export interface HeardDirection extends Pick<DirectionRecord, 'arrivals' | 'engine'> {
  /** Why the engine that listened did not say what it heard. */
  readonly failure?: string;
}

export interface EarOptions {
  readonly clock: Clock;
  readonly direction: Direction;
  readonly originMs: number;
  /** Of all that the other side sends. */
  readonly payloadType: number;
  /** Told of every packet, at once. */
  onHeard(): void;
}

/** Our own peer listens: each packet is written down as it comes. */
export function ownEar(hearing: Line['hearing'], { clock, direction, originMs, onHeard }: EarOptions): Ear {
  const receiver = createReceiver(clock, originMs, onHeard);
  hearing[direction] = receiver.accept;
  return {
    count: () => receiver.arrivals.length,
    stop: receiver.stop,
    told: () => Promise.resolve({ arrivals: receiver.arrivals }),
  };
}

/**
 * A real engine listens. The packets it got are known from the relay and from who sent them; what it made of them, it tells itself.
 * @param speaker our own peer at the other end; null when that is an engine too: then nobody can tell the packets
 */
export function engineEar(engine: EnginePeer, voice: VoiceTap, speaker: OwnMouth | null, options: EarOptions): Ear {
  const { clock, direction, originMs, payloadType, onHeard } = options;
  let count = 0;
  let untilMs: number | null = null;
  const left = voice.left;
  voice.left = (ofDirection) => {
    left(ofDirection);
    if (ofDirection !== direction || untilMs !== null) return;
    count++;
    onHeard();
  };
  return {
    count: () => count,
    stop() {
      untilMs ??= clock.now() - originMs;
    },
    async told(fates, isAborted) {
      const until = untilMs ?? clock.now() - originMs;
      const arrivals = speaker === null ? [] : arrivalsAtEngine(fates, direction, { ...speaker, payloadType }, until);
      const untold = (failure: string): HeardDirection => ({ arrivals, engine: { name: engine.name, heard: null }, failure });
      const asked = engine.hearing().catch((error: unknown) => oneLine(error));
      const waited = await waitFor(asked, clock.now() + (isAborted ? HEARING_MS.aborted : HEARING_MS.usually), { clock });
      if (waited.end !== 'done') return untold('does not answer any more');
      const hearing = waited.value;
      if (typeof hearing === 'string') return untold(`did not hand over what it heard: ${hearing}`);
      if (hearing === null) return { arrivals, engine: { name: engine.name, heard: null } };
      const { recording, startedAtMs, ...told } = hearing;
      return {
        arrivals,
        engine: { name: engine.name, heard: { ...told, startedAtMs: startedAtMs - originMs, recording: inSixteenBits(recording) } },
      };
    },
  };
}
