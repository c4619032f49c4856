import Table from 'cli-table3';
import { formatMos, formatPercent, joinWords } from '../../core/format.ts';
import type { Measurement } from '../../core/measurement.ts';
import { DIRECTIONS, type Direction } from '../../core/packet.ts';
import { TOLD_APART_MOS, type WhatIf, type WhatIfFigures, type WhatIfRow } from '../../core/what-if.ts';
import type { RenderOptions } from '../options.ts';
import { escapeText, wrapText } from '../terminal-text.ts';
import { DIRECTION_WORDS, NO_VALUE, reasonWords, valueWords } from '../words.ts';
import { BARE, hanging, pageWidth } from './layout.ts';
import { createPalette, type Palette } from './palette.ts';

const NAME_COLUMNS = 22;
/** Opinion, metallic score, share made up, delay at the ear: as wide as their longest values and a gap. In a page of 80 columns both directions fit. */
const COLUMNS: readonly { readonly title: string; readonly width: number; readonly of: (figures: WhatIfFigures) => Measurement }[] = [
  { title: 'MOS', width: 4, of: ({ mosLqo }) => mosLqo },
  { title: 'metallic', width: 9, of: ({ metallic }) => metallic },
  { title: 'made up', width: 8, of: ({ concealedRatio }) => concealedRatio },
  { title: 'delay', width: 7, of: ({ mouthToEarDelaySeconds }) => mouthToEarDelaySeconds },
];
const LEGEND = 'MOS: 1 bad, 5 excellent. Metallic: 0 none, 1 worst. Made up: by the receiver. Delay: mouth to ear.';
/** Between the columns of one direction and of the next. */
const BETWEEN_COLUMNS = 2;
const DIRECTION_COLUMNS: number = COLUMNS.reduce((sum, { width }) => sum + width, BETWEEN_COLUMNS);

/**
 * What a call would have been otherwise, for a person at a terminal: one row a variation, what was encoded anew, how far the numbers carry, and last
 * what comes of it. Directions that do not fit side by side stand below each other. No line is wider than `options.columns` (60 at least).
 */
