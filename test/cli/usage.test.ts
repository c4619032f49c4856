import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pcap } from '../support/captures.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';
import { pcmInt, wavBytes } from '../support/wav-bytes.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const speech = writeSpeech(folder.path, 'speech.wav', bundledSpeech('en-female', 4));
const file = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
};
const silence = pcmInt(new Array(16_000 * 3).fill(0), 16);
const longHeader = wavBytes(pcmInt([0, 1], 16), { declaredDataBytes: 0x7fff_0000 });
const threeHours = file('long.wav', longHeader);
// A sparse file: as long as a real one, and no disk taken.
truncateSync(threeHours, 3 * 3_600 * 16_000 * 2 + 44);
mkdirSync(join(folder.path, 'empty'));

const badSounds: [string, string][] = [
  ['a missing file', join(folder.path, 'nowhere.wav')],
  ['a folder', folder.path],
  ['an empty file', file('empty.wav', '')],
  ['a header cut short', file('cut.wav', wavBytes(silence).subarray(0, 30))],
  ['no channels', file('channels.wav', wavBytes(silence, { channels: 0 }))],
  ['no rate', file('rate.wav', wavBytes(silence, { sampleRateHz: 0 }))],
  ['text named .wav', file('text.wav', 'Dear diary, today I called my aunt.\n')],
  ['three hours', threeHours],
  ['silence', file('silent.wav', wavBytes(silence, { sampleRateHz: 16_000 }))],
  ['a tenth of a second', file('short.wav', wavBytes(silence.subarray(0, 3_200), { sampleRateHz: 16_000 }))],
];

const mistakes: [string, string[]][] = [
  ...badSounds.map(([what, path]): [string, string[]] => [`run with a reference of ${what}`, ['run', '--reference', path]]),
  ...badSounds.map(([what, path]): [string, string[]] => [`score with a reference of ${what}`, ['score', path, speech]]),
  ...badSounds.slice(0, 8).map(([what, path]): [string, string[]] => [`score with a recording of ${what}`, ['score', speech, path]]),
  ['an unknown command', ['dance']],
  ['an unknown flag', ['run', '--loud']],
  ['an unknown path', ['run', '--path', 'whatsap']],
  ['an Opus bitrate for G.711', ['run', '--codec', 'pcmu', '--bitrate', '24k']],
  ['an unknown stimulus', ['run', '--stimulus', 'fr-female']],
  ['stimulus and reference', ['run', '--stimulus', 'en-male', '--reference', speech]],
  ['json and quiet', ['run', '--json', '--quiet']],
  ['a least delay above the most', ['run', '--min-delay', '300ms', '--max-delay', '200ms']],
  ['a time without a unit', ['run', '--timeout', '60']],
  ['a flag without its value', ['run', '--path']],
  ['a whole run shorter than its speech', ['run', '--timeout', '5s']],
  ['an escape sequence for a flag', ['run', '--\u001b[31mred']],
  ['a folder that is not empty', ['run', '--reference', speech, '-o', folder.path]],
  ['a folder for the run that is a file', ['run', '--reference', speech, '-o', speech]],
  ['a callee nobody knows', ['run', '--callee', 'firefox']],
  ['two real engines', ['run', '--caller', 'chromium', '--callee', 'libwebrtc']],
  ['a real engine over a real network', ['run', '--callee', 'libwebrtc', '--turn', 'turn:127.0.0.1']],
  ['score of nothing', ['score']],
  ['score by itself of two hours', ['score', threeHours]],
  ['score by itself of a rate of 4 kHz', ['score', file('slow.wav', wavBytes(silence, { sampleRateHz: 4_000 }))]],
  ['replay of a folder without a call', ['replay', join(folder.path, 'empty')]],
  ['a fixed buffer with bounds', ['run', '--buffer', '120ms', '--min-delay', '20ms']],
  ['a buffer of no known kind', ['replay', join(folder.path, 'empty'), '--buffer', 'elastic']],
  ['replay of nothing', ['replay', join(folder.path, 'nowhere')]],
  ['replay of a file that is no capture', ['replay', speech]],
  ['replay of a capture without voice', ['replay', file('empty.pcap', pcap([]))]],
  ['replay of a capture that is damaged', ['replay', file('damaged.pcap', pcap([]).subarray(0, 20))]],
  ['what-if of a capture', ['replay', file('another.pcap', pcap([])), '--what-if']],
  ['what-if of a folder without a call', ['replay', join(folder.path, 'empty'), '--what-if']],
  ['what-if with a receiver', ['replay', join(folder.path, 'empty'), '--what-if', '--buffer', '120ms']],
  ['a stream of a folder', ['replay', join(folder.path, 'empty'), '--ssrc', '5']],
  ['a source that is no number', ['replay', file('third.pcap', pcap([])), '--ssrc', 'me']],
  ['compare without runs', ['compare']],
  ['compare of a folder without a report', ['compare', join(folder.path, 'empty')]],
  ['compare of what is no report', ['compare', file('no-report.json', '{"schema":"other"}')]],
  ['compare of damaged JSON', ['compare', file('damaged.json', '{')]],
  ['paths show of an unknown path', ['paths', 'show', 'nothing']],
];

describe('a mistake on the command line', () => {
  it.concurrent.each(mistakes)('%s: one message with a hint on stderr, exit 2, nothing on stdout', async (_, args) => {
    const { stdout, stderr, status, seconds } = await callprobe(args, { cwd: folder.path });
    expect(status, stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^callprobe: .+\n {2}.+\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(seconds).toBeLessThan(20);
  });

  it('leaves no run folder behind', () => {
    expect(existsSync(join(folder.path, 'callprobe-runs'))).toBe(false);
  });
});

describe('help and version', () => {
  it.concurrent.each([
    [['--help']],
    [['run', '--help']],
    [['score', '--help']],
    [['replay', '--help']],
    [['compare', '--help']],
    [['--version']],
    [['paths']],
    [['paths', 'show', 'whatsapp-2025-08']],
  ])('%s prints to stdout, within 80 columns, and exits 0', async (args) => {
    const { stdout, stderr, status } = await callprobe(args);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout.length).toBeGreaterThan(4);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});
