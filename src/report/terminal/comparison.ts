import Table from 'cli-table3';
import type { Comparison, ComparisonGroup, ComparisonRow, GroupStatistic } from '../../core/comparison.ts';
import { formatPercent, formatSeconds, joinWords } from '../../core/format.ts';
import { MOS_SCORES } from '../../core/scores.ts';
import type { Diagnosis } from '../../core/verdict.ts';
import type { RenderOptions } from '../options.ts';
import { escapeText, truncateText, wrapText } from '../terminal-text.ts';
import { DIAGNOSIS_WORDS, DIRECTION_WORDS, NO_VALUE, SCORE_WORDS } from '../words.ts';
import { BARE, hanging, pageWidth } from './layout.ts';
import { createPalette, type Palette } from './palette.ts';

const LABEL_COLUMNS = 22;
const DIFFERENCE_COLUMNS = 18;
/** "0.02 (0.01–0.03)", and a gap. */
const MIN_GROUP_COLUMNS = 18;
/** A median alone: two groups and their difference fit 60 columns with it. */
const MIN_MEDIAN_COLUMNS = 10;
const WITH_RANGE = 'Median (lowest–highest) of the runs';
/** Told by the last line already. */
const CONCLUDED: ReadonlySet<string> = new Set(['too-few-runs', 'one-group']);

/**
 * A comparison for a person at a terminal: each group's median (lowest–highest) of every score, the difference, warnings, and last what it
 * comes to. Groups that do not fit side by side stand below each other. No line is wider than `options.columns` (60 at least).
 */
