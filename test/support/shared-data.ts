import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWav } from '../../src/audio/wav.ts';
import type { Signal } from '../../src/core/signal.ts';

/** Measurement data beside the repository: not part of it, so tests that want it skip where it is absent. */
export const DATA: string = join(import.meta.dirname, '../../../shared/data');

/** Whether a folder of the data is there; says so on stderr when it is not. */
export function haveData(folder: string): boolean {
  const there = existsSync(join(DATA, folder));
  if (!there) process.stderr.write(`skipped: ${folder} is absent from ../shared/data\n`);
  return there;
}

/** A sound of the data, such as `conformance/CA01_01.wav`. */
export function readSound(path: string): Signal {
  return readWav(readFileSync(join(DATA, path)), path);
}
