import type { Report } from '../../core/report.ts';
import type { RenderOptions } from '../options.ts';
import { escapeText, wrapText } from '../terminal-text.ts';
import { SCOPE_WORDS, verdictWords } from '../words.ts';
import { aloneLines } from './alone.ts';
import { directionLines } from './directions.ts';
import { eventLines } from './events.ts';
import { headingLines } from './heading.ts';
import { hanging, pageWidth } from './layout.ts';
import { reasonLines, warningLines } from './notes.ts';
import { createPalette, type Palette } from './palette.ts';
import { phaseLines } from './phases.ts';
import { ruleLines } from './rules.ts';
import { streamLines } from './streams.ts';
import { stripLines } from './strip.ts';

/**
 * The report for a person at a terminal: what was done, the call step by step, the figures of each direction, when it was harmed and why, what
 * could not be measured and why, warnings, where the files are, and last the verdict's sentence. No line is wider than `options.columns` (60 at least).
 */
export function renderTerminal(report: Report, options: RenderOptions): string {
  const columns = pageWidth(options.columns);
  const palette = createPalette(options.colourLevel);
  const sections = [
    headingLines(report, columns, palette),
    streamLines(report, columns, palette),
    phaseLines(report, columns, palette),
    directionLines(report, columns, palette),
    aloneLines(report, columns, palette),
    ruleLines(report, columns, palette),
    stripLines(report, columns, palette),
    eventLines(report, columns, palette),
    reasonLines(report, columns, palette),
    warningLines(report, columns, palette),
    options.runFolder === null ? [] : hanging('Files', escapeText(options.runFolder), 9, columns),
    verdictLines(report, columns, palette),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verdictLines(report: Report, columns: number, palette: Palette): string[] {
  const { outcome, diagnosis, confidence, scope, resembles, summary } = report.verdict;
  const paint = palette.outcome(outcome);
  const verdict = verdictWords(report);
  const facts = [
    ...(diagnosis === 'unknown' ? [] : [`confidence ${confidence.toFixed(2)} of 1`]),
    ...(diagnosis === 'unknown' || diagnosis === 'clear' || report.kind === 'recording' ? [] : [`what is hit: ${SCOPE_WORDS[scope]}`]),
  ];
  const caution =
    report.path?.kind === 'emulated' ? 'an emulation, so it says nothing of any real network' : 'which does not show who or what causes it';
  const likeness =
    resembles === null ? [] : wrapText(`Consistent with the pattern ${escapeText(resembles)} (docs/paths.md), ${caution}.`, columns);
  return [
    paint(verdict),
    ...facts.flatMap((fact) => hanging('', fact, 2, columns)),
    ...likeness,
    ...wrapText(escapeText(summary), columns).map((line) => paint(line)),
  ];
}
