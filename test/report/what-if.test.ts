import { describe, expect, it } from 'vitest';
import { renderWhatIfJson } from '../../src/report/json.ts';
import { renderWhatIf } from '../../src/report/terminal/what-if.ts';
import { textWidth } from '../../src/report/terminal-text.ts';
import { figures, whatIfOf, whatIfRow } from '../support/what-ifs.ts';

const spread = { up: { low: 2.61, high: 3.44 }, down: { low: 4.42, high: 4.44 } };
const rows = [
  whatIfRow('as-it-was', {}, { name: 'as it was', up: figures(3.2), down: figures(4.43), spread }),
  whatIfRow('buffer-240', { longerBufferMs: 240 }, { name: 'buffer +240 ms', up: figures(3.4, 1_480), down: figures(4.4, 360) }),
  whatIfRow('fec-sent', { sender: 'fec', useFec: true }, { name: 'FEC and +120 ms *', up: figures(4.2), down: figures(null) }),
];
const whatIf = whatIfOf(rows, {
  reencoded: { up: { fec: { declaredLossRatio: 0.14, fecRatio: 0.68, sizeRatio: 0.95 }, red: { sameBytes: false } } },
});
const plain = (columns: number): string => renderWhatIf(whatIf, { columns, colourLevel: 0 });

describe('the table of what could have been', () => {
  it.each([60, 80, 100, 110])('is never wider than %i columns', (columns) => {
    for (const line of plain(columns).split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(columns);
  });

  it('has a row for each variation, both directions beside each other at 80 columns and below each other at 60', () => {
    const lines = plain(80).split('\n');
    expect(lines.filter((line) => line.startsWith('buffer +240 ms'))).toEqual([
      'buffer +240 ms         3.4     0.12   6.2 %  1.5 s   4.4     0.12   6.2 % 360 ms',
    ]);
    expect(
      plain(60)
        .split('\n')
        .filter((line) => line.startsWith('buffer +240 ms')),
    ).toHaveLength(2);
  });

  it('says what was encoded anew, what could not be measured, how much is chance, and ends with what comes of it', () => {
    const text = plain(110).replaceAll(/\s+/g, ' ');
    expect(text).toContain('told of 14 % loss; 68 % of the packets carry it, and they have 0.95 times the bytes');
    expect(text).toContain('all packets were encoded anew. A real sender would have sent about twice the bits.');
    expect(text).toContain('– FEC and +120 ms *: no speech was found in the recording');
    expect(text).toContain('caller → callee 2.6 to 3.4 and callee → caller 4.4.');
    expect(text.trimEnd().endsWith(whatIf.summary)).toBe(true);
  });

  it('says when the call was made by a machine that was not fit to measure', () => {
    const text = renderWhatIf({ ...whatIf, unfit: 'sending was late by 61 ms (99th percentile)' }, { columns: 80, colourLevel: 0 });
    expect(text.replaceAll(/\s+/g, ' ')).toContain('this machine was not fit to measure: sending was late by 61 ms (99th percentile).');
    expect(plain(80)).not.toContain('not fit');
  });

  it('spells out what would move the cursor', () => {
    const text = renderWhatIf({ ...whatIf, replayed: 'runs/\u001b[2J\u202e', path: 'loss\n5%' }, { columns: 80, colourLevel: 0 });
    expect(text).toContain('\\u{1b}');
    for (const unsafe of ['\u001b', '\u202e']) expect(text).not.toContain(unsafe);
  });

  it('tells nothing by colour alone', () => {
    const coloured = renderWhatIf(whatIf, { columns: 80, colourLevel: 1 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is taken out
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain(80));
  });

  it('is as JSON one document with every row', () => {
    expect(JSON.parse(renderWhatIfJson(whatIf))).toEqual(JSON.parse(JSON.stringify(whatIf)));
  });
});
