import { describe, expect, it } from 'vitest';
import { inlineAnalyser } from '../../src/app/analyser.ts';
import { hearCall } from '../../src/app/hear-call.ts';
import { reportCall } from '../../src/app/report-call.ts';
import { wasHeard } from '../../src/core/playout-stats.ts';
import type { DirectionReport } from '../../src/core/report.ts';
import { renderJson } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse.ts';
import { THRESHOLDS } from '../support/reports.ts';
import { simulateCall } from '../support/saved-call.ts';

const SECONDS = 5;
/** The first packet of the speech; half a second of silence goes before it. */
const FIRST = 25;
const BURST = { at: 3.3, packets: 9 };

describe('a call that loses one burst of packets', () => {
  it('has an event where it is heard, caused by that burst, in that direction alone', async () => {
    const from = FIRST + Math.round(BURST.at / 0.02);
    const { record, reference } = await simulateCall({
      seconds: SECONDS,
      up: (i) => (i >= from && i < from + BURST.packets ? null : 40),
      plan: { playout: { concealment: 'repeat', fixedDelayMs: null, minDelayMs: 0, maxDelayMs: 2000 } },
    });
    const analyses = await hearCall(record, reference, inlineAnalyser, new AbortController().signal);
    const report = reportCall(record, analyses, {
      tool: { name: 'callprobe', version: '0', node: 'v0', platform: 'none' },
      labels: {},
      runType: 'manual',
      requested: {},
      thresholds: THRESHOLDS,
      warnings: [],
      artifacts: {},
    });
    const { up, down } = parseReport(renderJson(report), 'report.json').directions as Record<'up' | 'down', DirectionReport>;
    const heard = up.events.filter(wasHeard);
    expect(heard.map(({ kind }) => kind)).toEqual(['metallic']);
    const [event] = heard;
    const delay = up.alignment.delayMs.status === 'ok' ? up.alignment.delayMs.value / 1000 : 0;
    expect(Math.abs((event?.at ?? 0) - (BURST.at + delay))).toBeLessThan(0.2);
    expect(event?.cause).toMatch(/^[89] frames concealed in one burst of uplink loss$/);
    expect(down.events.filter(wasHeard)).toEqual([]);
    expect(up.events.map(({ at }) => at)).toEqual(up.events.map(({ at }) => at).sort((a, b) => a - b));
    const metallic = up.timeLine?.scores.metallic.values ?? [];
    expect(metallic[3]).toBeGreaterThan(0.9);
    expect(Math.max(...metallic.map((value, second) => (second === 3 ? 0 : (value ?? 0))))).toBeLessThan(0.1);
  });
});
