import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readWav } from '../src/audio/wav.ts';
import type { Signal } from '../src/core/signal.ts';
import { resample } from '../src/dsp/resample.ts';
import { DATA } from './support-data.ts';

/** Clean speech to degrade, by name. */
export interface Talker {
  readonly name: string;
  readonly signal: Signal;
}

/** The bundled stimuli and, where it is there, the human speech of the data. */
export function talkers(): Talker[] {
  return [resolve('fixtures/stimuli'), resolve(DATA, 'speech')].flatMap(wavsIn);
}

/** The same at 16 kHz. */
export function talkers16k(): Talker[] {
  return talkers().map(({ name, signal }) => ({ name, signal: resample(signal, 16_000) }));
}

function wavsIn(folder: string): Talker[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith('.wav'));
    return files.map((file) => ({ name: file.slice(0, -4), signal: readWav(readFileSync(resolve(folder, file)), file) }));
  } catch {
    console.log(`skipped: ${folder} is absent`);
    return [];
  }
}
