import { describe, expect, it } from 'vitest';
import type { WhatIfRow } from '../../src/core/what-if.ts';
import { helps, whatHelped, writeRemedy } from '../../src/verdict/remedy.ts';
import { figures, type RowOptions, whatIfRow } from '../support/what-ifs.ts';

const was = (mos: number | null, low = mos, high = mos, more: RowOptions = {}): WhatIfRow =>
  whatIfRow('as-it-was', {}, { up: figures(mos), spread: low === null || high === null ? {} : { up: { low, high } }, ...more });
const buffer = (ms: number, mos: number | null, delayMs = 120 + ms): WhatIfRow =>
  whatIfRow(`buffer-${ms}`, { longerBufferMs: ms }, { up: figures(mos, delayMs) });
const red = (mos: number): WhatIfRow => whatIfRow('red', { sender: 'red' }, { up: figures(mos, 150) });
const told = (...rows: WhatIfRow[]): string => writeRemedy(rows, whatHelped(rows));

describe('a row', () => {
  it('helps when it lies above all that chance gives the call, by what listeners tell apart', () => {
    expect(helps(buffer(60, 3.4), was(2.5, 2.5, 3.1), 'up')).toBe(true);
    expect(helps(buffer(60, 3.35), was(2.5, 2.5, 3.1), 'up')).toBe(false);
  });

  it('does not help when only one of its own draws is good', () => {
    const lucky = { ...buffer(60, 4.2), spread: { up: { low: 2.9, high: 4.2 } } };
    expect(helps(lucky, was(2.7), 'up')).toBe(false);
  });

  it('of a naive concealment is there to compare with, and is no help', () => {
    expect(helps(whatIfRow('concealment-repeat', { concealment: 'repeat' }, { up: figures(4.5) }), was(2), 'up')).toBe(false);
    expect(helps(whatIfRow('concealment-opus', { concealment: 'opus' }, { up: figures(4.5) }), was(2), 'up')).toBe(true);
  });

  it('helps a voice in which no speech could be recognised, as soon as some can', () => {
    expect(helps(buffer(60, 1.6), was(null), 'up')).toBe(true);
    expect(helps(buffer(60, null), was(null), 'up')).toBe(false);
  });
});

describe('what helped most', () => {
  it('is the first of those that are equally good: the shortest buffer that will do', () => {
    const rows = [was(2.5), buffer(60, 3.6), buffer(120, 4.3), buffer(240, 4.4)];
    expect(whatHelped(rows)).toEqual({ up: { most: 'buffer-120', atReceiver: 'buffer-120' } });
  });

  it('names what the receiver could have done beside what the sender could', () => {
    expect(whatHelped([was(2.5), buffer(60, 3.2), red(4.4)])).toEqual({ up: { most: 'red', atReceiver: 'buffer-60' } });
    expect(whatHelped([was(2.5), buffer(60, 2.6), red(4.4)])).toEqual({ up: { most: 'red', atReceiver: null } });
  });

  it('is nothing when no row helps', () => {
    expect(whatHelped([was(4.5), buffer(60, 4.5), red(4.6)])).toEqual({ up: { most: null, atReceiver: null } });
    expect(whatHelped([])).toEqual({});
  });
});

describe('the closing words', () => {
  it('say what helped, by how much, and what it costs', () => {
    expect(told(was(2.5), buffer(120, 4.3), red(4.4))).toBe(
      "The caller's voice: a buffer 120 ms longer would have helped most (MOS from 2.5 to 4.3, 120 ms later at the ear).",
    );
    expect(told(was(1.2), buffer(120, 1.8, 480))).toMatch(
      /\(MOS from 1\.2 to 1\.8, still bad, 360 ms later at the ear, too late for easy talk\)/,
    );
  });

  it('say that nothing at the receiver would have helped when only the sender could', () => {
    expect(told(was(2.5), buffer(60, 2.6), red(4.4))).toMatch(
      /^The caller's voice: nothing at the receiver would have helped; a sender that says each packet twice \(RED\) would have \(MOS from 2\.5 to 4\.4/,
    );
  });

  it('call no help what chance could have given', () => {
    expect(told(was(2.5, 2.3, 3.2), buffer(60, 3.4), red(3.3))).toMatch(/nothing that was tried would have helped by more than chance/);
  });

  it('do not mend what was good', () => {
    expect(told(was(4.5), buffer(60, 4.5), red(4.5))).toBe(
      "The caller's voice was good as it was (MOS 4.5), and nothing that was tried makes it better.",
    );
  });

  it('are one sentence where both directions agree, and two where they do not', () => {
    const both = (mos: number, better: number): WhatIfRow[] => [
      whatIfRow(
        'as-it-was',
        {},
        { up: figures(2.5), down: figures(mos), spread: { up: { low: 2.5, high: 2.5 }, down: { low: mos, high: mos } } },
      ),
      whatIfRow('buffer-60', { longerBufferMs: 60 }, { up: figures(4.1, 180), down: figures(better, 180) }),
    ];
    expect(told(...both(2.6, 4))).toBe(
      'Both voices: a buffer 60 ms longer would have helped most (MOS from 2.5 to 4.1 and from 2.6 to 4.0, 60 ms later at the ear).',
    );
    expect(told(...both(4.4, 4.4)).split('. ')).toHaveLength(2);
  });

  it('say so when no voice was sent', () => {
    expect(told(whatIfRow('as-it-was', {}, {}))).toMatch(/nothing to try/);
  });
});
