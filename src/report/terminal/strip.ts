import type { DirectionReport, Report } from '../../core/report.ts';
import type { TimeLine, TimeLineScore } from '../../core/time-line.ts';
import { padText, wrapText } from '../terminal-text.ts';
import { DIRECTION_WORDS } from '../words.ts';
import type { Palette } from './palette.ts';

/** Damage from none to the worst, in eighths. */
const BLOCKS = '▁▂▃▄▅▆▇█';
const PAUSE = '·';
/** The scores that a column shows the worst of, each with its letter. */
const LETTERS: readonly (readonly [score: TimeLineScore, letter: string])[] = [
  ['metallic', 'm'],
  ['discontinuity', 'd'],
  ['noisiness', 'n'],
  ['clipping', 'c'],
];
const LETTER_WORDS = 'm metallic, d drop-outs, n noise, c clipped';
/** From here on a column has its letter and the colour of a warning, and of harm. */
const WARN = 0.3;
const HARM = 0.5;
const NAME_COLUMNS = 19;
/** A figure under every so many columns. */
const TICK_COLUMNS = 10;
/** Steps read from a report: more than a day of seconds is none of ours. */
const MOST_STEPS = 86_400;

/** One column: the worst of its seconds. Null where nobody speaks and nothing is wrong. */
type Column = { readonly value: number; readonly letter: string } | null;

/**
 * Each direction in one line, a column a second (or several, where they do not fit): how bad the worst damage is, and a letter for which. Nothing for
 * reports without scores over time.
 */
export function stripLines(report: Report, columns: number, palette: Palette): string[] {
  const told = (['up', 'down', 'recording'] as const).flatMap((name) => {
    const line = timeLineOf(report.directions[name]);
    return line === null ? [] : [{ name, line }];
  });
  if (told.length === 0) return [];
  const room = columns - NAME_COLUMNS;
  const longest = Math.max(...told.map(({ line }) => line.speechSeconds.length));
  const fold = Math.ceil(longest / room);
  const seconds = fold * (told[0]?.line.stepSeconds ?? 1);
  const rows = told.flatMap(({ name, line }) => {
    const strip = stripOf(line, fold);
    const letters = strip.map((column) => (column !== null && column.value >= WARN ? column.letter : ' ')).join('');
    return [
      padText(`  ${DIRECTION_WORDS[name]}`, NAME_COLUMNS) + strip.map((column) => paint(column, palette)).join(''),
      ...(letters.trim() === '' ? [] : [' '.repeat(NAME_COLUMNS) + letters.trimEnd()]),
    ];
  });
  const legend = `${BLOCKS[0]} clean to ${BLOCKS.at(-1)} worst, ${PAUSE} no speech; ${LETTER_WORDS}`;
  return [
    palette.title(`When it was harmed (a column is ${seconds === 1 ? 'a second' : `the worst second of ${seconds}`})`),
    ...rows,
    palette.dim(' '.repeat(NAME_COLUMNS) + ticks(Math.ceil(longest / fold), seconds, told[0]?.line.fromSeconds ?? 0, room)),
    ...wrapText(legend, columns - 2).map((text) => palette.dim(`  ${text}`)),
  ];
}

function timeLineOf(direction: DirectionReport | null | undefined): TimeLine | null {
  const line = direction?.timeLine ?? null;
  return line === null || line.speechSeconds.length === 0 || line.speechSeconds.length > MOST_STEPS ? null : line;
}

function stripOf({ scores, speechSeconds }: TimeLine, fold: number): Column[] {
  const strip: Column[] = [];
  for (let from = 0; from < speechSeconds.length; from += fold) {
    let worst = { value: 0, letter: ' ' };
    let spoken = false;
    for (let step = from; step < Math.min(speechSeconds.length, from + fold); step++) {
      if ((scores.metallic.values[step] ?? null) !== null) spoken = true;
      for (const [id, letter] of LETTERS) {
        const value = scores[id].values[step] ?? 0;
        if (value > worst.value) worst = { value, letter };
      }
    }
    strip.push(spoken || worst.value >= WARN ? worst : null);
  }
  return strip;
}

function paint(column: Column, palette: Palette): string {
  if (column === null) return palette.dim(PAUSE);
  const block = BLOCKS[Math.max(0, Math.min(BLOCKS.length - 1, Math.floor(column.value * BLOCKS.length)))] ?? PAUSE;
  return (column.value >= HARM ? palette.bad : column.value >= WARN ? palette.warn : palette.good)(block);
}

/** Seconds under the columns: "0         10        20"; the first column is that of second `from`. */
function ticks(count: number, seconds: number, from: number, room: number): string {
  let text = '';
  for (let column = 0; column < count; column += TICK_COLUMNS) {
    const figure = `${Math.round(from) + column * seconds}`;
    if (column + figure.length > room) break;
    text = text.padEnd(column) + figure;
  }
  return `${text} s`.slice(0, room);
}
