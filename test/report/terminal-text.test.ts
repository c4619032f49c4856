import { describe, expect, it } from 'vitest';
import { escapeText, padText, textWidth, truncateText, wrapText } from '../../src/report/terminal-text.ts';

describe('text for a terminal', () => {
  it('leaves letters, accents, other scripts and pictures as they are', () => {
    for (const text of ['plain', 'naïve – “quoted”', 'Привет', '家 🏠', 'a\u0301']) expect(escapeText(text)).toBe(text);
  });

  it.each([
    '\u0000',
    '\u0007',
    '\n',
    '\r',
    '\t',
    '\u001b',
    '\u007f',
    '\u009b',
    '\u200b',
    '\u202e',
    '\u2028',
    '\u2066',
    '\ufeff',
    '\ud800',
    '\u{e0041}',
  ])('spells %j out', (char) => {
    expect(escapeText(`a${char}b`)).toBe(`a\\u{${char.codePointAt(0)?.toString(16)}}b`);
  });

  it('counts columns: two for wide characters, none for combining ones', () => {
    expect(['abc', '家', '🏠', 'a\u0301', 'é', 'Привет', ''].map(textWidth)).toEqual([3, 2, 2, 1, 1, 6, 0]);
  });

  it('truncates to the columns given, and says so', () => {
    expect(truncateText('abcdef', 6)).toBe('abcdef');
    expect(truncateText('abcdef', 4)).toBe('abc…');
    expect(textWidth(truncateText('家家家家', 4))).toBeLessThanOrEqual(4);
  });

  it('pads by columns, not by characters', () => {
    expect(textWidth(padText('家', 5))).toBe(5);
  });

  it('wraps without losing or adding a letter, at any width', () => {
    const text = 'The caller’s voice arrives metallic (MOS 1.8 of 5): 38 % of its packets were lost over 家家家家家家家家家家 and on';
    for (let columns = 2; columns < 120; columns++) {
      const lines = wrapText(text, columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns);
    }
  });

  it('keeps a number and its unit on one line', () => {
    for (let columns = 12; columns < 40; columns++) {
      for (const line of wrapText('of the 38 % lost after 120 ms or 3 s at 1.8 of 5', columns))
        expect(line).not.toMatch(/^(%|ms|s|of 5)\b/);
    }
  });

  it('gives one empty line for no text', () => {
    expect(wrapText('', 10)).toEqual(['']);
  });
});
