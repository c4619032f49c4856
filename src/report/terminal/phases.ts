import type { PhaseId, PhaseResult } from '../../core/call-record.ts';
import { formatSeconds } from '../../core/format.ts';
import type { FlowSummary, Report } from '../../core/report.ts';
import { escapeText, padText } from '../terminal-text.ts';
import { PHASE_WORDS, valueWords } from '../words.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

const STATUS_COLUMNS = 10;
const NAME_COLUMNS = 27;
const TIME_COLUMNS = 9;
const HEAD_COLUMNS: number = STATUS_COLUMNS + NAME_COLUMNS + TIME_COLUMNS;

/** The call step by step: what came of each phase, how long it took, and why it failed. Nothing for a recording. */
export function phaseLines(report: Report, columns: number, palette: Palette): string[] {
  if (report.phases.length === 0) return [];
  const lines = report.phases.flatMap((phase) => phaseLine(phase, phase.id === 'text' ? report.flows?.text : undefined, columns, palette));
  return [palette.title('The call, step by step'), ...lines];
}

function phaseLine(phase: PhaseResult, text: FlowSummary | undefined, columns: number, palette: Palette): string[] {
  const status = { ok: '  ok', failed: '  FAILED', skipped: '  –' }[phase.status];
  const paint = { ok: palette.good, failed: palette.bad, skipped: palette.dim }[phase.status];
  const seconds = phase.seconds === null ? '' : formatSeconds(phase.seconds);
  const head = padText(PHASE_WORDS[phase.id], NAME_COLUMNS) + padText(seconds, TIME_COLUMNS);
  const lines = hanging(padText(status, STATUS_COLUMNS) + head, remark(phase, text), HEAD_COLUMNS, columns);
  return lines.map((line, index) => (index === 0 ? paint(line.slice(0, STATUS_COLUMNS)) + line.slice(STATUS_COLUMNS) : line).trimEnd());
}

/** What a phase left out means, where it is no failure of those before. */
const SKIPPED: Readonly<Partial<Record<PhaseId, string>>> = { text: 'not tested', resolving: 'not needed: the address was given' };

function remark(phase: PhaseResult, text: FlowSummary | undefined): string {
  const counts = text === undefined || text.sent === 0 ? '' : `${text.echoed} of ${text.sent} came back${roundTrip(text)}`;
  if (phase.status === 'skipped') return SKIPPED[phase.id] ?? 'not reached';
  const failure = phase.failure === null ? '' : `${escapeText(phase.failure.message)} (${phase.failure.code})`;
  return [failure, counts].filter((part) => part !== '').join('; ');
}

function roundTrip(text: FlowSummary): string {
  return text.roundTripP50Seconds.status === 'ok' ? `, in ${valueWords(text.roundTripP50Seconds)}` : '';
}
