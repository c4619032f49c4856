import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWav, writeWav } from '../../src/audio/wav.ts';
import type { Signal } from '../../src/core/signal.ts';

const STIMULI: string = join(import.meta.dirname, '../../fixtures/stimuli');

/** A bundled stimulus, or its first seconds. */
export function bundledSpeech(name: string, seconds?: number): Signal {
  const { samples, sampleRateHz } = readWav(readFileSync(join(STIMULI, `${name}.wav`)), name);
  return { samples: seconds === undefined ? samples : samples.slice(0, Math.round(seconds * sampleRateHz)), sampleRateHz };
}

/** Writes a signal to a WAV file in a folder, and gives its path. */
export function writeSpeech(folder: string, name: string, signal: Signal): string {
  const file = join(folder, name);
  writeFileSync(file, writeWav(signal));
  return file;
}
