import Table from 'cli-table3';
import type { DirectionName, DirectionReport, Report } from '../../core/report.ts';
import { MOS_SCORES, SCORE_IDS, type ScoreId } from '../../core/scores.ts';
import type { Check } from '../../core/verdict.ts';
import { kindWords } from '../kind-words.ts';
import { DIRECTION_WORDS, mosWord, NO_VALUE, SCORE_WORDS, valueWords } from '../words.ts';
import { CAPTURE_NETWORK_ROWS, CAPTURE_RECEIVER_ROWS, type FigureRow, NETWORK_ROWS, RECEIVER_ROWS } from './figures.ts';
import { BARE } from './layout.ts';
import type { Palette } from './palette.ts';

const LABEL_COLUMNS = { narrow: 22, wide: 28 };
const VALUE_COLUMNS = 5;
/** The longest word, "poor, fail", and a gap. */
const WORD_COLUMNS = 11;
/** A shorter bar tells less than it takes. */
const MIN_BAR = 4;
const MAX_BAR = 16;
const GAP = 2;

/** Sound, damage, network and receiver figures, one column a direction. Empty when no direction has anything, and for a recording by itself. */
export function directionLines(report: Report, columns: number, palette: Palette): string[] {
  const names = (['up', 'down', 'recording'] as const).filter((name) => report.directions[name] !== undefined);
  const alone = report.directions.recording?.singleEnded !== undefined;
  if (alone || !names.some((name) => report.directions[name])) return [];
  const label = columns < 76 ? LABEL_COLUMNS.narrow : LABEL_COLUMNS.wide;
  const width = Math.floor((columns - label) / Math.max(2, names.length));
  const table = new Table({ ...BARE, colWidths: [label, ...names.map(() => width)] });
  const title = (text: string): void => {
    table.push([{ colSpan: names.length + 1, content: palette.title(text) }]);
  };
  const cells = (of: (name: DirectionName, direction: DirectionReport) => string): string[] =>
    names.map((name) => {
      const direction = report.directions[name];
      return direction ? of(name, direction) : NO_VALUE;
    });
  const scoreRow = (id: ScoreId): void => {
    const checkOf = (name: DirectionName): Check | undefined =>
      report.verdict.checks.find((check) => check.id === id && check.direction === name);
    table.push([`  ${SCORE_WORDS[id]}`, ...cells((name, direction) => scoreCell(id, direction, checkOf(name), width - GAP, palette))]);
    const kindOf = (name: DirectionName): string | null => {
      const status = checkOf(name)?.status;
      const direction = report.directions[name];
      return direction && (status === 'warn' || status === 'fail') ? kindWords(id, direction.scores[id]) : null;
    };
    if (names.some((name) => kindOf(name) !== null)) table.push(['', ...names.map((name) => palette.dim(kindOf(name) ?? ''))]);
  };
  const figureRow = (row: FigureRow): void => {
    table.push([`  ${row.name}`, ...cells((_, direction) => row.tell(direction))]);
  };

  if (names.length > 1) table.push(['', ...names.map((name) => palette.title(DIRECTION_WORDS[name]))]);
  if (report.capture?.reference !== null) {
    title('Sound (1 bad, 5 excellent)');
    for (const id of SCORE_IDS) if (MOS_SCORES.has(id)) scoreRow(id);
    title('Damage (0 none, 1 worst)');
    for (const id of SCORE_IDS) if (!MOS_SCORES.has(id)) scoreRow(id);
  }
  if (report.kind === 'call' || report.capture !== undefined) {
    title('Network');
    (report.capture === undefined ? NETWORK_ROWS : CAPTURE_NETWORK_ROWS).forEach(figureRow);
    title('Receiver');
    (report.capture === undefined ? RECEIVER_ROWS : CAPTURE_RECEIVER_ROWS).forEach(figureRow);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function scoreCell(id: ScoreId, direction: DirectionReport, check: Check | undefined, columns: number, palette: Palette): string {
  const { measurement } = direction.scores[id];
  if (measurement.status !== 'ok') return NO_VALUE;
  const paint = check?.status === 'fail' ? palette.bad : check?.status === 'warn' ? palette.warn : palette.good;
  const isMos = MOS_SCORES.has(id);
  const share = isMos ? (measurement.value - 1) / 4 : measurement.value;
  const status = check?.status === 'fail' || check?.status === 'warn' ? check.status : '';
  const bar = drawBar(share, Math.min(MAX_BAR, columns - VALUE_COLUMNS - WORD_COLUMNS), palette, check === undefined ? palette.dim : paint);
  const word = [isMos ? mosWord(measurement.value) : '', status].filter((part) => part !== '').join(', ');
  return `${valueWords(measurement).padEnd(VALUE_COLUMNS)}${bar}${bar === '' ? '' : ' '}${status === '' ? word : paint(word)}`;
}

function drawBar(share: number, length: number, palette: Palette, paint: (text: string) => string): string {
  if (length < MIN_BAR) return '';
  const full = Math.round(Math.min(1, Math.max(0, share)) * length);
  return paint('█'.repeat(full)) + palette.dim('░'.repeat(length - full));
}
