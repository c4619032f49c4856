import { describe, expect, it } from 'vitest';
import type { VisqolResult } from '../../src/score/visqol/visqol.ts';
import { visqol } from '../../src/score/visqol/visqol.ts';
import { haveData, readSound } from '../support/shared-data.ts';

/** Published by google/visqol, src/include/conformance.h (333), for the exponential map. */
const TRANSCODED_MOS = 3.374505555111911;
const MISALIGNED_MOS = 1.357521678867611;
const SELF_UNSCALED_MOS = 4.015861169223797;

function compare(reference: string, degraded: string): VisqolResult {
  const result = visqol(readSound(`conformance/${reference}`), readSound(`conformance/${degraded}`));
  if (result.status !== 'ok') throw new Error(result.reason);
  return result;
}

describe.skipIf(!haveData('conformance'))('ViSQOL against the published conformance numbers', () => {
  it('gives a transcoded file its published MOS', () => {
    const result = compare('CA01_01.wav', 'transcoded_CA01_01.wav');
    expect(Math.abs(result.mos - TRANSCODED_MOS)).toBeLessThan(1e-3);
    expect(result.patches).toBe(5);
  });

  it('gives a misaligned file its published MOS', () => {
    expect(Math.abs(compare('reference.wav', 'degraded.wav').mos - MISALIGNED_MOS)).toBeLessThan(1e-3);
  });

  it('gives a file against itself 5, and 4.0159 unscaled', () => {
    const result = compare('CA01_01.wav', 'CA01_01.wav');
    expect(result.mos).toBeCloseTo(5, 5);
    expect(Math.abs(result.mosUnscaled - SELF_UNSCALED_MOS)).toBeLessThan(1e-9);
  });
});
