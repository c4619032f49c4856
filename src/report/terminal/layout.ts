import { padText, wrapText } from '../terminal-text.ts';

/** Narrower terminals are written to as if they were this wide. */
const MIN_COLUMNS = 60;
/** Lines longer than this are hard to read, however wide the terminal. */
const MAX_COLUMNS = 110;

/** The width to write to, from the width there is. */
export function pageWidth(columns: number): number {
  return Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, Math.floor(columns)));
}

/** `name   text`, wrapped with the text hanging under itself. Both must be escaped. */
export function hanging(name: string, text: string, nameColumns: number, columns: number): string[] {
  return wrapText(text, columns - nameColumns).map((line, index) => padText(index === 0 ? name : '', nameColumns) + line);
}

/** How cli-table3 draws our tables: no frame. Columns stand by themselves, and a line less of frame is a line more of figures. */
export const BARE: {
  readonly chars: Record<string, string>;
  readonly style: { head: string[]; border: string[]; 'padding-left': number; 'padding-right': number };
} = {
  chars: Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid']
      .concat(['mid', 'mid-mid', 'right', 'right-mid', 'middle'])
      .map((name) => [name, '']),
  ),
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
};
