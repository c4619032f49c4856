import type { CodecSettings, ConcealmentMode, PlayoutSettings, RelayRoute } from '../../core/call-plan.ts';
import { DIRECTIONS, LISTENERS } from '../../core/packet.ts';
import type { Basis } from '../../core/path-profile.ts';
import type { CaptureSummary, Report } from '../../core/report.ts';
import { escapeText, padText, textWidth, truncateText } from '../terminal-text.ts';
import { CODEC_WORDS, G711_WORDS, hexSsrc, verdictWords } from '../words.ts';
import { hanging } from './layout.ts';
import { locatedWords } from './located.ts';
import type { Palette } from './palette.ts';

const NAME_COLUMNS = 9;
/** A path of the user's own may hold a trace of thousands of packets. */
const MAX_DETAIL_COLUMNS = 400;

const BASIS_WORDS: Readonly<Record<Basis, string>> = {
  documented: 'all its numbers are documented',
  assumed: 'some of its numbers are assumed',
  requested: 'its numbers are your own',
};

/** The verdict in two words, when, and what was done: what was spoken over which path. */
export function headingLines(report: Report, columns: number, palette: Palette): string[] {
  const { outcome } = report.verdict;
  const verdict = verdictWords(report);
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
  if (report.capture !== undefined) facts.push(...captureFacts(report.capture));
  else if (report.kind === 'recording') {
    const { recording: name, singleEnded } = report.directions.recording ?? {};
    const how = singleEnded === undefined ? 'compared with its reference; no call was placed' : 'by itself: no reference was given';
    facts.push(['Heard', `${name ?? 'a recording'}, ${how}`]);
    const located = report.directions.recording?.located;
    if (located !== undefined) facts.push(['Found', locatedWords(located)]);
  }
  if (path !== null) {
    const detail = path.text === path.name ? '' : `: ${truncateText(path.text ?? path.summary, MAX_DETAIL_COLUMNS)}`;
    const emulated = `${path.name}, emulated on this machine (${BASIS_WORDS[path.basis]})${detail}`;
    if (path.kind === 'turn') facts.push(['Path', `a real network to a TURN relay and back, ${routeWords(path.route)}`]);
    if (path.kind === 'emulated') facts.push(['Path', emulated]);
    else if (path.rules.length > 0) facts.push(['Added', emulated]);
  } else if (report.kind === 'call') {
    facts.push(['Path', 'not emulated']);
  }
  const engines = engineWords(report);
  if (engines !== '') facts.push(['Peers', engines]);
  if (plan !== null) {
    const { codec, stimuli } = plan;
    const spoken = [...new Set([stimuli.up, stimuli.down].map((stimulus) => `${stimulus.name} (${stimulus.seconds.toFixed(1)} s)`))].join(
      ' and ',
    );
    facts.push(['Spoken', `${spoken}, ${codecWords(codec)}, seed ${plan.seed}`]);
  }
  const receiver = plan === null ? null : receiverWords(plan.playout);
  if (receiver !== null) facts.push(['Receiver', receiver]);
  const labels = Object.entries(report.labels).map(([label, value]) => `${label}=${value}`);
  if (labels.length > 0) facts.push(['Labels', labels.join(', ')]);
  return facts;
}

/** The real engines at the ends, and where a replay put our own receiver in the place of one. Empty for a call of our own peers. */
function engineWords({ directions, peers }: Report): string {
  const words = DIRECTIONS.flatMap((direction) => {
    const side = LISTENERS[direction];
    const peer = peers?.[side] ?? 'callprobe';
    if (peer === 'callprobe') return [];
    return [`${side}: ${peer}${directions[direction]?.receiver === 'callprobe' ? ', what it got played out by callprobe' : ''}`];
  });
  return words.join('; ');
}

/** The codec as people name it, and how it was set. */
function codecWords(codec: CodecSettings): string {
  const { bitrateBps, packetTimeMs, redundancy } = codec;
  const name = codec.name === 'opus' ? `Opus ${bitrateBps / 1000} kbit/s` : G711_WORDS[codec.name];
  const own = codec.name === 'opus' ? [...(codec.fec ? ['FEC'] : []), ...(codec.dtx ? ['DTX'] : [])] : [];
  return [name, `${packetTimeMs} ms packets`, ...own, ...(redundancy === undefined ? [] : [`RED ${redundancy}`])].join(', ');
}

/** What was played out, of which file, and what it was compared with. */
function captureFacts({ file, reference, streams, chosen, packetTimeMs, playout }: CaptureSummary): (readonly [string, string])[] {
  const stream = streams[chosen];
  const codec = CODEC_WORDS[stream?.codec ?? ''] ?? stream?.codec ?? 'unknown codec';
  const receiver = receiverWords(playout);
  return [
    [
      'Played',
      `${file}: RTP stream ${hexSsrc(stream?.ssrc ?? 0)}, ${codec}${stream?.redundant === true ? ' with redundancy' : ''} in packets of ${packetTimeMs} ms`,
    ],
    ['Compared', reference === null ? 'with nothing: no reference was given, so nothing is scored' : `with ${reference}`],
    ...(receiver === null ? [] : ([['Receiver', receiver]] as const)),
  ];
}

const CONCEALMENT_WORDS: Readonly<Record<ConcealmentMode, string>> = {
  neteq: 'repeats pitch periods where a packet is missing',
  opus: "has the codec's own concealment",
  repeat: 'repeats the last packet where one is missing',
  silence: 'plays silence where a packet is missing',
};

/** How the sound was played out, where that is not how a receiver of libwebrtc's would do it by itself; null where it is. */
function receiverWords({ concealment, fixedDelayMs, minDelayMs, useFec }: PlayoutSettings): string | null {
  const parts = [
    ...(fixedDelayMs === null ? [] : [`fixed buffer of ${fixedDelayMs} ms`]),
    ...(fixedDelayMs === null && minDelayMs > 0 ? [`buffer of ${minDelayMs} ms or more`] : []),
    ...(concealment === 'neteq' ? [] : [CONCEALMENT_WORDS[concealment]]),
    ...(useFec === false ? ['uses no error correction'] : []),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function routeWords({ transport, certificateChecked, server, links }: RelayRoute): string {
  const how = transport === 'tls' ? `TLS${certificateChecked === true ? '' : ' (certificate not checked)'}` : transport.toUpperCase();
  const via =
    links.caller === null && links.callee === null
      ? []
      : [`caller by ${links.caller ?? 'any link'}`, `callee by ${links.callee ?? 'any link'}`];
  return [`over ${how}`, ...(server === null ? [] : [server]), ...via].join(', ');
}
