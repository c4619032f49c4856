import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { writeWav } from '../audio/wav.ts';
import { MAX_RECORDING_SECONDS } from '../config/defaults.ts';
import { UserError } from '../core/errors.ts';
import { durationSeconds, type Signal } from '../core/signal.ts';
import { resample } from '../dsp/resample.ts';
import { writeOutput } from './files.ts';
import type { Host } from './host.ts';
import { loadStimulus } from './stimulus.ts';

/** What `stimulus` was asked for. */
export interface ExportRequest {
  /** Name of a bundled stimulus. */
  readonly voice: string;
  readonly sampleRateHz: number;
  /** How often it is spoken, and how long the pause between is, seconds. */
  readonly repeat: number;
  readonly pauseSeconds: number;
  /** Where to; null only gives the bytes. */
  readonly file: string | null;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
}

/** A stimulus as a WAV file to be played into a call. */
export interface ExportedStimulus {
  readonly wav: Uint8Array;
  readonly seconds: number;
}

/** Silence before the first word and after the last one, seconds: a sound card that wakes up late swallows nothing. */
const EDGE_SECONDS = 0.5;

/**
 * Writes a bundled stimulus as a 16-bit mono WAV, to be played into any call and to be the reference its recording is scored against.
 * Throws UserError for an unknown voice, more repeats than `score` takes for a reference, a file that is there already, and a place that cannot be written to.
 */
export async function exportStimulus(request: ExportRequest, host: Host): Promise<ExportedStimulus> {
  const { signal } = await loadStimulus({ kind: 'bundled', name: request.voice }, host.packageRoot);
  const spoken = repeated(resample(signal, request.sampleRateHz), request.repeat, request.pauseSeconds);
  if (durationSeconds(spoken) > MAX_RECORDING_SECONDS) {
    const what = `that would be ${durationSeconds(spoken).toFixed(0)} s; a reference may be ${MAX_RECORDING_SECONDS} s long`;
    throw new UserError('stimulus-long', what, 'give a lower --repeat or a shorter --pause');
  }
  const wav = writeWav(spoken);
  if (request.file !== null) {
    if (!request.force) await refuseToReplace(request.file);
    await writeOutput(dirname(request.file), basename(request.file), wav);
  }
  return { wav, seconds: durationSeconds(spoken) };
}

function repeated({ samples, sampleRateHz }: Signal, times: number, pauseSeconds: number): Signal {
  const edge = Math.round(EDGE_SECONDS * sampleRateHz);
  const step = samples.length + Math.round(pauseSeconds * sampleRateHz);
  const out = new Float32Array(2 * edge + step * (times - 1) + samples.length);
  for (let i = 0; i < times; i++) out.set(samples, edge + i * step);
  return { samples: out, sampleRateHz };
}

async function refuseToReplace(file: string): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there === null) return;
  throw new UserError('file-exists', `${file} is there already`, 'name another file with -o, or replace it with --force');
}
