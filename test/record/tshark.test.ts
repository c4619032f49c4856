import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { machineHost } from '../../src/app/host.ts';
import { replayCall } from '../../src/app/replay.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import { readRtpdump } from '../../src/record/rtpdump.ts';
import { framesOf, pcap, pcapng } from '../support/captures.ts';
import { temporaryFolder } from '../support/exec.ts';
import { quickAnalyser } from '../support/quick-analyser.ts';
import { simulateCall, writeCall } from '../support/saved-call.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Its version, such as 4.2; null when it is not installed. */
function tsharkVersion(): number | null {
  try {
    const found = /\b(\d+\.\d+)\.\d+/.exec(
      execFileSync('tshark', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    return Number(found?.[1]);
  } catch {
    process.stderr.write('skipped: tshark is not installed, so nobody but ourselves reads our files\n');
    return null;
  }
}

const VERSION = tsharkVersion();
/** The first version that reads rtpdump. */
const READS_RTPDUMP = 4.2;

/** One line a packet, of the fields asked for; UDP on the tests' port is taken for RTP. */
function tshark(file: string, ...fields: readonly string[]): string[] {
  const args = ['-r', file, '-d', 'udp.port==5004,rtp', '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  return execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .split('\n')
    .filter((line) => line !== '');
}

describe.skipIf(VERSION === null)('Wireshark', () => {
  it('finds the packets of a call, and counts in each direction what the report counts', async () => {
    const direct = (VERSION ?? 0) >= READS_RTPDUMP;
    if (!direct) process.stderr.write(`tshark ${VERSION} does not read rtpdump: it is given the same packets as a pcap\n`);
    const call = await simulateCall({ up: (n) => (n % 7 === 3 ? null : 40 + (n % 5) * 9), down: (n) => (n % 50 === 9 ? null : 25) });
    const directory = writeCall(folder.path, 'call', call);
    const host = machineHost(`${join(import.meta.dirname, '../..')}/`);
    const { report } = await replayCall(directory, {}, null, host, quickAnalyser, new AbortController().signal);
    for (const direction of ['up', 'down'] as const) {
      const { arrivals } = call.record.directions[direction];
      const dump = join(directory, `${direction}.rtpdump`);
      const converted = join(folder.path, `${direction}.pcap`);
      writeFileSync(converted, pcap(framesOf(readRtpdump(readFileSync(dump), dump))));
      const seen = tshark(direct ? dump : converted, 'rtp.seq', 'rtp.timestamp', 'rtp.ssrc');
      expect(seen.length).toBe(measuredValue(report.directions[direction]?.network?.packetsReceived));
      expect(seen).toEqual(
        arrivals.map(({ sequenceNumber, timestamp, ssrc }) => `${sequenceNumber}\t${timestamp}\t0x${ssrc.toString(16).padStart(8, '0')}`),
      );
    }
  });

  it('reads the captures that our tests are made of as they are meant', async () => {
    const { arrivals } = (await simulateCall({ seconds: 2.5 })).record.directions.up;
    const expected = arrivals.map(({ sequenceNumber, payload }) => `${sequenceNumber}\t${Buffer.from(payload).toString('hex')}`);
    const files = {
      'a.pcap': pcap(framesOf(arrivals)),
      'b.pcap': pcap(framesOf(arrivals, 'Linux cooked 2', undefined, { version: 6 }), {
        linkType: 276,
        littleEndian: false,
        nanoseconds: true,
      }),
      'c.pcapng': pcapng(framesOf(arrivals, 'Ethernet with two VLAN tags'), [{ resolution: [9, 1e6], offsetSeconds: 7 }]),
      'd.pcapng': pcapng(framesOf(arrivals, 'loopback (LOOP)'), [{ linkType: 108 }], false),
    };
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(folder.path, name), bytes);
      expect(tshark(join(folder.path, name), 'rtp.seq', 'rtp.payload'), name).toEqual(expected);
    }
  });
});
