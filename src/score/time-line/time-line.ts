import { durationSeconds } from '../../core/signal.ts';
import type { HeardEvent, HeardOverTime } from '../../core/time-line.ts';
import { FRAMES_PER_SECOND, FRONT_END_RATE_HZ, type FrontEnd } from '../front-end.ts';
import { impairmentOf, type ScoringContext } from '../scoring.ts';
import { dropouts } from './dropouts.ts';
import { localDetectors } from './local-metallic.ts';
import { metallicStretches } from './metallic-stretches.ts';
import { clippedStretches, noiseBursts } from './noise-and-clipping.ts';
import { scoreSeconds } from './seconds.ts';
import type { FoundEvent } from './stretches.ts';

/** From this echo score on a second voice has a pitch and tones of its own, and in a single second nothing tells them from an artefact's. */
const ECHOING = 0.3;

/** Events kept of one recording, the strongest and longest of them: ten minutes of harm must not make a report unreadable. */
export const MOST_EVENTS = 200;
/** Places and strengths are told to a thousandth. */
const DECIMALS = 1000;

/**
 * What was heard when: the scores second by second, and stretches in which one of them heard harm, from the features that the scores of the whole are
 * made of. Null where nothing of the reference was found, for the reason the scores give.
 */
export function hearOverTime(context: ScoringContext): HeardOverTime | null {
  const { frontEnd } = context;
  if (frontEnd.notApplicable !== null || frontEnd.activeFrames === 0) return null;
  const { mono, tone, ...others } = context.subScores();
  const echoing = impairmentOf(context.score('echo')) > ECHOING;
  const detectors = localDetectors(echoing ? others : { ...others, mono, tone });
  const found = [
    ...metallicStretches(frontEnd, detectors, context.score('metallic')),
    ...dropouts(context.gaps(), context.dips(), frontEnd.active),
    ...noiseBursts(frontEnd, context.score('noisiness').dominant),
    ...clippedStretches(context),
  ];
  const within = withinRecording(found, durationSeconds(frontEnd.input.recording));
  const { kept, leftOut } = keepStrongest(within.map((event) => ({ ...event, ...spokenTime(event, frontEnd) })));
  return { timeLine: { ...scoreSeconds(context, detectors), eventsLeftOut: leftOut }, events: kept };
}

/** The recording may end between frames. */
function withinRecording(events: readonly FoundEvent[], duration: number): FoundEvent[] {
  return events.flatMap((event) => {
    const at = rounded(Math.max(0, event.at));
    const seconds = rounded(Math.min(event.seconds, duration - at));
    return seconds <= 0 ? [] : [{ ...event, at, seconds, strength: rounded(event.strength) }];
  });
}

/** When what is heard in an event was spoken, by the delay at both of its ends. */
function spokenTime({ at, seconds }: FoundEvent, { delay, frames }: FrontEnd): Pick<HeardEvent, 'spokenFrom' | 'spokenTo'> {
  const spoken = (time: number): number => {
    const frame = Math.max(0, Math.min(frames - 1, Math.floor(time * FRAMES_PER_SECOND)));
    return rounded(time - (delay.samples[frame] as number) / FRONT_END_RATE_HZ);
  };
  const [start, end] = [spoken(at), spoken(at + seconds)];
  return { spokenFrom: Math.min(start, end), spokenTo: Math.max(start, end) };
}

/** The events that weigh most (strength times length), in order of time, and how many are left out. */
export function keepStrongest(events: readonly HeardEvent[]): { kept: HeardEvent[]; leftOut: number } {
  const weight = ({ seconds, strength }: HeardEvent): number => seconds * strength;
  const kept = [...events].sort((a, b) => weight(b) - weight(a) || a.at - b.at).slice(0, MOST_EVENTS);
  return { kept: kept.sort((a, b) => a.at - b.at || b.seconds - a.seconds), leftOut: events.length - kept.length };
}

/** Down, so that an event that ends with the recording does not end after it. */
function rounded(value: number): number {
  return Math.floor(value * DECIMALS + 1e-6) / DECIMALS;
}
