import { durationSeconds } from '../../core/signal.ts';
import type { HeardEvent, HeardOverTime } from '../../core/time-line.ts';
import type { ScoringContext } from '../scoring.ts';
import { localDetectors } from './local-metallic.ts';
import { metallicStretches } from './metallic-stretches.ts';
import { clippedStretches, dropouts, noiseBursts } from './other-stretches.ts';
import { scoreSeconds } from './seconds.ts';

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
  const detectors = localDetectors(context.subScores());
  const found = [
    ...metallicStretches(frontEnd, detectors, context.score('metallic')),
    ...dropouts(context.gaps()),
    ...noiseBursts(frontEnd, context.score('noisiness').dominant),
    ...clippedStretches(frontEnd),
  ];
  const { kept, leftOut } = strongest(withinRecording(found, durationSeconds(frontEnd.input.recording)));
  return { timeLine: { ...scoreSeconds(context, detectors), eventsLeftOut: leftOut }, events: kept };
}

/** The recording may end between frames. */
function withinRecording(events: readonly HeardEvent[], duration: number): HeardEvent[] {
  return events.flatMap((event) => {
    const at = rounded(Math.max(0, event.at));
    const seconds = rounded(Math.min(event.seconds, duration - at));
    return seconds <= 0 ? [] : [{ ...event, at, seconds, strength: rounded(event.strength) }];
  });
}

/** The events that weigh most (strength times length), in order of time. */
function strongest(events: readonly HeardEvent[]): { kept: HeardEvent[]; leftOut: number } {
  const weight = ({ seconds, strength }: HeardEvent): number => seconds * strength;
  const kept = [...events].sort((a, b) => weight(b) - weight(a) || a.at - b.at).slice(0, MOST_EVENTS);
  return { kept: kept.sort((a, b) => a.at - b.at || b.seconds - a.seconds), leftOut: events.length - kept.length };
}

/** Down, so that an event that ends with the recording does not end after it. */
function rounded(value: number): number {
  return Math.floor(value * DECIMALS + 1e-6) / DECIMALS;
}
