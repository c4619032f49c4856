import { formatPercent } from '../../core/format.ts';
import { EDGE_SECONDS, type LocatedRecording } from '../../core/located.ts';
import { measuredValue } from '../../core/measurement.ts';

/** Other plays are listed up to so many. */
const MOST_LISTED = 6;

/** Where the reference was found in a recording, how surely, in which channel, and what the recorder's clock did. */
export function locatedWords(located: LocatedRecording): string {
  const { recordingSeconds, channels, channel, play, plays } = located;
  const whole = `${recordingSeconds.toFixed(1)} s of recording`;
  const start = measuredValue(located.startSeconds);
  const match = measuredValue(located.match);
  if (start === null || match === null) return `nowhere in ${whole}`;
  const where =
    start < -EDGE_SECONDS ? `from ${(-start).toFixed(2)} s of it on, at the beginning of` : `at ${Math.max(0, start).toFixed(2)} s of`;
  const parts = [
    `${where} ${whole}, ${formatPercent(match)} alike`,
    ...(channels > 1 ? [`channel ${channel} of ${channels}`] : []),
    clockWords(located),
    ...(plays.length > 1 ? [`play ${play} of ${plays.length} (${playWords(located)})`] : []),
  ];
  return parts.join('; ');
}

function clockWords({ driftPpm, driftRemoved }: LocatedRecording): string {
  const ppm = measuredValue(driftPpm);
  if (ppm === null) return `clock drift not known: ${driftPpm.status === 'not-applicable' ? driftPpm.reason : 'it could not be measured'}`;
  const size = `recorder's clock ${Math.abs(ppm).toFixed(0)} ppm ${ppm < 0 ? 'slow' : 'fast'}`;
  return driftRemoved ? `${size}, set right` : `recorder's clock within ${Math.max(1, Math.ceil(Math.abs(ppm)))} ppm`;
}

function playWords({ plays }: LocatedRecording): string {
  const listed = plays.slice(0, MOST_LISTED).map(({ startSeconds }) => startSeconds.toFixed(1));
  return `at ${listed.join(', ')}${plays.length > MOST_LISTED ? ', …' : ''} s`;
}
