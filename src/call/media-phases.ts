import type { CallPlan } from '../core/call-plan.ts';
import type { Clock } from '../core/clock.ts';
import { formatSeconds } from '../core/format.ts';
import type { MediaOutage } from '../core/media-outage.ts';
import { DIRECTIONS, type Direction, SPEAKERS } from '../core/packet.ts';
import type { Side } from '../path/relay.ts';
import type { Line } from './line.ts';
import { isEngine, maySend } from './line-end.ts';
import type { MediaWatch } from './media-watch.ts';
import type { PhaseLog } from './phases.ts';

/**
 * A call in which nothing at all has arrived, either way, for so many times `mediaGapMs` is over: nobody would still hold the line. Until then it
 * goes on, so that an outage that ends is on record with its end.
 */
const DEAD_AFTER_GAPS = 3;

const NAMES: Record<Direction, string> = { up: 'caller to callee', down: 'callee to caller' };

export interface MediaPhasesOptions {
  readonly clock: Clock;
  readonly plan: CallPlan;
  readonly phases: PhaseLog;
  readonly watch: MediaWatch;
  readonly line: Line;
  /** Why an engine that should speak in a direction does not; `pending` while it has not answered. Null where all is well, and for our own peers. */
  mute(direction: Direction): 'pending' | string | null;
  /** When the first packets are due, clock milliseconds. */
  readonly startMs: number;
}

/** Judges the phases `firstMedia` and `sustainedMedia` while media flows. */
export interface MediaPhases {
  /** Call on every arrival, after the watch has been told. */
  onHeard(): void;
  /** Looks for what has not happened; says whether there is any point in going on. */
  look(): 'go-on' | 'over';
  /** The engine at that end did not say what it heard, or why not. What stopped, stopped there: it is not the network's doing. */
  onBroken(side: Side, why: string): void;
  /** Media has ended as planned, or is over; what of it did not arrive is known now. */
  end(outages: Readonly<Record<Direction, readonly MediaOutage[]>>): void;
}

/**
 * `firstMedia` is ok when both directions have been heard within `firstMediaMs`. When one has not, it fails and names it, and the other direction
 * goes on to be sustained (a one-way call); when neither has, the call is over. `sustainedMedia` is judged at the end, when it is known whether a
 * direction that stopped has come back: it fails as `media-stopped` with one that has not, else as `media-interrupted` with one that has.
 */
export function watchPhases({ clock, plan, phases, watch, line, startMs, mute }: MediaPhasesOptions): MediaPhases {
  const { firstMediaMs, mediaGapMs } = plan.timeouts;
  let anyHeard = false;
  phases.begin('firstMedia');
  const at = (ms: number): string => `${((ms - startMs) / 1000).toFixed(1)} s`;

  const judgeFirst = (): 'go-on' | 'over' => {
    const unheard = watch.unheard();
    if (unheard.length === 0) phases.succeed('firstMedia');
    else if (clock.now() - startMs > firstMediaMs && blameMute(unheard)) return 'over';
    else if (clock.now() - startMs <= firstMediaMs) return 'go-on';
    else {
      const names = unheard.map((direction) => NAMES[direction]).join(' and ');
      phases.fail('firstMedia', 'first-media-timeout', `no voice packet arrived from ${names} within ${firstMediaMs / 1000} s`);
    }
    if (unheard.length === 2) return 'over';
    phases.begin('sustainedMedia');
    return 'go-on';
  };

  return {
    onHeard() {
      if (!anyHeard) line.notice('first-media');
      anyHeard = true;
      if (phases.statusOf('firstMedia') === 'running') judgeFirst();
    },
    look() {
      const broken = line.failure() ?? line.way?.failure() ?? null;
      if (broken !== null) {
        phases.fail(running(), broken.code, broken.message);
        return 'over';
      }
      for (const direction of DIRECTIONS) {
        const why = mute(direction);
        if (why === null || why === 'pending') continue;
        blame(SPEAKERS[direction], `failed to speak: ${why}`);
        return 'over';
      }
      if (phases.statusOf('firstMedia') === 'running') return judgeFirst();
      if (!maySend(line.caller) || !maySend(line.callee)) {
        const message = `the connection was lost at ${at(clock.now())} (no answer to consent checks, RFC 7675)`;
        phases.fail('sustainedMedia', 'media-stopped', message);
        return 'over';
      }
      return watch.isDead(DEAD_AFTER_GAPS * mediaGapMs) ? 'over' : 'go-on';
    },
    onBroken: blame,
    end(outages) {
      if (phases.statusOf('firstMedia') === 'running' && !blameMute(watch.unheard())) judgeEarlyEnd();
      // Without the time at which it began, nothing that it said can be placed.
      for (const direction of DIRECTIONS)
        if (mute(direction) === 'pending') blame(SPEAKERS[direction], 'did not say when it began to speak');
      judgeSustained(outages);
    },
  };

  function blame(side: Side, what: string): void {
    phases.fail(running(), 'engine-failed', `the ${side}'s engine ${what}`);
  }

  /** Whether an engine is to blame for a direction that nobody heard: not a packet of its voice has come as far as the relay. */
  function blameMute(unheard: readonly Direction[]): boolean {
    const silent = unheard.find((direction) => isEngine(line[SPEAKERS[direction]]) && !watch.wasSent(direction));
    if (silent === undefined) return false;
    blame(SPEAKERS[silent], 'did not begin to speak');
    return true;
  }

  function running(): 'firstMedia' | 'sustainedMedia' {
    return phases.statusOf('firstMedia') === 'running' ? 'firstMedia' : 'sustainedMedia';
  }

  function judgeSustained(outages: Readonly<Record<Direction, readonly MediaOutage[]>>): void {
    const all = DIRECTIONS.flatMap((direction) => outages[direction].map((outage) => ({ direction, ...outage }))).sort(
      (a, b) => a.at - b.at,
    );
    const stopped = all.filter((outage) => !outage.recovered);
    const failedAt = (stopped[0] ?? all[0])?.at;
    if (failedAt === undefined) {
      phases.succeed('sustainedMedia');
      return;
    }
    const messages = all.map(({ direction, at: from, seconds, recovered }) => {
      const what = recovered ? `nothing arrived for ${formatSeconds(seconds)}` : 'nothing arrived any more';
      return `${NAMES[direction]}: ${what} from ${from.toFixed(1)} s on`;
    });
    const code = stopped.length > 0 ? 'media-stopped' : 'media-interrupted';
    phases.fail('sustainedMedia', code, messages.join('; '), startMs + failedAt * 1000);
  }

  /** The stimulus was shorter than `firstMediaMs`, and something has not been heard. */
  function judgeEarlyEnd(): void {
    const names = watch.unheard().map((direction) => NAMES[direction]);
    phases.fail('firstMedia', 'first-media-timeout', `no voice packet arrived from ${names.join(' and ')} before the stimulus ended`);
  }
}
