import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readWav } from '../src/audio/wav.ts';
import type { Signal } from '../src/core/signal.ts';

/** Measurement data beside the repository, seen from its root, where npm runs scripts. */
export const DATA: string = resolve('../shared/data');

/** A sound of the data, or null, saying so, where it is absent. */
export function readSound(path: string): Signal | null {
  const file = resolve(DATA, path);
  if (!existsSync(file)) {
    console.log(`skipped: ${path} is absent from ../shared/data`);
    return null;
  }
  return readWav(readFileSync(file), path);
}

/** CPU seconds of the fastest of `times` calls: the one least disturbed by the rest of the machine. */
export function cpuSeconds(times: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}
