import { describe, expect, it } from 'vitest';
import { createPalette } from '../../src/report/terminal/palette.ts';
import { ruleLines } from '../../src/report/terminal/rules.ts';
import { callReport } from '../support/reports.ts';
import { measuredRules } from '../support/rule-measurements.ts';

const lines = (columns: number): string[] => ruleLines({ ...callReport(), ruleMeasurements: measuredRules() }, columns, createPalette(0));

describe('the rules of a path on the terminal', () => {
  it('stand with what each asked and what it did, and no rule that met nothing', () => {
    const text = lines(110).join('\n');
    const [loss] = measuredRules();
    expect(text).toContain(`asked to lose 50 %, lost ${Math.round((loss?.measured.lossRatio ?? 0) * 100)} % of 50`);
    expect(text).toMatch(/rule 2 .*asked to pass 64 kbit\/s at most, passed \d+ kbit\/s/);
    expect(text).not.toContain('rule 3');
  });

  it('fit any width, and are left out where nothing was measured', () => {
    for (const columns of [60, 80, 110]) for (const line of lines(columns)) expect(line.length).toBeLessThanOrEqual(columns);
    expect(ruleLines(callReport(), 80, createPalette(0))).toEqual([]);
  });
});
