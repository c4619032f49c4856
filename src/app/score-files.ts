import { basename } from 'node:path';
import { readWavFile, type WavFile } from '../audio/wav.ts';
import { DEFAULT_THRESHOLDS, MAX_RECORDING_SECONDS } from '../config/defaults.ts';
import { notApplicable } from '../core/measurement.ts';
import { CONFORMANCE, REPORT_SCHEMA, type Report, SCHEMA_VERSION } from '../core/report.ts';
import { scoreRecording } from '../score/score-recording.ts';
import { judge } from '../verdict/judge.ts';
import { readWavBytes } from './files.ts';
import type { Host } from './host.ts';
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
  const { scores, alignment, speechFound, noSpeechReason } = scoreRecording(reference.signal, recording.signal, null);
  const directions: Report['directions'] = {
    recording: {
      network: null,
      playout: null,
      mouthToEarDelaySeconds: notApplicable('a recording alone does not tell when its sound was spoken'),
      scores,
      alignment,
      speechFound,
      noSpeechReason,
      events: [],
      recording: basename(request.recordingFile),
    },
  };
  const verdict = judge({
    kind: 'recording',
    path: null,
    phases: [],
    directions,
    flows: null,
    healthValid: true,
    healthReason: null,
    aborted: null,
    thresholds: DEFAULT_THRESHOLDS,
  });
  return {
    schema: REPORT_SCHEMA,
    schemaVersion: SCHEMA_VERSION,
    conformance: CONFORMANCE,
    tool: host.tool,
    kind: 'recording',
    startedAt,
    labels: request.labels,
    runType: 'manual',
    seed: null,
    requested: request.requested,
    plan: null,
    path: null,
    phases: [],
    directions,
    flows: null,
    verdict,
    health: null,
    warnings: [...reference.warnings, ...recording.warnings],
    artifacts: {},
  };
}

async function readSound(file: string): Promise<WavFile> {
  const name = basename(file);
  return readWavFile(await readWavBytes(file, name, MAX_RECORDING_SECONDS), name, { maxSeconds: MAX_RECORDING_SECONDS });
}
