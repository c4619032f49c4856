import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.ts';
import type { WhatIf } from '../../src/core/what-if.ts';
import { captureOf } from '../support/captures.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { simulateCall, writeCall } from '../support/saved-call.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const call = await simulateCall({ seconds: 2.5, up: (n) => (n % 8 === 3 ? null : 40), down: null });
const directory = writeCall(folder.path, 'call', call);
const capture = join(folder.path, 'call.pcap');
writeFileSync(capture, captureOf(call.record.directions.up.arrivals));

describe('callprobe replay', () => {
  it('tries what would have helped, and says it as one JSON document, exit 0', async () => {
    const { stdout, stderr, status } = await callprobe(['replay', directory, '--what-if', '--json']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const whatIf = JSON.parse(stdout) as WhatIf;
    expect([whatIf.schema, whatIf.rows[0]?.id, whatIf.rows.length]).toEqual(['callprobe.what-if', 'as-it-was', 10]);
    expect(whatIf.summary).toMatch(/^The caller's voice/);
  });

  it('plays a capture, and judges nothing without a reference: exit 0, within 80 columns', async () => {
    const { stdout, stderr, status } = await callprobe(['replay', capture, '--buffer', '60ms']);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('NOT JUDGED: no reference');
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('says nothing with --quiet of a capture of which nothing was to be judged', async () => {
    expect(await callprobe(['replay', capture, '--quiet'])).toMatchObject({ stdout: '', stderr: '', status: 0 });
  });

  it('plays a capture with its reference as it plays the call, and keeps what was asked', async () => {
    const reference = join(directory, 'reference.wav');
    const { stdout } = await callprobe(['replay', capture, '--reference', reference, '--codec', 'opus', '--json']);
    const report = JSON.parse(stdout) as Report;
    expect(report.requested).toEqual({ replayed: capture, reference, codec: 'opus' });
    expect(report.directions.recording?.speechFound).toBe(true);
  });
});
