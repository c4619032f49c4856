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
