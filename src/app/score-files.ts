import { basename } from 'node:path';
import { readWavFile, type WavFile } from '../audio/wav.ts';
import { MAX_RECORDING_SECONDS, MAX_SEARCHED_SECONDS } from '../config/defaults.ts';
import { UserError } from '../core/errors.ts';
import type { LocatedRecording } from '../core/located.ts';
import { measuredValue, notApplicable } from '../core/measurement.ts';
import type { Report } from '../core/report.ts';
import { MOS_SCORES, notScored, type RecordingScores, type ScoreId, type Scores, scoresNotApplicable } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import type { HeardOverTime } from '../core/time-line.ts';
import { scoreRecording } from '../score/score-recording.ts';
import { looksSwapped } from '../score/swapped.ts';
import { overTime } from './explained-events.ts';
import { readWavBytes } from './files.ts';
import type { Host } from './host.ts';
import { locateRecording, type SearchOptions } from './locate-recording.ts';
import { openSound } from './open-sound.ts';
import { reportRecording } from './report-recording.ts';
import { checkSpeech } from './stimulus.ts';

/** What `score` was asked for, besides the two files. */
export interface ScoreRequest {
  readonly referenceFile: string;
  readonly recordingFile: string;
  /** Which of several plays of the reference is to be scored, from 1; the first whole one when left out. */
  readonly play?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly requested: Readonly<Record<string, unknown>>;
  /** Told how much of the recording has been searched, 0–1. */
  readonly onProgress?: SearchOptions['onProgress'];
}

/** A search as short as this beyond the reference's own length is let be decided by the scores' own, finer alignment, seconds; if it is so similar at least. */
const PAIR_SECONDS = 5;
const PAIR_SIMILARITY = 0.35;

/**
 * Scores a recording against its reference, without a call: finds the reference in it first. Throws UserError when either cannot be read or the
 * reference holds too little speech.
 */
export async function scoreFiles(request: ScoreRequest, host: Host): Promise<Report> {
  const startedAt = host.nowIso();
  const reference = await readReference(request.referenceFile);
  checkSpeech(reference.signal, basename(request.referenceFile));
  const source = await openSound(request.recordingFile, MAX_SEARCHED_SECONDS);
  try {
    const { overTime: heard, ...found } = await findAndScore(reference.signal, source, request);
    const untold = { source: 'recording', codec: null, engine: null, packets: null } as const;
    const directions: Report['directions'] = {
      recording: {
        network: null,
        playout: null,
        mouthToEarDelaySeconds: notApplicable('a recording alone does not tell when its sound was spoken'),
        ...found,
        ...placed(overTime({ events: [], scores: { ...found, overTime: heard } }, untold), found.located),
        recording: basename(request.recordingFile),
      },
    };
    const { labels, requested } = request;
    const warnings = [...reference.warnings, ...source.warnings()];
    return reportRecording({ tool: host.tool, startedAt, labels, requested, directions, warnings, artifacts: {} });
  } finally {
    await source.close();
  }
}

/** Times of what was heard, from the cut's axis to the recording's own. */
function placed(heard: ReturnType<typeof overTime>, { cut, driftRemoved, driftPpm }: LocatedRecording): ReturnType<typeof overTime> {
  const from = cut?.fromSeconds ?? 0;
  const slower = driftRemoved ? 1 + (measuredValue(driftPpm) ?? 0) / 1e6 : 1;
  return {
    events: heard.events.map((event) => ({
      ...event,
      at: inThousandths(from + event.at * slower),
      seconds: inThousandths(event.seconds * slower),
    })),
    timeLine: heard.timeLine === null ? null : { ...heard.timeLine, fromSeconds: inThousandths(from) },
  };
}

/** As places in a recording are told. */
function inThousandths(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

const SWAPPED = 'reference and recording have probably changed places';

type Scored = RecordingScores & { readonly located: LocatedRecording };

async function findAndScore(reference: Signal, source: Awaited<ReturnType<typeof openSound>>, request: ScoreRequest): Promise<Scored> {
  const { play, onProgress } = request;
  const options = { play: play ?? null, ...(onProgress === undefined ? {} : { onProgress }) };
  const { located, pair, silent, best } = await locateRecording(reference, source, options);
  if (play !== undefined && located.play === null && located.plays.length > 0) throw noSuchPlay(play, located);
  if (pair !== null) {
    const scored = scoreRecording(pair.reference, pair.recording, null);
    const swapped = located.hindrance === null && looksSwapped(pair.reference, pair.recording, scored.scores);
    const hindrance = swapped ? 'swapped' : located.hindrance;
    if (hindrance === 'swapped') {
      return { ...scored, scores: scoresNotApplicable(SWAPPED), overTime: null, located: { ...located, hindrance } };
    }
    return { ...(hindrance === 'incomplete' ? withoutMos(scored) : scored), located };
  }
  if (located.hindrance === 'swapped') return { ...notScored(SWAPPED), located };
  const short = located.recordingSeconds < reference.samples.length / reference.sampleRateHz + PAIR_SECONDS;
  if (short && (silent || best >= PAIR_SIMILARITY)) {
    return { ...scoreRecording(reference, await wholeOf(source), null), located };
  }
  const nothing = silent ? 'the recording is silent' : 'nothing of the reference was found in the recording';
  return { ...notScored(nothing), noSpeechReason: silent ? 'silent' : 'unrelated', located };
}

function noSuchPlay(play: number, { plays }: LocatedRecording): UserError {
  const count = `${plays.length} ${plays.length === 1 ? 'time' : 'times'}`;
  return new UserError('no-such-play', `the reference is heard ${count} in the recording, so there is no play ${play}`, 'leave --play out');
}

/** What is missing at either end counts in no overall score, of the whole or of a second: the covered part alone was judged. */
function withoutMos(scored: RecordingScores): RecordingScores {
  const reason = 'the recording does not hold all of the reference';
  const scores = Object.entries(scored.scores).map(([id, score]) =>
    MOS_SCORES.has(id as ScoreId) ? [id, { measurement: notApplicable(reason), parts: {}, dominant: null }] : [id, score],
  );
  return { ...scored, scores: Object.fromEntries(scores) as unknown as Scores, overTime: withoutOpinion(scored.overTime, reason) };
}

function withoutOpinion(heard: HeardOverTime | null, reason: string): HeardOverTime | null {
  if (heard === null) return null;
  const { mosLqo } = heard.timeLine.scores;
  const none = { ...mosLqo, values: mosLqo.values.map(() => null), nullMeans: reason };
  return { ...heard, timeLine: { ...heard.timeLine, scores: { ...heard.timeLine.scores, mosLqo: none } } };
}

async function wholeOf(source: Awaited<ReturnType<typeof openSound>>): Promise<Signal> {
  const channels = await source.read(0, source.frames);
  const samples = (channels[0] as Float32Array).map(
    (_, i) => channels.reduce((sum, channel) => sum + (channel[i] as number), 0) / channels.length,
  );
  return { samples, sampleRateHz: source.sampleRateHz };
}

/** The reference comes first: one that is as long as a recording was probably given in the recording's place. */
async function readReference(file: string): Promise<WavFile> {
  try {
    return await readSound(file);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'wav-too-long') throw error;
    throw new UserError(error.code, error.message, 'the reference comes first and the recording second: did you swap them?');
  }
}

/** A reference from a WAV file. Throws UserError when it cannot be read, or is too long. */
export async function readSound(file: string, maxSeconds: number = MAX_RECORDING_SECONDS): Promise<WavFile> {
  const name = basename(file);
  return readWavFile(await readWavBytes(file, name, maxSeconds), name, { maxSeconds });
}
