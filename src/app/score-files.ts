import { basename } from 'node:path';
import { readWavFile, type WavFile } from '../audio/wav.ts';
import { MAX_RECORDING_SECONDS } from '../config/defaults.ts';
import { notApplicable } from '../core/measurement.ts';
import type { Report } from '../core/report.ts';
import { scoreRecording } from '../score/score-recording.ts';
import { overTime } from './explained-events.ts';
import { readWavBytes } from './files.ts';
import type { Host } from './host.ts';
import { reportRecording } from './report-recording.ts';
import { checkSpeech } from './stimulus.ts';

/** What `score` was asked for, besides the two files. */
export interface ScoreRequest {
  readonly referenceFile: string;
  readonly recordingFile: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly requested: Readonly<Record<string, unknown>>;
}

/** Scores a recording against its reference, without a call. Throws UserError when either cannot be read or the reference holds no speech. */
export async function scoreFiles(request: ScoreRequest, host: Host): Promise<Report> {
  const startedAt = host.nowIso();
  const reference = await readSound(request.referenceFile);
  const recording = await readSound(request.recordingFile);
  checkSpeech(reference.signal, basename(request.referenceFile));
  const heard = scoreRecording(reference.signal, recording.signal, null);
  const { scores, alignment, speechFound, noSpeechReason } = heard;
  const directions: Report['directions'] = {
    recording: {
      network: null,
      playout: null,
      mouthToEarDelaySeconds: notApplicable('a recording alone does not tell when its sound was spoken'),
      scores,
      alignment,
      speechFound,
      noSpeechReason,
      ...overTime({ events: [], scores: heard }, { source: 'recording', codec: null, engine: null, packets: null }),
      recording: basename(request.recordingFile),
    },
  };
  const { labels, requested } = request;
  const warnings = [...reference.warnings, ...recording.warnings];
  return reportRecording({ tool: host.tool, startedAt, labels, requested, directions, warnings, artifacts: {} });
}

/** A recording or its reference from a WAV file. Throws UserError when it cannot be read, or is too long. */
export async function readSound(file: string, maxSeconds: number = MAX_RECORDING_SECONDS): Promise<WavFile> {
  const name = basename(file);
  return readWavFile(await readWavBytes(file, name, maxSeconds), name, { maxSeconds });
}
