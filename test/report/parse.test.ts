import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import type { Report } from '../../src/core/report.ts';
import { renderJson } from '../../src/report/json.ts';
import { PLAIN } from '../../src/report/options.ts';
import { parseReport } from '../../src/report/parse.ts';
import { RENDERERS } from '../../src/report/registry.ts';
import { aloneEvidence, aloneReport } from '../support/alone-reports.ts';
import { blockedReport, buildPlan, callReport, METALLIC, recordingReport } from '../support/reports.ts';
import { buildTimeLine } from '../support/time-lines.ts';

function refusal(text: string): UserError {
  try {
    parseReport(text, 'some/report.json');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the text was taken for a report');
}

const WHOLE: Report = callReport({
  up: {
    ...{ ...METALLIC, timeLine: buildTimeLine(1, { metallic: [0.9] }) },
    events: [{ at: 1, seconds: 1, kind: 'drop', cause: 'loss', strength: 0.7, detail: 'speech cut off' }],
  },
  labels: { network: 'home' },
});
type Loose = Record<string, unknown>;
function edited(edit: (report: Loose) => void): string {
  const copy = JSON.parse(renderJson(WHOLE)) as Loose;
  edit(copy);
  return JSON.stringify(copy);
}

describe('reading a report back', () => {
  it.each([
    ['a call', WHOLE],
    ['a blocked call', blockedReport()],
    ['a call in G.711', callReport({ plan: { codec: { name: 'pcma', bitrateBps: 64_000, packetTimeMs: 20, redundancy: 2 } } })],
    ['a recording', recordingReport()],
    ['a recording by itself', aloneReport(aloneEvidence({ buzz: 0.9 }))],
  ])('gives what was written of %s', (_, report) => {
    expect(parseReport(renderJson(report), 'report.json')).toEqual(report);
    expect(parseReport(`\ufeff${renderJson(report)}`, 'report.json')).toEqual(report);
  });

  it('lets members of newer versions through', () => {
    expect(
      parseReport(
        edited((report) => Object.assign(report, { later: { deep: [1] } })),
        'x',
      ),
    ).toMatchObject({ later: { deep: [1] } });
  });

  it('has the receiver of a report from before there were fixed buffers in the words of today', () => {
    const old = edited((report) => {
      (report['plan'] as Loose)['playout'] = { concealment: 'repeat', minDelayMs: 0, maxDelayMs: 2000 };
    });
    const read = parseReport(old, 'report.json');
    expect(read.plan?.playout).toEqual(buildPlan('clear').playout);
    expect(RENDERERS.terminal(read, PLAIN)).not.toContain('fixed buffer');
  });

  it('says of a score its writer did not know that it was not measured', () => {
    const text = edited((report) => {
      delete ((report['directions'] as Loose)['up'] as { scores: Loose }).scores['levelError'];
    });
    const report = parseReport(text, 'x');
    expect(report.directions.up?.scores.levelError.measurement.status).toBe('not-applicable');
    for (const render of Object.values(RENDERERS)) expect(render(report, PLAIN)).not.toBe('');
  });
});

describe('what is not a report is refused with a hint', () => {
  it.each([
    ['', 'report-not-json', 'is empty'],
    [' \n', 'report-not-json', 'is empty'],
    ['RIFF....WAVEfmt ', 'report-not-json', 'is not JSON'],
    [renderJson(WHOLE).slice(0, 2000), 'report-not-json', 'is not JSON'],
    ['null', 'report-wrong-schema', 'not a callprobe report'],
    ['[]', 'report-wrong-schema', 'not a callprobe report'],
    ['{"schema": "other"}', 'report-wrong-schema', 'not a callprobe report'],
    ['{"schema": "callprobe.report"}', 'report-incomplete', 'schemaVersion'],
    [edited((report) => Object.assign(report, { schemaVersion: 2 })), 'report-too-new', 'newer callprobe'],
    [edited((report) => delete report['verdict']), 'report-incomplete', 'verdict is not there'],
    [edited((report) => Object.assign(report, { labels: { network: 3 } })), 'report-incomplete', 'labels.network is not a text'],
    [edited((report) => Object.assign(report, { phases: {} })), 'report-incomplete', 'phases is not a list'],
    [edited((report) => Object.assign(report['directions'] as Loose, { up: 5 })), 'report-incomplete', 'directions.up is not an object'],
    [edited((report) => Object.assign(report['verdict'] as Loose, { outcome: 'fine' })), 'report-incomplete', 'verdict.outcome'],
    [edited((report) => Object.assign(report, { requested: JSON.parse('['.repeat(100) + ']'.repeat(100)) })), 'report-incomplete', 'deep'],
  ])('%#: %.20s', (text, code, words) => {
    const error = refusal(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain('some/report.json');
    expect(error.message).toContain(words);
    expect(error.hint).not.toBe('');
  });

  it('never ends in anything but a report or a UserError, whatever part is missing or of another kind', () => {
    const walk = (value: unknown, path: readonly (string | number)[]): (readonly (string | number)[])[] =>
      value !== null && typeof value === 'object'
        ? [path, ...Object.entries(value).flatMap(([key, member]) => walk(member, [...path, key]))]
        : [path];
    const places = walk(JSON.parse(renderJson(WHOLE)), []).filter(
      ([first, second]) => first !== undefined && second !== 'down' && second !== 'checks',
    );
    let refused = 0;
    for (const path of places) {
      for (const value of [undefined, null, 'x', -1, []]) {
        const text = edited((report) => {
          const parent = path.slice(0, -1).reduce<Loose>((at, key) => at[key] as Loose, report);
          parent[path[path.length - 1] as string] = value;
        });
        try {
          RENDERERS.terminal(parseReport(text, 'x'), PLAIN);
        } catch (error) {
          if (!(error instanceof UserError)) throw new Error(`${path.join('.')} = ${JSON.stringify(value)}`, { cause: error });
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(places.length);
  });
});
