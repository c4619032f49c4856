import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { parseReport } from '../../src/report/parse.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { packetRepeat } from '../support/lossy.ts';
import { silence } from '../support/signals.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';
import { pcmInt, wavBytes } from '../support/wav-bytes.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const speech = bundledSpeech('en-female', 6);
const clean = writeSpeech(folder.path, 'clean.wav', speech);
const repeated = writeSpeech(folder.path, 'repeated.wav', { ...speech, samples: packetRepeat(speech.samples, createRng(3), 0.15, 2) });
const silent = writeSpeech(folder.path, 'silent.wav', silence(4, 16_000));
const hostile = join(folder.path, 'evil\u001b[31m.wav');
writeFileSync(hostile, wavBytes(pcmInt(new Array(16_000).fill(0), 16), { sampleRateHz: 16_000 }));

describe('callprobe score of a recording alone', () => {
  it('warns of repeated sound, says that it is weak evidence and what would be better, within 80 columns', async () => {
    const { stdout, stderr, status } = await callprobe(['score', repeated]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/WARN: signs of metallic voice/);
    expect(stdout).toMatch(/repeated\s+verbatim/);
    expect(stdout).toMatch(/weak\s+evidence/);
    expect(stdout).toMatch(/callprobe score ref\.wav RECORDING/);
    expect(stdout).not.toMatch(/MOS-LQO|fair|excellent/);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('neither warns of a clean recording nor calls it clear', async () => {
    const { stdout, status } = await callprobe(['score', clean]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/NOT JUDGED: no reference/);
    expect(stdout).toMatch(/does not show that it\s+sounds well/);
    expect(stdout).not.toMatch(/PASS|clear/);
  });

  it('writes a report that can be read again, without a single score', async () => {
    const { stdout, status } = await callprobe(['score', repeated, '--json', '--label', 'network=home']);
    expect(status).toBe(0);
    const report = parseReport(stdout, 'stdout');
    expect(report.verdict).toMatchObject({ outcome: 'warn', diagnosis: 'metallic' });
    const recording = report.directions.recording;
    expect(Object.values(recording?.scores ?? {}).filter(({ measurement }) => measurement.status === 'ok')).toEqual([]);
    expect(recording?.singleEnded?.evidence.repetition.strength).toBeGreaterThan(0.5);
    expect(recording?.events.length).toBeGreaterThan(0);
  });

  it.each([
    ['silence', silent],
    ['a file with an evil name', hostile],
  ])('concludes nothing from %s, with exit code 3', async (_, file) => {
    const { stdout, status } = await callprobe(['score', file, '--quiet']);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^callprobe inconclusive: unknown - Nothing can be said of .* the recording is silent\.\n$/);
    expect(stdout).not.toContain('\u001b');
  });
});