export function renderWhatIf(whatIf: WhatIf, options: Omit<RenderOptions, 'runFolder'>): string {
  const columns = pageWidth(options.columns);
  const palette = createPalette(options.colourLevel);
  const directions = DIRECTIONS.filter((direction) => whatIf.rows[0]?.directions[direction] !== undefined);
  const beside = NAME_COLUMNS + directions.length * DIRECTION_COLUMNS - BETWEEN_COLUMNS <= columns;
  const sections = [
    headingLines(whatIf, columns, palette),
    ...(beside ? [directions] : directions.map((direction) => [direction])).map((some) => tableLines(whatIf.rows, some, palette)),
    noteLines(whatIf, columns, palette),
    wrapText(escapeText(whatIf.summary), columns).map((line) => palette.title(line)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headingLines({ tool, replayed, startedAt, path }: WhatIf, columns: number, palette: Palette): string[] {
  const when = startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  return [
    palette.title(escapeText(`callprobe ${tool.version}: the same packets, played out otherwise`)),
    ...hanging('Call', escapeText(`${replayed}, of ${when}, over the path "${path}"`), 6, columns),
  ];
}

function tableLines(rows: readonly WhatIfRow[], directions: readonly Direction[], palette: Palette): string[] {
  if (directions.length === 0) return [];
  const widths = directions.flatMap((_, nth) => COLUMNS.map(({ width }, i) => width + (nth > 0 && i === 0 ? BETWEEN_COLUMNS : 0)));
  const table = new Table({ ...BARE, colWidths: [NAME_COLUMNS, ...widths], colAligns: ['left', ...widths.map(() => 'right' as const)] });
  const titles = directions.map((name, nth) => {
    const title = `${' '.repeat(1 + (nth > 0 ? BETWEEN_COLUMNS : 0))}${palette.title(DIRECTION_WORDS[name])}`;
    return { colSpan: COLUMNS.length, content: title, hAlign: 'left' as const };
  });
  table.push(['', ...titles]);
  table.push(['', ...directions.flatMap(() => COLUMNS.map(({ title }) => palette.dim(title)))]);
  for (const { name, directions: figures } of rows) {
    table.push([
      escapeText(name),
      ...directions.flatMap((direction) => {
        const own = figures[direction];
        return COLUMNS.map(({ of }) => (own === undefined ? NO_VALUE : valueWords(of(own))));
      }),
    ]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** What the figures rest on: what was encoded anew, what could not be tried, and how much is chance. */
function noteLines(whatIf: WhatIf, columns: number, palette: Palette): string[] {
  const notes = [LEGEND, ...fecNote(whatIf), ...redNote(whatIf), ...missingNotes(whatIf), ...spreadNote(whatIf)];
  const unfit =
    whatIf.unfit === null
      ? []
      : hanging(
          '  !',
          escapeText(
            `When the call was made, this machine was not fit to measure: ${whatIf.unfit}. What is tried here is tried against that too.`,
          ),
          4,
          columns,
        );
  return [
    ...notes.flatMap((note) => hanging('  ', escapeText(note), 2, columns)).map((line) => palette.dim(line)),
    ...unfit.map((line) => palette.warn(line)),
  ];
}

function told<T>(of: Readonly<Partial<Record<Direction, T>>>, tell: (value: T) => string | null): string | null {
  const texts = DIRECTIONS.flatMap((direction) => (of[direction] === undefined ? [] : (tell(of[direction]) ?? [])));
  return texts.length === 0 ? null : joinWords([...new Set(texts)]);
}

function fecNote({ reencoded }: WhatIf): string[] {
  const loss = told(reencoded, ({ fec }) => fec && formatPercent(fec.declaredLossRatio));
  const share = told(reencoded, ({ fec }) => fec && formatPercent(fec.fecRatio));
  const size = told(reencoded, ({ fec }) => fec && `${fec.sizeRatio.toFixed(2)} times`);
  if (loss === null || share === null || size === null) return [];
  return [
    `* FEC: the reference was encoded anew with error correction, at the same bitrate, told of ${loss} loss; ${share} of the packets carry it, and they have ${size} the bytes: it takes its bits from the sound, unless the sender raises its bitrate.`,
  ];
}

function redNote({ reencoded }: WhatIf): string[] {
  const made = DIRECTIONS.flatMap((direction) => reencoded[direction]?.red ?? []);
  if (made.length === 0) return [];
  const how = made.every(({ sameBytes }) => sameBytes)
    ? 'encoding the reference again gives the very packets of the call, so the lost ones are known'
    : "the call's own encoder was another, so all packets were encoded anew";
  return [`* RED 1: each packet brings the one before along; ${how}. A real sender would have sent about twice the bits.`];
}

function missingNotes({ rows }: WhatIf): string[] {
  const reasons = rows.flatMap(({ name, directions }) =>
    DIRECTIONS.flatMap((direction) => {
      const measurement = directions[direction]?.mosLqo;
      const reason = measurement === undefined ? null : reasonWords(measurement);
      return reason === null ? [] : [{ name, reason }];
    }),
  );
  return [...new Set(reasons.map(({ reason }) => reason))].map((reason) => {
    const names = [...new Set(reasons.filter((entry) => entry.reason === reason).map(({ name }) => name))];
    return `${NO_VALUE} ${names.length > 3 ? `${names.length} rows` : names.join('; ')}: ${reason}`;
  });
}

function spreadNote({ rows }: WhatIf): string[] {
  const [asItWas] = rows;
  const ranges = DIRECTIONS.flatMap((direction) => {
    const own = asItWas?.spread[direction];
    if (own === undefined) return [];
    const [low, high] = [formatMos(own.low), formatMos(own.high)];
    return [`${DIRECTION_WORDS[direction]} ${low === high ? low : `${low} to ${high}`}`];
  });
  if (ranges.length === 0) return [];
  return [
    `How much is chance: the call as it was, had all packets come 2 to 8 ms later, has MOS ${joinWords(ranges)}. Only what lies ${TOLD_APART_MOS} above that, and not just once, is called help.`,
  ];
}
