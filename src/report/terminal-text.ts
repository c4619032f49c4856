/**
 * Text on its way to a terminal. Labels, file names and failure messages come from outside: nothing of them may move the cursor, change colours,
 * turn the writing direction or break a line.
 */

/** Control, format (zero-width, bidirectional overrides, tags), surrogate, private-use, line- and paragraph-separator characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const NO_WIDTH = /\p{Mn}|\p{Me}/u;
/** East Asian wide and full-width blocks, and emoji shown as pictures: two columns each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** The text with every unsafe character spelt out, such as `\u{1b}`; safe text is returned unchanged. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Columns that escaped text takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}

/** Text of at most so many columns; what was cut is marked by `…`. */
export function truncateText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  for (const char of text) {
    if (textWidth(kept + char) > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Padded on the right to so many columns. */
export function padText(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)));
}

/**
 * Lines of at most so many columns, broken at spaces, but not between a number and its unit. A longer word is cut where the line ends.
 * Never empty: no text is one empty line.
 */
export function wrapText(text: string, columns: number): string[] {
  const words = text.split(/ +(?!(?:%|ms|s|dB|kbit\/s|of 5)(?![\p{L}\p{N}]))/u).flatMap((word) => cutWord(word, columns));
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) <= columns) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function cutWord(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const char of word) {
    if (piece !== '' && textWidth(piece + char) > columns) {
      pieces.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...pieces, piece];
}
