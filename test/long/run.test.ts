import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measuredValue } from '../../src/core/measurement.ts';
import { DIRECTIONS } from '../../src/core/packet.ts';
import type { Report } from '../../src/core/report.ts';
import { callRecordFromFiles } from '../../src/record/call-files.ts';
import { parseReport } from '../../src/report/parse.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const shortReference = writeSpeech(folder.path, 'short.wav', bundledSpeech('en-female', 4.5));
const place = (name: string): string => join(folder.path, name);
const reportOf = (name: string): Report => parseReport(readFileSync(join(place(name), 'report.json'), 'utf8'), name);
const recordOf = (name: string): ReturnType<typeof callRecordFromFiles> =>
  callRecordFromFiles((file) => readFileSync(join(place(name), file)));

describe('callprobe run', () => {
  it('over whatsapp-2025-08 finds a metallic call, exits 1, and loses the same packets for the same seed', async () => {
    const runs = ['whatsapp-a', 'whatsapp-b'];
    for (const name of runs) {
      const { status, stdout } = await callprobe(['run', '--path', 'whatsapp-2025-08', '--seed', '4', '--json', '-o', place(name)]);
      const { verdict } = parseReport(stdout, 'stdout');
      expect(verdict.diagnosis, verdict.summary).toBe('metallic');
      expect(status).toBe(1);
    }
    const lostBy = runs.map((name) => {
      const { fates } = recordOf(name);
      return fates
        .filter((fate) => fate.packetClass === 'rtp' && fate.fate === 'dropped')
        .map((fate) => `${fate.direction} ${fate.sequenceNumber}`);
    });
    expect(lostBy[0]?.length).toBeGreaterThan(50);
    expect(lostBy[0]?.sort()).toEqual(lostBy[1]?.sort());
    const worst = Math.min(
      ...DIRECTIONS.map((direction) => measuredValue(reportOf('whatsapp-a').directions[direction]?.scores.mosLqo.measurement) ?? 5),
    );
    expect(worst).toBeLessThanOrEqual(2.5);
  });

  it('with --dtx sends less and is still clear', async () => {
    const { status, stdout } = await callprobe(['run', '--reference', shortReference, '--dtx', '--json', '-o', place('dtx')]);
    const { verdict, directions } = parseReport(stdout, 'stdout');
    expect(verdict.diagnosis, verdict.summary).toBe('clear');
    expect(status).toBe(0);
    expect(measuredValue(directions.up?.network?.packetsSent)).toBeLessThan(0.9 * (4.5 + 1.6) * 50);
  });

  it('prints nothing with --quiet when all is well, and one line on a finding', async () => {
    const well = await callprobe(['run', '--reference', shortReference, '--quiet', '--label', 'network=home', '-o', place('quiet')]);
    expect(well).toMatchObject({ stdout: '', stderr: '', status: 0 });
    expect(reportOf('quiet').labels).toEqual({ network: 'home' });
    const ill = await callprobe([
      'run',
      '--path',
      'shutdown',
      '--connect-timeout',
      '1s',
      '--quiet',
      '--scheduled',
      '-o',
      place('quiet-ill'),
    ]);
    expect(ill).toMatchObject({ stderr: '', status: 1 });
    expect(ill.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(reportOf('quiet-ill').runType).toBe('scheduled');
  });
});

describe('callprobe compare', () => {
  it('says of two single runs that they are too few', async () => {
    const { stdout, status } = await callprobe(['compare', place('dtx'), place('quiet')]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/too few/i);
  });
});
