import type { DirectionName, DirectionReport, Report } from '../../core/report.ts';
import { SCORE_IDS } from '../../core/scores.ts';
import { escapeText } from '../terminal-text.ts';
import { DIRECTION_WORDS, NO_VALUE, reasonWords, SCORE_WORDS } from '../words.ts';
import { figureMeasurements, untoldByEngine } from './figures.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

const NAMES: readonly DirectionName[] = ['up', 'down', 'recording'];

/** Why each `–` of the table has no value: reasons once each, with all they explain. */
export function reasonLines(report: Report, columns: number, palette: Palette): string[] {
  const missing = NAMES.flatMap((name) => missingOf(name, report.directions[name]));
  if (missing.length === 0) return [];
  const reasons = [...new Set(missing.map(({ reason }) => reason))];
  const lines = reasons.flatMap((reason) => {
    const whats = missing.filter((entry) => entry.reason === reason).map((entry) => entry.what);
    return hanging(`  ${NO_VALUE}`, `${whats.join('; ')}: ${escapeText(reason)}`, 4, columns);
  });
  return [palette.title(`Not measured (${NO_VALUE})`), ...lines];
}

/** What the run warns of, each with what to do about it. */
export function warningLines(report: Report, columns: number, palette: Palette): string[] {
  const warnings = [...report.warnings];
  if (report.health !== null && !report.health.valid) {
    const message = `this machine was not fit to measure: ${report.health.reason ?? 'no reason was given'}`;
    warnings.unshift({ code: 'invalid-health', message, hint: 'run again when it has less to do' });
  }
  if (warnings.length === 0) return [];
  const lines = warnings.flatMap(({ code, message, hint }) => hanging('  !', escapeText(`${message}; ${hint} (${code})`), 4, columns));
  return [palette.title('Warnings'), ...lines.map((line) => palette.warn(line))];
}

/** What one direction lacks, by reason: three values are named, more are counted. */
function missingOf(
  name: DirectionName,
  direction: DirectionReport | null | undefined,
): { readonly what: string; readonly reason: string }[] {
  if (direction === undefined) return [];
  if (direction === null) return [{ what: DIRECTION_WORDS[name], reason: 'no voice went this way' }];
  const scores = SCORE_IDS.map((id) => ({ name: SCORE_WORDS[id], measurement: direction.scores[id].measurement }));
  const byReason = new Map<string, string[]>();
  for (const { name: what, measurement } of [...scores, ...figureMeasurements(direction)]) {
    const reason = reasonWords(measurement);
    if (reason !== null) byReason.set(reason, [...(byReason.get(reason) ?? []), what]);
  }
  const untold = untoldByEngine(direction);
  if (untold.length > 0) byReason.set(`${direction.receiver} does not tell`, [...untold]);
  const where = name === 'recording' ? '' : ` (${DIRECTION_WORDS[name]})`;
  return [...byReason].map(([reason, names]) => ({
    what: `${names.length > 3 ? `${names.length} values` : names.join(', ')}${where}`,
    reason,
  }));
}
