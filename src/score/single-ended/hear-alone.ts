import { measured, measuredValue, notApplicable } from '../../core/measurement.ts';
import type { SoundEvent } from '../../core/playout-stats.ts';
import { durationSeconds, type Signal } from '../../core/signal.ts';
import { EVIDENCE_IDS, type Evidence, type EvidenceId, noEvidence, type SingleEnded } from '../../core/single-ended.ts';
import { background } from './background.ts';
import { buzzLine } from './buzz-line.ts';
import { constantPitch } from './constant-pitch.ts';
import { deadPauses } from './dead-pauses.ts';
import { flatTops } from './flat-tops.ts';
import { FRAME_SECONDS, type Listening, listenTo } from './listening.ts';
import { mutes } from './mutes.ts';
import { reach } from './reach.ts';
import { repetition } from './repetition.ts';
import { robotization } from './robotization.ts';
import type { Sign } from './sign.ts';
import { whyNoSpeech } from './speech.ts';
import { speechStretches } from './stretches.ts';

/** A recording whose active level is below this is silent, dBov: as in the scores with a reference. */
const SILENT_DBOV = -55;
/** Less speech than this shows nothing, seconds. Under 3 s what it shows is weaker yet, and the verdict says so. */
const LEAST_SPEECH_SECONDS = 1.5;

export interface HeardAlone {
  readonly singleEnded: SingleEnded;
  /** Where the signs have a place in time, in its order. */
  readonly events: readonly SoundEvent[];
}

/**
 * Everything that can be told from a recording without its reference. Linear in its length, and silent on natural speech. @param recording any rate of
 * 8 … 192 kHz (RangeError otherwise), any length; silence, noise and music come back with a status that says so
 */
export function hearAlone(recording: Signal): HeardAlone {
  const listening = listenTo(recording);
  const { activity } = listening;
  const speechSeconds = activity.activeFrames * FRAME_SECONDS;
  const { status, reason } = judgeable(listening, speechSeconds);
  const level: Sign = { measurement: measured(activity.activeLevelDb, 'dBov'), parts: {}, strength: null, kind: null, events: [] };
  const signs: Record<EvidenceId, Sign> =
    status === 'heard' ? { ...voiceSigns(listening), clipping: flatTops(listening), level } : unheard(listening, level, reason ?? '');
  const seconds = durationSeconds(recording);
  const none = notApplicable(reason ?? '');
  return {
    singleEnded: {
      status,
      reason,
      speechSeconds: status === 'no-speech' || status === 'silent' ? none : measured(speechSeconds, 's'),
      speechRatio: status === 'no-speech' || status === 'silent' ? none : measured(Math.min(1, speechSeconds / seconds), 'ratio'),
      evidence: Object.fromEntries(EVIDENCE_IDS.map((id) => [id, withoutEvents(signs[id])])) as Record<EvidenceId, Evidence>,
    },
    events: EVIDENCE_IDS.flatMap((id) => signs[id].events).sort((a, b) => a.at - b.at),
  };
}

function judgeable(listening: Listening, speechSeconds: number): Pick<SingleEnded, 'status' | 'reason'> {
  const { activity } = listening;
  if (Math.max(activity.activeLevelDb, activity.topDb) < SILENT_DBOV) return { status: 'silent', reason: 'the recording is silent' };
  const speech = whyNoSpeech(listening);
  if (speech !== null) return { status: 'no-speech', reason: speech };
  if (speechSeconds < LEAST_SPEECH_SECONDS) {
    return {
      status: 'short',
      reason: `only ${speechSeconds.toFixed(1)} s of speech were found, and less than ${LEAST_SPEECH_SECONDS} s shows nothing`,
    };
  }
  return { status: 'heard', reason: null };
}

function voiceSigns(listening: Listening): Omit<Record<EvidenceId, Sign>, 'clipping' | 'level'> {
  const stretches = speechStretches(listening.activity.active);
  const bandwidth = reach(listening);
  const bandwidthHz = measuredValue(bandwidth.measurement);
  return {
    mutes: mutes(listening, stretches),
    deadPauses: deadPauses(listening),
    repetition: repetition(listening, stretches),
    robotization: robotization(listening, stretches, bandwidthHz),
    constantPitch: constantPitch(listening, stretches),
    buzz: buzzLine(listening, stretches, bandwidthHz),
    noise: background(listening),
    bandwidth,
  };
}

/** Where there is no voice to judge, flat tops and the level can be told all the same. */
function unheard(listening: Listening, level: Sign, reason: string): Record<EvidenceId, Sign> {
  const none: Sign = { ...noEvidence(reason), events: [] };
  const all = Object.fromEntries(EVIDENCE_IDS.map((id) => [id, none])) as Record<EvidenceId, Sign>;
  const silent = listening.activity.activeFrames === 0;
  return { ...all, clipping: { ...flatTops(listening), strength: null }, level: silent ? none : level };
}

function withoutEvents({ measurement, parts, strength, kind }: Sign): Evidence {
  return { measurement, parts, strength, kind };
}
