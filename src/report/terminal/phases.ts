import { NOT_THE_NETWORK, type PhaseId, type PhaseResult } from '../../core/call-record.ts';
import { formatSeconds } from '../../core/format.ts';
import type { FlowSummary, Report } from '../../core/report.ts';
import { escapeText, padText } from '../terminal-text.ts';
import { DATA_CHANNEL_WORDS, PHASE_WORDS, valueWords } from '../words.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

const STATUS_COLUMNS = 10;
const NAME_COLUMNS = 27;
const TIME_COLUMNS = 9;
const HEAD_COLUMNS: number = STATUS_COLUMNS + NAME_COLUMNS + TIME_COLUMNS;

/** The call step by step: what came of each phase, how long it took, and why it failed. Nothing for a recording. */
export function phaseLines(report: Report, columns: number, palette: Palette): string[] {
  if (report.phases.length === 0) return [];
  const lines = report.phases.flatMap((phase) => {
    const text = phase.id === 'text' ? report.flows?.text : undefined;
    const step = { status: stepStatus(phase, text), name: PHASE_WORDS[phase.id], seconds: phase.seconds, remark: remark(phase, text) };
    return stepLine(step, columns, palette);
  });
  return [palette.title('The call, step by step'), ...lines, ...dataChannelLine(report.flows?.dataChannel, columns, palette)];
}

interface Step {
  readonly status: PhaseResult['status'] | 'degraded' | 'ended';
  readonly name: string;
  readonly seconds: number | null;
  readonly remark: string;
}

/** A failure that is not the network's is not called one; a text connection cut off after its first echo, which ends the phase well, is. */
function stepStatus(phase: PhaseResult, text: FlowSummary | undefined): Step['status'] {
  if (phase.failure !== null && NOT_THE_NETWORK.has(phase.failure.code)) return 'ended';
  return phase.status === 'ok' && text?.status === 'failed' ? 'failed' : phase.status;
}

function stepLine(step: Step, columns: number, palette: Palette): string[] {
  const status = { ok: '  ok', degraded: '  partly', failed: '  FAILED', ended: '  ended', skipped: '  –' }[step.status];
  const paint = { ok: palette.good, degraded: palette.warn, failed: palette.bad, ended: palette.warn, skipped: palette.dim }[step.status];
  const seconds = step.seconds === null ? '' : formatSeconds(step.seconds);
  const head = padText(step.name, NAME_COLUMNS) + padText(seconds, TIME_COLUMNS);
  const lines = hanging(padText(status, STATUS_COLUMNS) + head, step.remark, HEAD_COLUMNS, columns);
  return lines.map((line, index) => (index === 0 ? paint(line.slice(0, STATUS_COLUMNS)) + line.slice(STATUS_COLUMNS) : line).trimEnd());
}

/** The data channel is no phase of its own: it shares the voice's connection. Nothing when there was no connection to try it on. */
function dataChannelLine(flow: FlowSummary | undefined, columns: number, palette: Palette): string[] {
  if (flow === undefined || flow.status === 'not-tested') return [];
  const why = flow.sent === 0 ? 'the data channel never opened' : `${flow.echoed} of ${flow.sent} came back${roundTrip(flow)}`;
  const code = flow.failureCode === null ? '' : ` (${flow.failureCode})`;
  return stepLine({ status: flow.status, name: DATA_CHANNEL_WORDS, seconds: null, remark: `${why}${escapeText(code)}` }, columns, palette);
}

/** What a phase left out means, where it is no failure of those before. */
const SKIPPED: Readonly<Partial<Record<PhaseId, string>>> = { text: 'not tested', resolving: 'not needed: the address was given' };

function remark(phase: PhaseResult, text: FlowSummary | undefined): string {
  const counts = text === undefined || text.sent === 0 ? '' : `${text.echoed} of ${text.sent} came back${roundTrip(text)}`;
  const cutOff = phase.status === 'ok' && text?.status === 'failed' ? `cut off later (${escapeText(text.failureCode ?? 'unknown')})` : '';
  if (phase.status === 'skipped') return SKIPPED[phase.id] ?? 'not reached';
  const failure = phase.failure === null ? '' : `${escapeText(phase.failure.message)} (${phase.failure.code})`;
  return [failure, cutOff, counts].filter((part) => part !== '').join('; ');
}

function roundTrip(text: FlowSummary): string {
  return text.roundTripP50Seconds.status === 'ok' ? `, in ${valueWords(text.roundTripP50Seconds)}` : '';
}
