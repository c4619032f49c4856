import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LocatedRecording } from '../../src/core/located.ts';
import { measured, notApplicable } from '../../src/core/measurement.ts';
import type { Report } from '../../src/core/report.ts';
import { SCORE_IDS } from '../../src/core/scores.ts';
import { renderJson } from '../../src/report/json.ts';
import { aloneEvidence, aloneReport } from '../support/alone-reports.ts';
import { type Schema, schemaErrors } from '../support/json-schema.ts';
import { relayReport } from '../support/relay-reports.ts';
import { blockedReport, CHOPPY, callReport, DEAD_TEXT, engineReport, METALLIC, recordingReport } from '../support/reports.ts';
import { measuredRules } from '../support/rule-measurements.ts';
import { buildTimeLine } from '../support/time-lines.ts';

const SCHEMA: Schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schema/report.schema.json'), 'utf8')) as Schema;
const errors = (report: Report): string[] => schemaErrors(JSON.parse(renderJson(report)), SCHEMA);
/** The report with one member, at a path of keys, set to something else; undefined takes it away. */
function changed(report: Report, path: readonly string[], value: unknown): Report {
  const copy = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
  parent[path[path.length - 1] as string] = value;
  return copy as unknown as Report;
}

function withLocated(): Report {
  const located: LocatedRecording = {
    recordingSeconds: 600,
    channels: 2,
    channel: 2,
    startSeconds: measured(-0.4, 's'),
    match: measured(0.9, 'ratio'),
    coveredShare: measured(0.9, 'ratio'),
    driftPpm: notApplicable('there is too little speech to tell a drift by'),
    driftRemoved: false,
    plays: [{ startSeconds: -0.4, match: 0.9, coveredShare: 0.9 }],
    play: 1,
    cut: { fromSeconds: 0, toSeconds: 9 },
    hindrance: 'incomplete',
  };
  return changed(recordingReport(), ['directions', 'recording', 'located'], located);
}

describe('schema/report.schema.json', () => {
  it.each([
    ['a clear call', callReport()],
    ['a metallic call', callReport({ up: { ...METALLIC, events: [{ at: 1, seconds: 0.2, kind: 'drop', cause: 'loss' }] } })],
    [
      'a call with scores over time',
      callReport({
        up: {
          ...{ ...METALLIC, timeLine: buildTimeLine(9, { metallic: [null, 0.9, 0, 0, 0, 0, 0, 0, 0] }) },
          events: [{ at: 1, seconds: 0.2, kind: 'metallic', cause: 'loss', strength: 0.9, detail: 'sound repeated', part: 'rep' }],
        },
        down: { timeLine: null },
      }),
    ],
    ['a blocked call', blockedReport()],
    ['a dead network', blockedReport({ text: DEAD_TEXT })],
    ['a call with outages', callReport({ up: { ...METALLIC, outages: [{ at: 2, seconds: 3.3, recovered: true }] } })],
    [
      'a report from before outages and counts were kept',
      changed(changed(callReport(), ['health', 'relay'], undefined), ['directions', 'up', 'network', 'outages'], undefined),
    ],
    ['a call in G.711', callReport({ plan: { codec: { name: 'pcmu', bitrateBps: 64_000, packetTimeMs: 20, redundancy: 1 } } })],
    ['a call whose rules were measured', { ...callReport(), ruleMeasurements: measuredRules() }],
    ['a call that a real engine answered', engineReport()],
    ['a recording in which the reference was found', withLocated()],
    ['a one-way call', callReport({ down: null, up: CHOPPY })],
    [
      'a call over a relay',
      relayReport({ route: { transport: 'tls', certificateChecked: true, links: { caller: 'wlan0', callee: null } } }),
    ],
    [
      'a relay that was not reached',
      relayReport({ failed: { id: 'reaching', failure: { code: 'turn-unreachable', message: 'no answer' } } }),
    ],
    ['a recording', recordingReport()],
    ['a silent recording', recordingReport({ noSpeech: 'silent' })],
    ['a recording by itself', aloneReport(aloneEvidence({ repetition: 1 }))],
  ])('fits the report of %s', (_, report) => {
    expect(errors(report)).toEqual([]);
  });

  it.each([
    ['another schema name', ['schema'], 'other'],
    ['no verdict', ['verdict'], undefined],
    ['an unknown diagnosis', ['verdict', 'diagnosis'], 'censored'],
    ['a confidence over 1', ['verdict', 'confidence'], 1.2],
    ['a mean opinion score of 0', ['directions', 'up', 'scores', 'mosLqo', 'measurement', 'value'], 0],
    ['a damage score in percent', ['directions', 'up', 'scores', 'metallic', 'measurement', 'value'], 94],
    ['a score in another unit', ['directions', 'up', 'scores', 'metallic', 'measurement', 'unit'], 'MOS'],
    ['an unknown codec', ['plan', 'codec', 'name'], 'g729'],
    ['Opus without its complexity', ['plan', 'codec', 'complexity'], undefined],
    ['no redundancy by number', ['plan', 'codec', 'redundancy'], 0],
    ['a bare number for a measurement', ['directions', 'up', 'mouthToEarDelaySeconds'], 0.1],
    ['an outage without length', ['directions', 'up', 'network', 'outages'], [{ at: 1, seconds: 0, recovered: true }]],
    ['an event stronger than the worst', ['directions', 'up', 'events'], [{ at: 1, seconds: 1, kind: 'drop', cause: '', strength: 2 }]],
    ['a time line without scores', ['directions', 'up', 'timeLine'], { stepSeconds: 1, speechSeconds: [], eventsLeftOut: 0 }],
    ['a negative count of the relay', ['health', 'relay', 'overflowed'], -1],
    ['a local time', ['startedAt'], '2026-11-24 02:11'],
    ['a number for a label', ['labels'], { network: 1 }],
  ] as const)('refuses %s', (_, path, value) => {
    expect(errors(changed(callReport(), path, value))).not.toEqual([]);
  });

  it('names every score, and no other', () => {
    const direction = (SCHEMA['$defs'] as Record<string, { properties: Record<string, { properties: object }> }>)['direction'];
    expect(Object.keys(direction?.properties['scores']?.properties ?? {})).toEqual([...SCORE_IDS]);
  });
});
