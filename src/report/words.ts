import type { G711Settings } from '../core/call-plan.ts';
import type { PhaseId } from '../core/call-record.ts';
import { formatMos, formatPercent, formatSeconds } from '../core/format.ts';
import type { Measurement } from '../core/measurement.ts';
import type { DirectionName, Report } from '../core/report.ts';
import type { ScoreId } from '../core/scores.ts';
import type { EvidenceId } from '../core/single-ended.ts';
import type { Diagnosis, Outcome, Verdict } from '../core/verdict.ts';

/** The report's names as a newcomer reads them. The JSON keeps the names; screens say these. */

export const DIRECTION_WORDS: Readonly<Record<DirectionName, string>> = {
  up: 'caller → callee',
  down: 'callee → caller',
  recording: 'recording',
};

export const DIAGNOSIS_WORDS: Readonly<Record<Diagnosis, string>> = {
  clear: 'clear',
  metallic: 'metallic voice',
  distorted: 'distorted voice',
  choppy: 'choppy voice',
  noisy: 'noisy',
  muffled: 'muffled voice',
  echoing: 'echoing voice',
  delayed: 'delayed voice',
  'one-way': 'one-way call',
  silent: 'silence',
  'call-blocked': 'call blocked',
  'call-dropped': 'call dropped',
  'network-down': 'network down',
  unknown: 'not known',
};

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'PASS',
  warn: 'WARN',
  fail: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
};

/** The verdict in two words; a sound that was compared with nothing has none, or no more than signs. */
export function verdictWords({ verdict, capture, directions }: Pick<Report, 'verdict' | 'capture' | 'directions'>): string {
  if (capture?.reference === null) return 'NOT JUDGED: no reference';
  if (directions.recording?.singleEnded !== undefined) {
    if (verdict.outcome === 'pass') return 'NOT JUDGED: no reference';
    if (verdict.outcome === 'warn')
      return `${OUTCOME_WORDS.warn}: signs of ${SIGN_WORDS[verdict.diagnosis] ?? DIAGNOSIS_WORDS[verdict.diagnosis]}`;
  }
  return `${OUTCOME_WORDS[verdict.outcome]}: ${DIAGNOSIS_WORDS[verdict.diagnosis]}`;
}

/** Where the diagnosis alone does not read well after "signs of". */
const SIGN_WORDS: Readonly<Partial<Record<Diagnosis, string>>> = { noisy: 'noise' };

/** What a sign without a reference is, in the words of its row. */
export const EVIDENCE_WORDS: Readonly<Record<EvidenceId, string>> = {
  mutes: 'silences cut into speech',
  deadPauses: 'background gone',
  repetition: 'sound repeated verbatim',
  robotization: 'periodic at 2.2–3.3 kHz',
  constantPitch: 'on one pitch',
  buzz: 'buzz',
  clipping: 'clipped',
  noise: 'noise in the pauses',
  bandwidth: 'sound reaches up to',
  level: 'level of the speech',
};

export const SCOPE_WORDS: Readonly<Record<Verdict['scope'], string>> = {
  'voice-only': 'voice alone, text was spared',
  'all-traffic': 'all traffic, text too',
  'not-tested': 'not shown by this run',
};

export const PHASE_WORDS: Readonly<Record<PhaseId, string>> = {
  resolving: "look up the relay's name",
  reaching: 'reach the relay',
  allocating: 'get addresses on the relay',
  gathering: 'gather addresses',
  ice: 'find a way through (ICE)',
  dtls: 'agree on keys (DTLS)',
  firstMedia: 'first sound arrives',
  sustainedMedia: 'sound goes on',
  text: 'text beside the call',
};

/** The data channel, told beside the phases. */
export const DATA_CHANNEL_WORDS = 'text inside the call';

/** What a score is, in the words of its row. The sense (which end is bad) stands in the section's heading. */
export const SCORE_WORDS: Readonly<Record<ScoreId, string>> = {
  mosLqo: 'overall (MOS-LQO)',
  visqol: 'ViSQOL',
  mosCqe: 'from network alone',
  metallic: 'metallic, robotic',
  distortion: 'distorted',
  discontinuity: 'drop-outs',
  noisiness: 'noisy',
  coloration: 'muffled, coloured',
  echo: 'echoing',
  clipping: 'clipped',
  levelError: 'too quiet or loud',
};

/** P.800's categories of listening quality, by the nearest whole opinion. */
const MOS_CATEGORIES = ['bad', 'poor', 'fair', 'good', 'excellent'] as const;

export function mosWord(mos: number): string {
  return MOS_CATEGORIES[Math.min(4, Math.max(0, Math.round(mos) - 1))] ?? 'bad';
}

/** What captured speech is coded with. */
export const CODEC_WORDS: Readonly<Record<string, string>> = { opus: 'Opus', pcmu: 'G.711 (PCMU)', pcma: 'G.711 (PCMA)' };

/** The same with the law spelled out, where there is room. */
export const G711_WORDS: Readonly<Record<G711Settings['name'], string>> = { pcmu: 'G.711 μ-law (PCMU)', pcma: 'G.711 A-law (PCMA)' };

/** An RTP source (SSRC) as captures are read by: hexadecimal. */
export function hexSsrc(ssrc: number): string {
  return `0x${ssrc.toString(16).padStart(8, '0')}`;
}

/** Stands where there is no value; the reason is told below the table. */
export const NO_VALUE = '–';

/** A measured value in the unit a person reads it in; `–` where there is none. Percent exists on screen alone. */
export function valueWords(measurement: Measurement): string {
  if (measurement.status !== 'ok') return NO_VALUE;
  const { value, unit } = measurement;
  switch (unit) {
    case 'MOS':
      return formatMos(value);
    case 'score':
      return value.toFixed(2);
    case 'ratio':
      return formatPercent(value);
    case 's':
      return formatSeconds(value);
    case 'ms':
      return formatSeconds(value / 1000);
    case 'count':
      return Number.isInteger(value) ? `${value}` : value.toFixed(1);
    default:
      return `${value.toFixed(1)} ${unit}`;
  }
}

/** Why there is no value; null where there is one. */
export function reasonWords(measurement: Measurement): string | null {
  if (measurement.status === 'ok') return null;
  return measurement.status === 'failed' ? `failed: ${measurement.message} (${measurement.code})` : measurement.reason;
}
