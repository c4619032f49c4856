import { formatSeconds } from '../../core/format.ts';
import type { CapturedStreamSummary, Report } from '../../core/report.ts';
import { escapeText } from '../terminal-text.ts';
import { CODEC_WORDS, hexSsrc } from '../words.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

/** A capture of a busy machine may hold hundreds. */
const MAX_STREAMS = 12;

/** The streams of a capture, where there is more than one to choose from. */
export function streamLines({ capture }: Report, columns: number, palette: Palette): string[] {
  if (capture === undefined || capture.streams.length < 2) return [];
  const { streams, chosen } = capture;
  const shown = streams.map((stream, index) => ({ stream, index })).sort((a, b) => Number(b.index === chosen) - Number(a.index === chosen));
  const lines = shown.slice(0, MAX_STREAMS).flatMap(({ stream, index }) => {
    const text = `${hexSsrc(stream.ssrc)}: ${describe(stream)}`;
    const line = hanging(index === chosen ? '  ▸' : '', escapeText(text), 4, columns);
    return index === chosen ? line : line.map((part) => palette.dim(part));
  });
  const rest = streams.length - MAX_STREAMS;
  return [
    palette.title(`RTP streams in the capture (${streams.length}); choose with --ssrc`),
    ...lines,
    ...(rest > 0 ? [palette.dim(`  and ${rest} more in the report (--json)`)] : []),
  ];
}

function describe({
  codec,
  unplayable,
  redundant,
  payloadType,
  packets,
  seconds,
  sourcePort,
  destinationPort,
}: CapturedStreamSummary): string {
  const what = codec === null ? `type ${payloadType}` : `${CODEC_WORDS[codec] ?? codec}${redundant === true ? ' with redundancy' : ''}`;
  const ports = sourcePort === null || destinationPort === null ? '' : `, port ${sourcePort} to ${destinationPort}`;
  return `${what}, ${formatSeconds(seconds)}, ${packets} packets${ports}${unplayable === null ? '' : `: ${unplayable}`}`;
}