export function renderComparison(comparison: Comparison, options: Omit<RenderOptions, 'runFolder'>): string {
  const columns = pageWidth(options.columns);
  const palette = createPalette(options.colourLevel);
  const sections = [
    groupLines(comparison, columns, palette),
    tableLines(comparison, columns, palette),
    warningLines(comparison, columns, palette),
    conclusionLines(comparison, columns, palette),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function warningLines(comparison: Comparison, columns: number, palette: Palette): string[] {
  const warnings = comparison.warnings.filter(({ code }) => !CONCLUDED.has(code));
  if (warnings.length === 0) return [];
  const lines = warnings.flatMap(({ message }) => hanging('  !', escapeText(message), 4, columns));
  return [palette.title('Before you believe it'), ...lines.map((line) => palette.warn(line))];
}

function groupLines({ by, groups }: Comparison, columns: number, palette: Palette): string[] {
  const lines = groups.flatMap((group) => {
    const runs = `${group.runs} ${group.runs === 1 ? 'run' : 'runs'}`;
    return hanging('', escapeText(`${group.name}, ${runs}: ${diagnosesOf(group)}`), 2, columns);
  });
  return [palette.title(`Compared by ${escapeText(by)}`), ...lines];
}

function diagnosesOf({ diagnoses }: ComparisonGroup): string {
  return Object.entries(diagnoses)
    .map(([diagnosis, count]) => `${count} × ${DIAGNOSIS_WORDS[diagnosis as Diagnosis] ?? diagnosis}`)
    .join(', ');
}

function tableLines(comparison: Comparison, columns: number, palette: Palette): string[] {
  if (comparison.rows.length === 0) return [];
  const { groups, rows } = comparison;
  const differs = groups.length === 2;
  const room = columns - LABEL_COLUMNS - (differs ? DIFFERENCE_COLUMNS : 0);
  const width = Math.floor(room / Math.max(1, groups.length));
  if (width >= MIN_GROUP_COLUMNS) return [palette.title(WITH_RANGE), ...besideRows(comparison, width, true, palette)];
  if (differs && width >= MIN_MEDIAN_COLUMNS)
    return [palette.title('Median of the runs'), ...besideRows(comparison, width, false, palette)];
  return [palette.title(WITH_RANGE), ...belowRows(rows, columns, palette)];
}

/** One column a group, and the difference where there are two. */
function besideRows({ groups, rows }: Comparison, width: number, ranges: boolean, palette: Palette): string[] {
  const differs = groups.length === 2;
  const table = new Table({ ...BARE, colWidths: [LABEL_COLUMNS, ...groups.map(() => width), ...(differs ? [DIFFERENCE_COLUMNS] : [])] });
  const heads = groups.map((group) => palette.title(groupHead(group, width - 1)));
  let direction: string | null = null;
  for (const row of rows) {
    if (row.direction !== direction) {
      direction = row.direction;
      table.push([palette.title(DIRECTION_WORDS[row.direction]), ...heads, ...(differs ? [palette.title('difference')] : [])]);
    }
    const cells = row.groups.map((statistic, index) =>
      cell(row, statistic, { runs: groups[index]?.runs ?? 0, columns: ranges ? width - 1 : 0 }),
    );
    table.push([`  ${rowName(row)}`, ...cells, ...(differs ? [differenceCell(row, palette)] : [])]);
  }
  return split(table);
}

/** One line a group under each score: for many groups, or a narrow terminal. */
function belowRows(rows: readonly ComparisonRow[], columns: number, palette: Palette): string[] {
  const table = new Table({ ...BARE, colWidths: [LABEL_COLUMNS + 6, columns - LABEL_COLUMNS - 6] });
  let direction: string | null = null;
  for (const row of rows) {
    if (row.direction !== direction) {
      direction = row.direction;
      table.push([{ colSpan: 2, content: palette.title(DIRECTION_WORDS[row.direction]) }]);
    }
    table.push([{ colSpan: 2, content: `  ${rowName(row)}` }]);
    for (const statistic of row.groups) {
      const name = truncateText(escapeText(statistic.group), LABEL_COLUMNS);
      table.push([`    ${name}`, `${cell(row, statistic, { runs: statistic.n, columns })}${statistic.n > 0 ? `, n=${statistic.n}` : ''}`]);
    }
    if (row.difference !== null) table.push(['    difference', differenceCell(row, palette)]);
  }
  return split(table);
}

function groupHead({ name, runs }: ComparisonGroup, columns: number): string {
  const count = ` n=${runs}`;
  return truncateText(escapeText(name), columns - count.length) + count;
}

/** Median, its range where that fits, and the count where some of the group's runs lack the value. */
function cell(
  row: ComparisonRow,
  { n, median, min, max }: GroupStatistic,
  room: { readonly runs: number; readonly columns: number },
): string {
  if (median === null || min === null || max === null) return NO_VALUE;
  const count = n === room.runs ? '' : ` n=${n}`;
  const whole = `${n > 1 ? withRange(format(row, median), format(row, min), format(row, max)) : format(row, median)}${count}`;
  return whole.length <= room.columns ? whole : `${format(row, median)}${count}`;
}

/** "121 (118–125) ms" where all three share a unit. */
function withRange(median: string, min: string, max: string): string {
  const unit = / \S+$/.exec(median)?.[0] ?? '';
  const shared = unit !== '' && min.endsWith(unit) && max.endsWith(unit);
  const bare = (text: string): string => (shared ? text.slice(0, -unit.length) : text);
  return `${bare(median)} (${bare(min)}–${bare(max)})${shared ? unit : ''}`;
}

function differenceCell(row: ComparisonRow, palette: Palette): string {
  if (row.difference === null || row.sense === null) return NO_VALUE;
  if (row.sense === 'same') return 'same';
  if (roundsToNothing(row)) return 'about the same';
  const sign = row.difference > 0 ? '+' : '-';
  const paint = row.sense === 'better' ? palette.good : palette.bad;
  // A difference of two percentages is in points.
  const size = format(row, Math.abs(row.difference)).replace('%', 'points');
  return paint(`${sign}${size} ${row.sense}`);
}

/** Whether the difference disappears in the decimals shown. */
function roundsToNothing(row: ComparisonRow): boolean {
  return row.difference !== null && !/[1-9]/.test(format(row, Math.abs(row.difference)));
}

/** What it comes to: too few runs to say, or the overall score of each direction in words. */
function conclusionLines({ groups, rows, enoughRuns, runsNeeded, by }: Comparison, columns: number, palette: Palette): string[] {
  const write = (text: string, paint: (line: string) => string): string[] => wrapText(escapeText(text), columns).map((line) => paint(line));
  if (groups.length < 2) return write(`Nothing to compare: give runs of at least two values of ${by}.`, palette.warn);
  const told = rows.filter((row) => row.score === 'mosLqo' && row.difference !== null).map(conclude);
  if (!enoughRuns) {
    const counts = joinWords(groups.map((group) => `${group.runs} of ${group.name}`));
    return write(`Too few runs to tell a difference from chance (${counts}; at least ${runsNeeded} each are needed).`, palette.warn);
  }
  if (told.length === 0) {
    return write(`${groups.map((group) => `${group.name}: ${diagnosesOf(group)}`).join('; ')}.`, palette.title);
  }
  return write(`Overall sound (MOS-LQO): ${told.join('; ')}.`, palette.title);
}

function conclude(row: ComparisonRow): string {
  const [first, second] = row.groups.filter((group) => group.n > 0) as [GroupStatistic, GroupStatistic];
  const where = row.direction === 'recording' ? '' : `${DIRECTION_WORDS[row.direction]} `;
  if (row.sense === 'same') return `${where}the same on ${second.group} as on ${first.group}`;
  if (roundsToNothing(row)) return `${where}about the same on ${second.group} as on ${first.group}`;
  const values = `${format(row, second.median ?? 0)} against ${format(row, first.median ?? 0)}`;
  const apart = (first.min ?? 0) > (second.max ?? 0) || (second.min ?? 0) > (first.max ?? 0);
  const overlap = apart ? '' : ', though their ranges overlap';
  return `${where}${row.sense} on ${second.group} than on ${first.group} (${values}${overlap})`;
}

function rowName(row: ComparisonRow): string {
  if (row.score === 'lossRatio') return 'packets lost';
  return row.score === 'mouthToEarDelaySeconds' ? 'mouth to ear' : SCORE_WORDS[row.score];
}

function format(row: ComparisonRow, value: number): string {
  if (row.score === 'lossRatio') return formatPercent(value);
  if (row.score === 'mouthToEarDelaySeconds') return formatSeconds(value);
  return value.toFixed(MOS_SCORES.has(row.score) ? 1 : 2);
}

function split(table: { toString(): string }): string[] {
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
