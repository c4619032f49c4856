import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measuredValue } from '../../src/core/measurement.ts';
import { DIRECTIONS } from '../../src/core/packet.ts';
import type { DirectionReport, Report } from '../../src/core/report.ts';
import { callRecordFromFiles } from '../../src/record/call-files.ts';
import { parseReport } from '../../src/report/parse.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const shortReference = writeSpeech(folder.path, 'short.wav', bundledSpeech('en-female', 4.5));
const place = (name: string): string => join(folder.path, name);
const reportOf = (name: string): Report => parseReport(readFileSync(join(place(name), 'report.json'), 'utf8'), name);
const sumOf = (name: string, file: string): string =>
  createHash('sha256')
    .update(readFileSync(join(place(name), file)))
    .digest('hex');
const recordOf = (name: string): ReturnType<typeof callRecordFromFiles> =>
  callRecordFromFiles((file) => readFileSync(join(place(name), file)));

describe('callprobe run', () => {
  it('over the clear path reports a clear call, exits 0, and takes no longer than the call and 3 s', async () => {
    const { stdout, stderr, status, seconds } = await callprobe(['run', '--path', 'clear', '--seed', '1', '--json', '-o', place('clear')]);
    expect(stderr).toBe('');
    const report = parseReport(stdout, 'stdout');
    expect(report.verdict.diagnosis, report.verdict.summary).toBe('clear');
    expect(status).toBe(0);
    for (const direction of DIRECTIONS) {
      const { network, scores } = report.directions[direction] as DirectionReport;
      expect(measuredValue(network?.lossRatio)).toBe(0);
      expect(measuredValue(scores.mosLqo.measurement)).toBeGreaterThanOrEqual(4.2);
      expect(measuredValue(scores.metallic.measurement)).toBeLessThanOrEqual(0.1);
    }
    const callSeconds = (report.plan?.stimuli.up.seconds ?? 0) + ((report.plan?.leadInMs ?? 0) + (report.plan?.tailMs ?? 0)) / 1000;
    // Not a stopwatch for the program's speed (bench/ has that): a bound that a hang, a leaked handle or a second pass would break.
    expect(seconds).toBeLessThan(callSeconds + 10);
    expect(reportOf('clear')).toEqual(report);
    expect(readdirSync(place('clear')).sort()).toEqual(
      ['call.json', 'down.rtpdump', 'down.wav', 'packets.jsonl', 'reference.wav', 'report.json', 'up.rtpdump', 'up.wav'].sort(),
    );
  });

  it('replays from its saved packets to the same recordings bit for bit', async () => {
    const { status } = await callprobe(['replay', place('clear'), '-o', place('clear-again'), '--json']);
    expect(status).toBe(0);
    for (const file of ['up.wav', 'down.wav', 'reference.wav', 'up.rtpdump'])
      expect(sumOf('clear-again', file), file).toBe(sumOf('clear', file));
    expect(reportOf('clear-again').directions.up?.scores).toEqual(reportOf('clear').directions.up?.scores);
  });

  it('over telegram-2025-08 gives up within the connect timeout and 3 s, with the phase named and text working', async () => {
    const { status, stdout, seconds } = await callprobe([
      'run',
      '--path',
      'telegram-2025-08',
      '--connect-timeout',
      '3s',
      '--json',
      '-o',
      place('telegram'),
    ]);
    const report = parseReport(stdout, 'stdout');
    expect(report.verdict.diagnosis, report.verdict.summary).toBe('call-blocked');
    expect(report.verdict.scope).toBe('voice-only');
    expect(report.phases.find((phase) => phase.id === 'ice')?.failure?.code).toBe('ice-timeout');
    expect(report.flows?.text.echoed).toBeGreaterThan(0);
    expect(status).toBe(1);
    expect(seconds).toBeLessThan(6);
    expect(existsSync(join(place('telegram'), 'report.json'))).toBe(true);
  });

  it('over shutdown says that the network is down, and exits 1', async () => {
    const { status, stdout } = await callprobe(['run', '--path', 'shutdown', '--connect-timeout', '2s', '--json', '-o', place('shutdown')]);
    expect(parseReport(stdout, 'stdout').verdict.diagnosis).toBe('network-down');
    expect(status).toBe(1);
  });

  it('ends at --timeout whatever happens, keeps what it has, and exits 3', async () => {
    const args = ['run', '--reference', shortReference, '--path', 'telegram-2025-08', '--timeout', '7s', '--json', '-o', place('timeout')];
    const { status, seconds } = await callprobe(args);
    expect(status).toBe(3);
    expect(seconds).toBeLessThan(10);
    expect(reportOf('timeout').verdict.outcome).toBe('inconclusive');
    expect(recordOf('timeout').aborted).toBe('run-timeout');
  });

  it('never writes into a folder that holds anything', async () => {
    const { status, stderr } = await callprobe(['run', '--reference', shortReference, '-o', folder.path]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/not empty/);
  });

  it.each([
    ['while preparing', 350, 'clear'],
    ['while connecting', 1_500, 'telegram-2025-08'],
    ['in the middle of the call', 3_000, 'clear'],
  ])('interrupted %s saves what there is and exits 130', async (when, afterMs, path) => {
    const name = `interrupted ${when}`;
    const { status, stderr, seconds } = await callprobe(['run', '--path', path, '--json', '-o', place(name)], {
      interrupt: { signal: 'SIGINT', afterMs },
    });
    if (existsSync(place(name))) {
      expect(stderr).toMatch(/being saved/);
      expect(reportOf(name).verdict.outcome).toBe('inconclusive');
      expect(status).toBe(130);
    } else {
      // The signal came before the program could listen: nothing had begun that could be saved.
      expect(status).toBe('SIGINT');
    }
    expect(seconds).toBeLessThan(afterMs / 1000 + 4);
  });
});
