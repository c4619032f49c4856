import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUNDLED_STIMULI, findBundledStimulus, STIMULI_FOLDER } from '../../src/audio/stimuli.ts';
import { readWavFile } from '../../src/audio/wav.ts';
import type { Signal } from '../../src/core/signal.ts';

interface ManifestEntry {
  readonly name: string;
  readonly file: string;
  readonly language: string;
  readonly talker: string;
  readonly sampleRateHz: number;
  readonly seconds: number;
  readonly sha256: string;
  readonly licence: string;
  readonly text: readonly string[];
}

const folder = new URL(`../../${STIMULI_FOLDER}/`, import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('stimuli.json', folder), 'utf8')) as readonly ManifestEntry[];
const readme = readFileSync(new URL('../README.md', folder), 'utf8');

/** Level of every whole 20 ms frame, dB re full scale; exact silence is -200. */
function frameLevelsDb(signal: Signal): number[] {
  const frame = signal.sampleRateHz / 50;
  const levels: number[] = [];
  for (let start = 0; start + frame <= signal.samples.length; start += frame) {
    const power = signal.samples.subarray(start, start + frame).reduce((sum, sample) => sum + sample * sample, 0) / frame;
    levels.push(10 * Math.log10(power + 1e-20));
  }
  return levels;
}

/** Frames within 25 dB of the 95th percentile: speech, by the rule the files were made to. */
function activeLevels(levels: readonly number[]): number[] {
  const p95 = levels.toSorted((a, b) => a - b)[Math.floor(0.95 * levels.length)] as number;
  return levels.filter((level) => level >= p95 - 25);
}

/** Lengths in seconds of the runs of exact zeros of at least 0.2 s. */
function silences(signal: Signal): number[] {
  const runs: number[] = [];
  let run = 0;
  for (const sample of [...signal.samples, 1]) {
    if (sample === 0) run++;
    else {
      if (run >= 0.2 * signal.sampleRateHz) runs.push(run / signal.sampleRateHz);
      run = 0;
    }
  }
  return runs;
}

describe('the bundled stimuli', () => {
  it('are the ones of the manifest, by name, file, language, talker and sum', () => {
    const listed = BUNDLED_STIMULI.map(({ name, file, language, sha256 }) => ({ name, file, language, sha256 }));
    expect(listed).toEqual(manifest.map(({ name, file, language, sha256 }) => ({ name, file, language, sha256 })));
    for (const [i, stimulus] of BUNDLED_STIMULI.entries()) expect(manifest[i]?.talker.startsWith(`${stimulus.talker},`)).toBe(true);
  });

  it('hold an English woman, an English man and a Russian', () => {
    expect(BUNDLED_STIMULI.map(({ language, talker }) => `${language} ${talker}`)).toEqual(['en female', 'en male', 'ru male']);
  });

  it('are found by name, and only by name', () => {
    for (const stimulus of BUNDLED_STIMULI) expect(findBundledStimulus(stimulus.name)).toBe(stimulus);
    expect(findBundledStimulus('en-child')).toBeNull();
  });

  it('repeat no sentence', () => {
    const sentences = manifest.flatMap((entry) => entry.text);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe.each(manifest)('the stimulus $file', (entry) => {
  const bytes = readFileSync(new URL(entry.file, folder));
  const { signal, format, warnings } = readWavFile(bytes, entry.file);
  const levels = frameLevelsDb(signal);
  const active = activeLevels(levels);

  it('is the file of the manifest and the README', () => {
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256);
    expect(readme).toContain(entry.sha256);
    expect(readme).toContain(entry.text.join(' '));
  });

  it('is 8 to 12 s of mono, 16-bit sound at 16 kHz or more', () => {
    expect(format).toMatchObject({ channels: 1, bitDepth: 16, encoding: 'int', sampleRateHz: entry.sampleRateHz });
    expect(entry.sampleRateHz).toBeGreaterThanOrEqual(16000);
    expect(signal.samples.length / signal.sampleRateHz).toBeCloseTo(entry.seconds, 6);
    expect(entry.seconds).toBeGreaterThanOrEqual(8);
    expect(entry.seconds).toBeLessThanOrEqual(12);
    expect(warnings).toEqual([]);
  });

  it('has at least 1.5 s of exact silence in three or more pieces, some at both ends', () => {
    const runs = silences(signal);
    expect(runs.length).toBeGreaterThanOrEqual(3);
    expect(runs.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThanOrEqual(1.5);
    const ends = Math.round(0.2 * signal.sampleRateHz);
    expect(signal.samples.subarray(0, ends).every((sample) => sample === 0)).toBe(true);
    expect(signal.samples.subarray(-ends).every((sample) => sample === 0)).toBe(true);
  });

  it('speaks at -26 dBov with peaks below -3 dBFS and no constant offset', () => {
    const power = active.reduce((sum, level) => sum + 10 ** (level / 10), 0) / active.length;
    expect(Math.abs(10 * Math.log10(power) + 26)).toBeLessThan(0.1);
    expect(signal.samples.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0)).toBeLessThan(10 ** (-3 / 20));
    expect(Math.abs(signal.samples.reduce((sum, sample) => sum + sample, 0) / signal.samples.length)).toBeLessThan(1e-4);
  });

  it('is dense enough for ViSQOL: 30 % of its speech frames or more reach 5000/32768 once the peak is full scale', () => {
    const peak = signal.samples.reduce((max, sample) => Math.max(max, sample), 0);
    const threshold = 20 * Math.log10((5000 / 32768) * peak);
    expect(active.filter((level) => level >= threshold).length / active.length).toBeGreaterThanOrEqual(0.3);
  });
});
