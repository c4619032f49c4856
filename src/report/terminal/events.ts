import { type SoundEvent, wasHeard } from '../../core/playout-stats.ts';
import type { DirectionName, DirectionReport, Report } from '../../core/report.ts';
import { escapeText } from '../terminal-text.ts';
import { DIRECTION_WORDS } from '../words.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

/** Events told on screen; the rest are counted. */
const MAX_EVENTS = 5;
/** What the receiver did for less than three packets of 20 ms is bridged without anybody noticing; where only such is, there is nowhere to listen. */
const MIN_EVENT_SECONDS = 0.06;
/** Shorter events are placed to a hundredth of a second. */
const COARSE_SECONDS = 0.3;
const NAMES: readonly DirectionName[] = ['up', 'down', 'recording'];

interface Told {
  readonly name: DirectionName;
  readonly event: SoundEvent;
}

/**
 * The worst things that were heard, in order of time, with what caused them; of a direction that nobody listened to, the longest things that its receiver
 * did. Nothing when nothing was long enough to hear.
 */
export function eventLines(report: Report, columns: number, palette: Palette): string[] {
  const all = NAMES.flatMap((name) => eventsOf(report.directions[name]).map((event): Told => ({ name, event })));
  const worst = all
    .filter(({ event }) => wasHeard(event) || event.seconds >= MIN_EVENT_SECONDS)
    .sort((a, b) => weight(b.event) - weight(a.event))
    .slice(0, MAX_EVENTS);
  if (worst.length === 0) return [];
  const untold = report.kind === 'recording' && report.capture === undefined;
  const lines = worst
    .sort((a, b) => NAMES.indexOf(a.name) - NAMES.indexOf(b.name) || a.event.at - b.event.at)
    .flatMap((told) => hanging('', eventWords(told, untold), 2, columns));
  const leftOut = NAMES.reduce((sum, name) => sum + (report.directions[name]?.timeLine?.eventsLeftOut ?? 0), 0);
  const rest = all.length - worst.length + leftOut;
  return [
    palette.title('Where to listen'),
    ...lines,
    ...(rest > 0
      ? [palette.dim(`  and ${rest} lesser ones${leftOut > 0 ? `, ${leftOut} of them not kept` : ''} in the report (--json)`)]
      : []),
    ...(untold ? [palette.dim('  What caused it, a recording does not tell.')] : []),
  ];
}

function eventsOf(direction: DirectionReport | null | undefined): readonly SoundEvent[] {
  if (!direction) return [];
  return direction.timeLine ? direction.events.filter(wasHeard) : direction.events;
}

function weight({ seconds, strength = 1 }: SoundEvent): number {
  return seconds * strength;
}

function eventWords({ name, event }: Told, untold: boolean): string {
  const { at, cause, detail, kind, seconds } = event;
  const where = name === 'recording' ? '' : `${DIRECTION_WORDS[name]}, `;
  const decimals = seconds < COARSE_SECONDS ? 2 : 1;
  const when = `${at.toFixed(decimals)}–${(at + seconds).toFixed(decimals)} s`;
  const what = detail === undefined ? '' : ` (${escapeText(detail)})`;
  return `${where}${escapeText(kind)} ${when}${what}${untold ? '' : `: ${escapeText(cause)}`}`;
}
