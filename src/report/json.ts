import type { Comparison } from '../core/comparison.ts';
import type { Report } from '../core/report.ts';
import { SCORE_IDS } from '../core/scores.ts';
import { EVIDENCE_IDS } from '../core/single-ended.ts';
import type { WhatIf } from '../core/what-if.ts';

/** Keys that come first, in this order, wherever they occur; all others follow by name. */
const ORDER: ReadonlyMap<string, number> = new Map(
  [
    ...[
      'schema',
      'schemaVersion',
      'conformance',
      'tool',
      'kind',
      'startedAt',
      'labels',
      'runType',
      'seed',
      'requested',
      'plan',
      'path',
      'peers',
      'capture',
    ],
    ...['phases', 'directions', 'flows', 'verdict', 'health', 'warnings', 'artifacts'],
    ...['by', 'groups', 'rows', 'direction', 'score', 'group', 'id', 'name', 'version', 'code', 'message', 'hint'],
    ...['outcome', 'diagnosis', 'scope', 'resembles', 'confidence', 'summary', 'checks'],
    ...['up', 'down', 'recording', 'network', 'playout', 'mouthToEarDelaySeconds', 'scores', 'alignment', 'located'],
    ...SCORE_IDS,
    ...EVIDENCE_IDS,
    ...['measurement', 'status', 'value', 'unit', 'reason', 'at', 'seconds', 'detail', 'cause', 'n', 'median', 'min', 'max'],
  ].map((key, index) => [key, index]),
);

/**
 * The report as one JSON document, indented by two, with a trailing newline. Equal reports give equal bytes, however their objects were put
 * together: keys are ordered. `undefined` members are left out, as JSON has no word for them.
 */
export function renderJson(report: Report): string {
  return document(report);
}

/** A comparison as one JSON document, as `renderJson` writes reports. */
export function renderComparisonJson(comparison: Comparison): string {
  return document(comparison);
}

/** What a call would have been otherwise as one JSON document, as `renderJson` writes reports. */
export function renderWhatIfJson(whatIf: WhatIf): string {
  return document(whatIf);
}

function document(value: object): string {
  return `${JSON.stringify(ordered(value), null, 2)}\n`;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  // fromEntries defines properties, so that a key named __proto__ stays a key.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => byOrder(a, b))
      .map(([key, member]) => [key, ordered(member)]),
  );
}

function byOrder(a: string, b: string): number {
  const last = ORDER.size;
  return (ORDER.get(a) ?? last) - (ORDER.get(b) ?? last) || (a < b ? -1 : a > b ? 1 : 0);
}
