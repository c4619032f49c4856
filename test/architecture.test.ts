import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC: string = join(import.meta.dirname, '../src');

/** Which rooms a room may import from, and why. Every room may import from itself. */
const MAY_IMPORT: Record<string, { rooms: string[]; because: string }> = {
  core: { rooms: [], because: 'the vocabulary stands on nothing' },
  dsp: { rooms: ['core'], because: 'signal maths knows no calls, files or networks' },
  path: { rooms: ['core'], because: 'a network path knows nothing of audio or peers' },
  verdict: { rooms: ['core'], because: 'a verdict is judged from values, whoever measured them' },
  report: { rooms: ['core'], because: 'a renderer reads the report and nothing else' },
  compare: { rooms: ['core'], because: 'a comparison reads reports and nothing else' },
  record: { rooms: ['audio', 'core'], because: 'a call record becomes bytes, and back, without the call' },
  config: { rooms: ['core'], because: 'settings are values' },
  history: { rooms: ['core'], because: 'the store knows reports, not how they are made' },
  audio: { rooms: ['dsp', 'core'], because: 'bytes to sound and back' },
  playout: { rooms: ['audio', 'dsp', 'core'], because: 'a receiver sees packets and times, never sockets' },
  score: { rooms: ['dsp', 'core'], because: 'a score hears two sounds, never the network that carried them' },
  call: { rooms: ['path', 'audio', 'core'], because: 'peers speak through the path; what arrives is judged elsewhere' },
  app: {
    rooms: ['core', 'dsp', 'path', 'verdict', 'report', 'compare', 'config', 'history', 'record', 'audio', 'playout', 'score', 'call'],
    because: 'use cases compose the rooms',
  },
  cli: { rooms: ['app', 'config', 'report', 'core'], because: 'the rim asks use cases and prints what they return' },
};

/** The only places a package may be imported from: one wrapper each, so that it can be replaced. */
const PACKAGES: Record<string, string[]> = {
  commander: ['cli/'],
  chalk: ['cli/', 'report/terminal'],
  'cli-table3': ['cli/', 'report/terminal'],
  werift: ['call/'],
  '@roamhq/wrtc': ['call/engines/'],
  'libopus-wasm': ['audio/opus.ts'],
  'wav-decoder': ['audio/wav.ts'],
  'fft.js': ['dsp/fft.ts'],
  'fft-js': ['dsp/fft.ts'],
  'playwright-core': ['call/engines/chromium-'],
};

/** Rooms that are pure: a clock, randomness, sockets and streams come in as arguments. The relay holds the sockets of the path. */
const PURE = /^(core|dsp|playout|score|verdict|report|compare|config|record)\/|^path\/(?!relay|text-relay)/;
const IMPURE_CODE = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bset(Timeout|Interval|Immediate)\b|\bperformance\.now\b|\bprocess\.\w/;

const files: string[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const code: Map<string, string> = new Map(
  files.map((file) => [file, readFileSync(join(SRC, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')]),
);
/** Static imports and re-exports stand at the beginning of a line, their end on the same or a later one; dynamic ones anywhere. */
const importsOf = (file: string): string[] =>
  [...(code.get(file) ?? '').matchAll(/^(?:import\b|export\s+(?:type\s+)?[*{])[^'"]*'([^']+)'|\bimport\(\s*'([^']+)'/gm)].map(
    (match) => (match[1] ?? match[2]) as string,
  );
const room = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : 'index');

describe('the layout of src', () => {
  it.each(files)('%s lives in a known room', (file) => {
    expect(file === 'index.ts' || room(file) in MAY_IMPORT).toBe(true);
  });

  it.each(files)('%s imports only from the rooms its own may know', (file) => {
    if (file === 'index.ts') return;
    const rule = MAY_IMPORT[room(file)];
    const targets = importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(SRC, normalize(join(SRC, dirname(file), name))));
    const broken = targets.filter((target) => room(target) !== room(file) && !rule?.rooms.includes(room(target)));
    expect(broken, rule?.because).toEqual([]);
  });

  it.each(files)('%s imports packages only where they are wrapped', (file) => {
    const packages = importsOf(file).filter((name) => !name.startsWith('.') && !name.startsWith('node:'));
    expect(packages.filter((name) => !PACKAGES[name]?.some((place) => file.startsWith(place)))).toEqual([]);
  });

  it.each(files.filter((file) => PURE.test(file)))('%s touches no clock, randomness or host module', (file) => {
    expect(importsOf(file).filter((name) => name.startsWith('node:'))).toEqual([]);
    expect(code.get(file)?.match(IMPURE_CODE)?.[0] ?? null).toBeNull();
  });

  it('prints from cli alone', () => {
    const printing = files.filter((file) => !file.startsWith('cli/') && /\bconsole\.|process\.(stdout|stderr)/.test(code.get(file) ?? ''));
    expect(printing).toEqual([]);
  });
});
