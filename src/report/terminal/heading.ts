import type { RelayRoute } from '../../core/call-plan.ts';
import type { Report } from '../../core/report.ts';
import { escapeText, padText, textWidth } from '../terminal-text.ts';
import { DIAGNOSIS_WORDS, OUTCOME_WORDS } from '../words.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

const NAME_COLUMNS = 9;

/** The verdict in two words, when, and what was done: what was spoken over which path. */
export function headingLines(report: Report, columns: number, palette: Palette): string[] {
  const { outcome, diagnosis } = report.verdict;
  const verdict = `${OUTCOME_WORDS[outcome]}: ${DIAGNOSIS_WORDS[diagnosis]}`;
  const name = `callprobe ${escapeText(report.tool.version)}`;
  const when = escapeText(report.startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'));
  const gap = columns - textWidth(name) - textWidth(verdict) - textWidth(when) - 2;
  const title = `${palette.dim(name)}  ${palette.outcome(outcome)(verdict)}`;
  const first = gap >= 2 ? [`${title}${' '.repeat(gap)}${palette.dim(when)}`] : [title, palette.dim(when)];
  const facts = factsOf(report).flatMap(([label, text]) => hanging(padText(label, NAME_COLUMNS), escapeText(text), NAME_COLUMNS, columns));
  return [...first, palette.dim('─'.repeat(columns)), ...facts];
}

function factsOf(report: Report): (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [];
  const { path, plan } = report;
  if (report.kind === 'recording') {
    facts.push(['Heard', `${report.directions.recording?.recording ?? 'a recording'}, compared with its reference; no call was placed`]);
  }
  if (path?.kind === 'turn') {
    facts.push(['Path', `a real network to a TURN relay and back, ${routeWords(path.route)}`]);
    if (path.rules.length > 0) facts.push(['Added', `${path.name}, emulated on this machine: ${path.summary}`]);
  } else if (path !== null) {
    const basis = path.basis === 'documented' ? 'all its numbers are documented' : 'some of its numbers are assumed';
    facts.push(['Path', `${path.name}, emulated on this machine (${basis}): ${path.summary}`]);
  } else if (report.kind === 'call') {
    facts.push(['Path', 'not emulated']);
  }
  if (plan !== null) {
    const { codec, stimuli } = plan;
    const spoken = [...new Set([stimuli.up, stimuli.down].map((stimulus) => `${stimulus.name} (${stimulus.seconds.toFixed(1)} s)`))].join(
      ' and ',
    );
    const opus = `Opus ${codec.bitrateBps / 1000} kbit/s, ${codec.packetTimeMs} ms packets`;
    facts.push(['Spoken', `${spoken}, ${opus}${codec.fec ? ', FEC' : ''}${codec.dtx ? ', DTX' : ''}, seed ${plan.seed}`]);
  }
  const labels = Object.entries(report.labels).map(([label, value]) => `${label}=${value}`);
  if (labels.length > 0) facts.push(['Labels', labels.join(', ')]);
  return facts;
}

function routeWords({ transport, certificateChecked, server, links }: RelayRoute): string {
  const how = transport === 'tls' ? `TLS${certificateChecked === true ? '' : ' (certificate not checked)'}` : transport.toUpperCase();
  const via =
    links.caller === null && links.callee === null
      ? []
      : [`caller by ${links.caller ?? 'any link'}`, `callee by ${links.callee ?? 'any link'}`];
  return [`over ${how}`, ...(server === null ? [] : [server]), ...via].join(', ');
}
