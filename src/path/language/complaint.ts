import { UserError } from '../../core/errors.ts';

/** A place in a text, both counted from 1; columns in UTF-16 code units, as editors count them for the characters a path is made of. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Longest piece of the user's text an error repeats. */
const MAX_QUOTED = 40;

/** Where an offset (from 0, at most the length) lies in a text. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** A piece of the user's text in quotes, on one line and short. */
export function quote(piece: string): string {
  const oneLine = piece.replaceAll(/\s+/g, ' ');
  return `"${oneLine.length > MAX_QUOTED ? `${oneLine.slice(0, MAX_QUOTED)}…` : oneLine}"`;
}

/** The error of a path written on the command line: which column, what is wrong there, what to write instead. */
export function inlineError(text: string, offset: number, what: string, hint: string): UserError {
  const { line, column } = placeOf(text, offset);
  const where = text.includes('\n') ? `line ${line}, column ${column}` : `column ${column}`;
  return new UserError('bad-path', `path, ${where}: ${what}`, hint);
}

/** The error of a rule file: which line, which key, what is wrong there, what to write instead. */
export function fileError(file: string, place: Place, what: string, hint: string): UserError {
  return new UserError('bad-path-file', `${file}, line ${place.line}, column ${place.column}: ${what}`, hint);
}
