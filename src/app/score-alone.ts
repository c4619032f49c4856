import { basename } from 'node:path';
import { MAX_ALONE_SECONDS } from '../config/defaults.ts';
import { notApplicable } from '../core/measurement.ts';
import type { Report, Warning } from '../core/report.ts';
import { notScored } from '../core/scores.ts';
import type { Signal } from '../core/signal.ts';
import { rms } from '../dsp/levels.ts';
import { hearAlone } from '../score/single-ended/hear-alone.ts';
import { judgeAlone } from '../verdict/alone.ts';
import type { Host } from './host.ts';
import { openSound } from './open-sound.ts';
import { reportRecording } from './report-recording.ts';
import type { ScoreRequest } from './score-files.ts';

const NO_REFERENCE = 'no reference was given to compare the recording with';

/** What can be told of a recording without its reference. Throws UserError when it cannot be read, is too long, or of too low a rate. */
export async function scoreAlone(request: Omit<ScoreRequest, 'referenceFile'>, host: Host): Promise<Report> {
  const startedAt = host.nowIso();
  const name = basename(request.recordingFile);
  const { signal, warnings } = await readLoudest(request.recordingFile);
  const { singleEnded, events } = hearAlone(signal);
  const directions: Report['directions'] = {
    recording: {
      network: null,
      playout: null,
      mouthToEarDelaySeconds: notApplicable('a recording alone does not tell when its sound was spoken'),
      ...notScored(NO_REFERENCE),
      noSpeechReason: singleEnded.status === 'silent' ? 'silent' : null,
      singleEnded,
      events,
      recording: name,
    },
  };
  const { labels, requested } = request;
  const given = { tool: host.tool, startedAt, labels, requested, directions, warnings, artifacts: {} };
  return reportRecording(given, judgeAlone(name, singleEnded));
}

/** The loudest channel of a recording: a mix of two microphones would sound like a comb. */
async function readLoudest(file: string): Promise<{ signal: Signal; warnings: readonly Warning[] }> {
  const source = await openSound(file, MAX_ALONE_SECONDS);
  try {
    const channels = await source.read(0, source.frames);
    const [loudest] = channels.map((samples) => ({ samples, level: rms(samples) })).sort((a, b) => b.level - a.level);
    return { signal: { samples: loudest?.samples ?? new Float32Array(0), sampleRateHz: source.sampleRateHz }, warnings: source.warnings() };
  } finally {
    await source.close();
  }
}
