import { formatPercent, formatSeconds, joinWords } from '../core/format.ts';
import { type Measurement, measuredValue } from '../core/measurement.ts';
import { EVIDENCE_IDS, type EvidenceId, FOUND_FROM, foundSigns, type SingleEnded } from '../core/single-ended.ts';
import type { Check, Diagnosis, Verdict } from '../core/verdict.ts';

/** However strong the signs, without a reference the diagnosis is carried no further than this: half the way. */
const MOST_CONFIDENCE = 0.5;
/** Speech from which there is enough to judge, as in the verdicts with a reference, seconds. */
const ENOUGH_SPEECH_SECONDS = 3;

/** The diagnosis each sign points to, in the words of the other verdicts. */
const POINTS_TO: Readonly<Partial<Record<EvidenceId, Diagnosis>>> = {
  mutes: 'choppy',
  repetition: 'metallic',
  robotization: 'metallic',
  constantPitch: 'metallic',
  buzz: 'metallic',
  clipping: 'distorted',
  noise: 'noisy',
};

const ADJECTIVES: Readonly<Partial<Record<Diagnosis, string>>> = {
  choppy: 'broken up',
  metallic: 'metallic or robotic',
  distorted: 'overdriven',
  noisy: 'noisy',
};

const WEAKER =
  'Without what was spoken this is weak evidence: it tells neither how good the call was nor who or what caused it, and may come from the speaker or the recording itself';

/**
 * The verdict on a recording without its reference: `warn` when it shows signs of damage, never `fail`; `pass` when it shows none, which proves nothing, so
 * the diagnosis is then `unknown` and not `clear`; `inconclusive` when there was no speech to look at. The confidence is 0.5 at most.
 * @param name of the file
 */
export function judgeAlone(name: string, heard: SingleEnded): Verdict {
  const checks = checksOf(heard);
  const common = { scope: 'not-tested', resembles: null, checks } as const;
  if (heard.status !== 'heard') {
    const summary = `Nothing can be said of ${name}: ${heard.reason ?? 'there was nothing to look at'}.`;
    return { ...common, outcome: 'inconclusive', diagnosis: 'unknown', confidence: 0, summary };
  }
  const signs = foundSigns(heard).filter((id) => POINTS_TO[id] !== undefined);
  const [strongest] = signs;
  if (strongest === undefined) {
    const summary = `No sign of damage was found in ${name} by itself${littleSpeech(heard)}: ${lookedFor(heard)}. Without what was spoken this does not show that it sounds well.`;
    return { ...common, outcome: 'pass', diagnosis: 'unknown', confidence: 0, summary };
  }
  const diagnosis = POINTS_TO[strongest] ?? 'unknown';
  const words = joinWords([...new Set(signs.map((id) => ADJECTIVES[POINTS_TO[id] ?? 'unknown'] ?? ''))]);
  const facts = signs.map((id) => factOf(id, heard)).join('; ');
  return {
    ...common,
    outcome: 'warn',
    diagnosis,
    confidence: confidenceOf(heard, strongest),
    summary: `${name} by itself shows signs of sound that is ${words}${littleSpeech(heard)}: ${facts}. ${WEAKER}.`,
  };
}

function checksOf({ evidence }: SingleEnded): Check[] {
  return EVIDENCE_IDS.filter((id) => POINTS_TO[id] !== undefined).map((id) => {
    const { strength } = evidence[id];
    const status = strength === null ? 'not-checked' : strength >= FOUND_FROM ? 'warn' : 'pass';
    return { id, direction: 'recording', status, value: strength, limit: FOUND_FROM, must: 'at-most' };
  });
}

function confidenceOf({ evidence, speechSeconds }: SingleEnded, id: EvidenceId): number {
  const enough = Math.min(1, 0.25 + (0.75 * (measuredValue(speechSeconds) ?? 0)) / ENOUGH_SPEECH_SECONDS);
  return Math.round(100 * MOST_CONFIDENCE * (evidence[id].strength ?? 0) * enough) / 100;
}

function littleSpeech({ speechSeconds }: SingleEnded): string {
  const seconds = measuredValue(speechSeconds) ?? 0;
  return seconds < ENOUGH_SPEECH_SECONDS ? ` (in only ${formatSeconds(seconds)} of speech)` : '';
}

/** What a sign says, as a clause. */
function factOf(id: EvidenceId, { evidence }: SingleEnded): string {
  const { measurement, parts, kind } = evidence[id];
  const percent = (of: Measurement | undefined): string => formatPercent(measuredValue(of) ?? 0);
  const part = (name: string): number => measuredValue(parts[name]) ?? 0;
  switch (id) {
    case 'mutes':
      return `${part('count')} silence${part('count') === 1 ? '' : 's'} with hard edges (${formatSeconds(part('seconds'))} in all) cut into the speech, as lost packets that are played as nothing do`;
    case 'repetition':
      return `the sound before is repeated verbatim in ${percent(measurement)} of the speech, as concealment of lost packets does`;
    case 'robotization':
      return `${percent(measurement)} of the loud speech is periodic between 2.2 and 3.3 kHz, where a voice is breath, as vocoders make it`;
    case 'constantPitch':
      return `${percent(measurement)} of the speech keeps to one pitch (${part('pitch').toFixed(0)} Hz), as a voice that was made or changed by a machine does`;
    case 'buzz':
      return `the voice is modulated at ${part('frequency').toFixed(0)} Hz, which is heard as a buzz`;
    case 'clipping':
      return `${percent(measurement)} of the samples are clipped`;
    default:
      return noiseWords(measuredValue(measurement) ?? 0, kind, part('humFrequency'));
  }
}

function noiseWords(levelDb: number, kind: string | null, humHz: number): string {
  const what = kind === 'hum' ? `mains hum of ${humHz.toFixed(0)} Hz` : kind === 'babble' ? 'voices in the background' : 'noise';
  return `${what} only ${Math.max(0, -levelDb).toFixed(0)} dB under the voice fills the pauses`;
}

const LOOKED_FOR: readonly (readonly [EvidenceId, string])[] = [
  ['mutes', 'silences cut into speech'],
  ['repetition', 'repeated sound'],
  ['robotization', 'vocoder sound'],
  ['constantPitch', 'a pitch that does not move'],
  ['buzz', 'a buzz'],
  ['clipping', 'clipping'],
  ['noise', 'loud noise'],
];

/** What was looked for and not found; and what could not be looked for. */
function lookedFor({ evidence }: SingleEnded): string {
  const words = (looked: boolean): string[] =>
    LOOKED_FOR.filter(([id]) => (evidence[id].strength !== null) === looked).map(([, word]) => word);
  const missing = words(false);
  return `no ${joinWords(words(true)).replace(/ and (?=[^,]*$)/, ' or ')}${missing.length === 0 ? '' : ` (${joinWords(missing)} could not be looked for)`}`;
}
