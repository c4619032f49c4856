import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav.ts';
import type { CallRecord } from '../../src/core/call-record.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import type { DirectionReport, Report } from '../../src/core/report.ts';
import { durationSeconds } from '../../src/core/signal.ts';
import { callRecordFromFiles } from '../../src/record/call-files.ts';
import { parseReport } from '../../src/report/parse.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const PROGRAM: string = join(import.meta.dirname, '../../bin/callprobe.js');
const NOT_INSTALLED = '@roamhq/wrtc is not installed: npm install --include=optional';
const SPEECH_SECONDS = 4.5;

const folder = temporaryFolder();
afterAll(folder.remove);
const reference = writeSpeech(folder.path, 'short.wav', bundledSpeech('en-female', SPEECH_SECONDS));
const place = (name: string): string => join(folder.path, name);
const record = (name: string): CallRecord => callRecordFromFiles((file) => readFileSync(join(place(name), file)));
const up = (report: Report): DirectionReport => report.directions.up as DirectionReport;

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@roamhq/wrtc');
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!isInstalled())(`callprobe run --callee libwebrtc (skipped where ${NOT_INSTALLED})`, () => {
  let report: Report;
  beforeAll(async () => {
    const flags = ['--reference', reference, '--path', 'up rtp loss 10%', '--seed', '1'];
    const { status, stderr, stdout } = await callprobe(['run', '--callee', 'libwebrtc', ...flags, '--json', '-o', place('lossy')]);
    expect(stderr).toBe('');
    report = parseReport(stdout, 'stdout');
    expect(status, report.verdict.summary).not.toBe(2);
  }, 60_000);

  it('goes through every phase and is scored both ways', () => {
    expect(report.phases.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(report.peers).toMatchObject({ caller: 'callprobe', callee: expect.stringContaining('libwebrtc (@roamhq/wrtc 0.10.0') });
    // A machine that is late takes sound away by itself, and says so.
    const least = report.health?.valid === true ? 2 : 1;
    expect(measuredValue(up(report).scores.mosLqo.measurement)).toBeGreaterThan(least);
    expect(measuredValue(report.directions.down?.scores.mosLqo.measurement)).toBeGreaterThan(3.5);
    for (const direction of [up(report), report.directions.down]) {
      const delay = measuredValue(direction?.mouthToEarDelaySeconds) ?? 0;
      expect(delay).toBeGreaterThan(0.02);
      expect(delay).toBeLessThan(0.4);
    }
    expect(report.flows?.dataChannel).toMatchObject({ status: 'ok' });
  });

  it('takes what it says of the call for the figures of the caller’s voice', () => {
    const { events, playout, receiver, recording } = up(report);
    expect([receiver, recording]).toEqual([report.peers?.callee, 'up.wav']);
    expect(events).toEqual([]);
    const dropped = record('lossy').fates.filter(
      ({ direction, fate, packetClass }) => `${direction} ${packetClass} ${fate}` === 'up rtp dropped',
    );
    expect(dropped.length).toBeGreaterThan(15);
    // What is dropped after the last packet it got, it cannot miss.
    expect(Math.abs((playout?.packetsLost ?? 0) - dropped.length)).toBeLessThanOrEqual(3);
    expect(playout?.packetsReceived).toBe(record('lossy').directions.up.arrivals.length);
    expect(playout?.concealedSamples).toBeGreaterThan(0);
    expect(playout?.interruptionCount).toBeNull();
  });

  it('keeps what it played, on the time axis of every recording', () => {
    const heard = readWav(readFileSync(join(place('lossy'), 'up.wav')), 'up.wav');
    expect(durationSeconds(heard)).toBeCloseTo(SPEECH_SECONDS + 0.6, 2);
    expect(report.artifacts).toMatchObject({ upEngine: 'up.engine.wav' });
    expect(readdirSync(place('lossy'))).not.toContain('down.engine.wav');
  });

  it('is sent to through the relay alone, and has no strangers', () => {
    expect(report.health?.relay).toMatchObject({ strangers: 0, socketErrors: 0 });
    const { arrivals, sent } = record('lossy').directions.down;
    expect(new Set(arrivals.map(({ payloadType }) => payloadType))).toEqual(new Set([111]));
    expect(arrivals.map(({ sequenceNumber }) => sequenceNumber)).toEqual(sent.map(({ sequenceNumber }) => sequenceNumber));
  });

  it('is scored anew by a replay as it was, and played by our own receiver when that is set otherwise', async () => {
    const again = await callprobe(['replay', place('lossy'), '--json', '-o', place('again')]);
    expect(up(parseReport(again.stdout, 'stdout'))).toEqual(up(report));
    const sum = (name: string, file: string): string =>
      createHash('sha256')
        .update(readFileSync(join(place(name), file)))
        .digest('hex');
    for (const file of ['up.engine.wav', 'up.wav', 'up.rtpdump']) expect(sum('again', file), file).toBe(sum('lossy', file));
    const own = await callprobe(['replay', place('lossy'), '--json', '--concealment', 'neteq']);
    const { playout, receiver } = up(parseReport(own.stdout, 'stdout'));
    expect(receiver).toBe('callprobe');
    expect(playout?.interruptionCount).not.toBeNull();
    expect(playout?.packetsReceived).toBe(up(report).playout?.packetsReceived);
  });

  it('encodes as it is asked to', async () => {
    const flags = ['--bitrate', '12k', '--ptime', '60ms', '--no-fec', '--path', 'loss 0%'];
    await callprobe(['run', '--callee', 'libwebrtc', '--reference', reference, ...flags, '--quiet', '-o', place('narrow')]);
    const { sent } = record('narrow').directions.down;
    const bytes = sent.reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
    const seconds = sent.length * 0.06;
    expect(seconds).toBeCloseTo(SPEECH_SECONDS + 1.6, 0);
    expect((bytes * 8) / seconds).toBeGreaterThan(6_000);
    expect((bytes * 8) / seconds).toBeLessThan(14_000);
  });

  it('lets nothing leave the machine, whatever addresses that has', (context) => {
    if (!canIsolate()) return context.skip('needs Linux, and the right to make a network namespace');
    const run = `"${process.execPath}" "${PROGRAM}" run --callee libwebrtc --reference "${reference}" --path "loss 0%" --quiet -o "${place('isolated')}" || true`;
    // Something that does leave, to see that it would have been counted.
    const stray = `"${process.execPath}" -e 'const s=require("dgram").createSocket("udp4");s.send("x",9,"203.0.113.5",()=>setTimeout(()=>s.close(),200))'`;
    const count = "awk '/outside:/ { print $11 }' /proc/net/dev";
    const script = [...OUTSIDE, count, run, count, stray, count].join('\n');
    const output = execFileSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8', timeout: 50_000, cwd: folder.path });
    const counts = output
      .split('\n')
      .filter((line) => /^\d+$/.test(line))
      .map(Number);
    expect(counts.slice(0, 2)).toEqual([0, 0]);
    expect(counts[2]).toBeGreaterThan(0);
    expect(record('isolated').phases.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(record('isolated').health.relay?.strangers).toBe(0);
  });
});

/** A second interface, with an address and the default route: where a STUN query, a name look-up or a check on another candidate would go. */
const OUTSIDE: readonly string[] = [
  'ip link set lo up',
  'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6',
  'ip link add outside type veth peer name beyond',
  'ip link set beyond up',
  'ip addr add 198.51.100.1/24 dev outside',
  'ip link set outside up',
  'ip route add default dev outside',
];

function canIsolate(): boolean {
  try {
    execFileSync('unshare', ['-n', 'sh', '-ec', OUTSIDE.join('\n')], { stdio: 'ignore', timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}
