import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { BUNDLED_STIMULI, findBundledStimulus, STIMULI_FOLDER } from '../audio/stimuli.ts';
import { readWav, readWavFile, writeWav } from '../audio/wav.ts';
import {
  MAX_CALL_REFERENCE_SECONDS,
  MIN_REFERENCE_LEVEL_DBOV,
  MIN_REFERENCE_SECONDS,
  MIN_REFERENCE_SPEECH_SECONDS,
} from '../config/defaults.ts';
import type { RunSettings } from '../config/run-settings.ts';
import type { StimulusInfo } from '../core/call-plan.ts';
import { UserError } from '../core/errors.ts';
import type { Warning } from '../core/report.ts';
import { durationSeconds, type Signal } from '../core/signal.ts';
import { activeLevel, speechSeconds } from '../dsp/levels.ts';
import { readWavBytes } from './files.ts';
import { checkRate } from './open-sound.ts';

/** What a call speaks: the sound, the bytes kept beside the recordings, and what the report says of it. */
export interface Stimulus {
  readonly info: StimulusInfo;
  readonly signal: Signal;
  /** 16-bit mono WAV of `signal`, bit for bit: a replay scores against the very same samples. */
  readonly wav: Uint8Array;
  readonly warnings: readonly Warning[];
}

/** Loads the stimulus of a run. Throws UserError for an unknown name, an unreadable file, or one that holds no speech to send. */
export async function loadStimulus(choice: RunSettings['stimulus'], packageRoot: string): Promise<Stimulus> {
  const { file, name } =
    choice.kind === 'file' ? { file: choice.file, name: basename(choice.file) } : bundledFile(choice.name, packageRoot);
  const bytes = await readWavBytes(file, name, MAX_CALL_REFERENCE_SECONDS);
  const read = readWavFile(bytes, name, { maxSeconds: MAX_CALL_REFERENCE_SECONDS });
  checkSpeech(read.signal, name);
  const wav = writeWav(read.signal);
  const signal = readWav(wav, name);
  return { info: describeStimulus(name, signal, createHash('sha256').update(bytes).digest('hex')), signal, wav, warnings: read.warnings };
}

function describeStimulus(name: string, signal: Signal, sha256: string): StimulusInfo {
  return { name, sha256, sampleRateHz: signal.sampleRateHz, seconds: durationSeconds(signal) };
}

function bundledFile(name: string, packageRoot: string): { file: string; name: string } {
  const stimulus = findBundledStimulus(name);
  if (stimulus === null) {
    const names = BUNDLED_STIMULI.map((known) => known.name).join(', ');
    throw new UserError(
      'unknown-stimulus',
      `there is no stimulus "${name}"`,
      `choose one of ${names}; a call takes your own speech, too, with --reference FILE.wav`,
    );
  }
  return { file: join(packageRoot, STIMULI_FOLDER, stimulus.file), name };
}

/** A reference must hold something to score by. */
export function checkSpeech(signal: Signal, name: string): void {
  checkRate(signal.sampleRateHz, name);
  if (durationSeconds(signal) < MIN_REFERENCE_SECONDS) {
    throw new UserError(
      'reference-short',
      `${name} lasts ${durationSeconds(signal).toFixed(1)} s: too short to score by`,
      `give ${MIN_REFERENCE_SECONDS} s of speech or more; 8 to 12 s with pauses are best`,
    );
  }
  if (activeLevel(signal.samples, signal.sampleRateHz).dbov < MIN_REFERENCE_LEVEL_DBOV) {
    throw new UserError('reference-silent', `${name} is silent: there is no speech in it to score by`, 'give a recording of clear speech');
  }
  const spoken = speechSeconds(signal.samples, signal.sampleRateHz);
  if (spoken < MIN_REFERENCE_SPEECH_SECONDS) {
    throw new UserError(
      'reference-few-words',
      `${name} holds ${spoken.toFixed(1)} s of speech, a word or two: too little to score by`,
      `give ${MIN_REFERENCE_SPEECH_SECONDS} s of speech or more; two or three sentences with pauses are best`,
    );
  }
}
