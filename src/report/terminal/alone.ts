import { formatPercent, formatSeconds } from '../../core/format.ts';
import { measuredValue } from '../../core/measurement.ts';
import type { Report } from '../../core/report.ts';
import { EVIDENCE_IDS, type EvidenceId, FOUND_FROM, type SingleEnded } from '../../core/single-ended.ts';
import { escapeText, padText, wrapText } from '../terminal-text.ts';
import { EVIDENCE_WORDS, NO_VALUE, reasonWords, valueWords } from '../words.ts';
import { hanging } from './layout.ts';
import type { Palette } from './palette.ts';

const LABEL_COLUMNS = 27;

/** What a recording shows without its reference, what that is worth, and how to learn more. Nothing where there was a reference. */
export function aloneLines(report: Report, columns: number, palette: Palette): string[] {
  const heard = report.directions.recording?.singleEnded;
  if (heard === undefined) return [];
  const rows = EVIDENCE_IDS.map((id) => rowOf(id, heard, palette));
  return [
    palette.title('Signs in the recording alone (! found; no score, no MOS)'),
    padText('  speech', LABEL_COLUMNS) + speechWords(heard),
    ...rows,
    ...missingLines(heard, columns),
    '',
    palette.title('How much this is worth'),
    ...wrapText(
      'Less than with the reference. Only damage that no natural voice shows can be found so; loss that a good receiver fills in, or muffled, distorted, echoing, ' +
        'stretched or sparingly coded sound, mostly not. What is found may come from the call, or from the speaker, the room, the microphone or whatever recorded it.',
      columns - 2,
    ).map((line) => `  ${line}`),
    ...hanging(
      '  Better:',
      'write a reference (callprobe stimulus -o ref.wav), play it into the call, record the other end, and run',
      10,
      columns,
    ),
    `${' '.repeat(10)}callprobe score ref.wav RECORDING`,
  ];
}

function rowOf(id: EvidenceId, heard: SingleEnded, palette: Palette): string {
  const { strength } = heard.evidence[id];
  const isFound = strength !== null && strength >= FOUND_FROM;
  const line = padText(`${isFound ? '!' : ' '} ${EVIDENCE_WORDS[id]}`, LABEL_COLUMNS) + escapeText(wordsOf(id, heard));
  return isFound ? palette.warn(line) : line;
}

/** Speech cannot be told where there is none. */
function speechWords({ speechSeconds, speechRatio }: SingleEnded): string {
  const seconds = measuredValue(speechSeconds);
  return seconds === null ? NO_VALUE : `${formatSeconds(seconds)}, ${valueWords(speechRatio)} of the recording`;
}

function wordsOf(id: EvidenceId, { evidence }: SingleEnded): string {
  const { measurement, parts, kind } = evidence[id];
  const value = measuredValue(measurement);
  if (value === null) return NO_VALUE;
  const part = (name: string): number => measuredValue(parts[name]) ?? 0;
  switch (id) {
    case 'mutes':
      return part('count') === 0 ? 'none' : `${part('count')}, ${formatSeconds(part('seconds'))} in all`;
    case 'deadPauses':
      return part('count') === 0 ? 'never' : `${part('count')} times, ${formatPercent(value)} of the time`;
    case 'repetition':
    case 'constantPitch':
      return `${formatPercent(value)} of the speech`;
    case 'robotization':
      return `${formatPercent(value)} of loud speech`;
    case 'buzz':
      return `${value.toFixed(1)} dB at ${part('frequency').toFixed(0)} Hz`;
    case 'clipping':
      return `${formatPercent(value)} of the samples`;
    case 'noise':
      return `${Math.abs(value).toFixed(0)} dB ${value <= 0 ? 'under' : 'over'} the speech${kindWords(kind, part('humFrequency'))}`;
    case 'bandwidth':
      return `${(value / 1000).toFixed(1)} kHz of ${(part('limit') / 1000).toFixed(1)} there could be`;
    default:
      return valueWords(measurement);
  }
}

function kindWords(kind: string | null, humHz: number): string {
  if (kind === null) return '';
  return kind === 'hum' ? `, hum ${humHz.toFixed(0)} Hz` : kind === 'babble' ? ', babble' : ', steady';
}

/** Why a sign has no value: reasons once each, with all they explain. */
function missingLines({ evidence }: SingleEnded, columns: number): string[] {
  const byReason = new Map<string, string[]>();
  for (const id of EVIDENCE_IDS) {
    const reason = reasonWords(evidence[id].measurement);
    if (reason !== null) byReason.set(reason, [...(byReason.get(reason) ?? []), EVIDENCE_WORDS[id]]);
  }
  return [...byReason].flatMap(([reason, names]) => {
    const what = names.length > 3 ? `${names.length} values` : names.join(', ');
    return hanging(`  ${NO_VALUE}`, `${what}: ${escapeText(reason)}`, 4, columns);
  });
}
