import { currentPlayout } from '../core/call-shape.ts';
import { UserError } from '../core/errors.ts';
import { notApplicable } from '../core/measurement.ts';
import { type DirectionName, type DirectionReport, REPORT_SCHEMA, type Report, SCHEMA_VERSION } from '../core/report.ts';
import { SCORE_IDS, type Score } from '../core/scores.ts';
import { ShapeError } from '../core/shape.ts';
import { reportShape } from './report-shape.ts';

/** Longest report read, in characters: an hour of events stays far below. */
export const MAX_REPORT_CHARACTERS: number = 64 * 1024 * 1024;
/** Deepest nesting: a report needs about ten levels. */
const MAX_DEPTH = 64;

const ABSENT: Score = { measurement: notApplicable('the version that wrote this report did not measure it'), parts: {}, dominant: null };

/**
 * A report from the text of a report.json, checked as far as anything reads it, so that what follows need not doubt it. Texts in it stay as they
 * are: whoever prints them escapes them. A score that the version which wrote it did not know yet is not-applicable;
 * receiver settings of older versions are in today's words.
 * @param name what the user calls it (the file), for messages
 * Throws UserError: `report-too-large`, `report-not-json`, `report-wrong-schema`, `report-too-new`, `report-incomplete`.
 */
export function parseReport(text: string, name: string): Report {
  if (text.length > MAX_REPORT_CHARACTERS) {
    throw new UserError(
      'report-too-large',
      `${name} is larger than any report (${MAX_REPORT_CHARACTERS} characters)`,
      'give the report.json of a run',
    );
  }
  const value = parseJson(text, name);
  if (value === null || typeof value !== 'object' || !('schema' in value) || value.schema !== REPORT_SCHEMA) {
    throw new UserError('report-wrong-schema', `${name} is JSON, but not a callprobe report`, 'give a run folder or its report.json');
  }
  const version = 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    const message = `${name} was written by a newer callprobe (report version ${version}, this one reads ${SCHEMA_VERSION})`;
    throw new UserError('report-too-new', message, 'update callprobe, then try again');
  }
  try {
    if (deeperThan(value, MAX_DEPTH)) throw new ShapeError('', `nested less than ${MAX_DEPTH} deep`);
    reportShape(value, '');
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const hint = 'the file is damaged or was edited: use the report.json as the run left it, or run again';
    throw new UserError('report-incomplete', `${name} is not a whole report: ${error.message}`, hint);
  }
  return withCurrentPlayout(withAllScores(value as unknown as Report));
}

function parseJson(text: string, name: string): unknown {
  try {
    // Some editors put a byte order mark in front.
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch {
    const what = text.trim() === '' ? 'is empty' : 'is not JSON';
    throw new UserError('report-not-json', `${name} ${what}`, 'give a run folder or its report.json');
  }
}

function deeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((member) => deeperThan(member, levels - 1));
}

function withCurrentPlayout(report: Report): Report {
  const { plan, capture } = report;
  return {
    ...report,
    ...(plan === null ? {} : { plan: { ...plan, playout: currentPlayout(plan.playout) } }),
    ...(capture === undefined ? {} : { capture: { ...capture, playout: currentPlayout(capture.playout) } }),
  };
}

function withAllScores(report: Report): Report {
  const directions = Object.entries(report.directions).map(([name, direction]) => [name, direction && withScores(direction)] as const);
  return { ...report, directions: Object.fromEntries(directions) as Partial<Record<DirectionName, DirectionReport | null>> };
}

function withScores(direction: DirectionReport): DirectionReport {
  const absent = SCORE_IDS.filter((id) => !Object.hasOwn(direction.scores, id)).map((id) => [id, ABSENT]);
  return absent.length === 0 ? direction : { ...direction, scores: { ...direction.scores, ...Object.fromEntries(absent) } };
}
