import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../src/core/call-record.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import { DIRECTIONS, type Direction, type PacketFate } from '../../src/core/packet.ts';
import { callRecordFromFiles } from '../../src/record/call-files.ts';
import { parseReport } from '../../src/report/parse.ts';
import { hasChromium, NO_CHROMIUM } from '../support/chromium-call.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const PATH = 'delay 100ms; loss 5%';

const folder = temporaryFolder();
afterAll(folder.remove);
const reference = writeSpeech(folder.path, 'short.wav', bundledSpeech('en-female', 4.5));

/** What the relay dropped of a voice, between the first and the last packet of it that it let through: a receiver cannot miss the others. */
function droppedBetween(fates: readonly PacketFate[], direction: Direction): number {
  const voice = fates.filter((packet) => packet.direction === direction && packet.packetClass === 'rtp');
  const delivered = voice.filter(({ fate }) => fate === 'delivered');
  const [from = 0, to = 0] = [delivered[0]?.arrivedMs, delivered.at(-1)?.arrivedMs];
  return voice.filter(({ arrivedMs, fate }) => fate === 'dropped' && arrivedMs > from && arrivedMs < to).length;
}

describe.skipIf(!hasChromium())(`callprobe run with Chromium at one end (skipped: ${NO_CHROMIUM})`, () => {
  it.each([
    ['callee', 'up', 'down'],
    ['caller', 'down', 'up'],
  ] as const)(
    'as the %s hears, speaks, and is scored over a path with loss and delay',
    async (side, heardByIt, spokenByIt) => {
      const directory = join(folder.path, side);
      const flags = [`--${side}`, 'chromium', '--reference', reference, '--path', PATH, '--seed', '3'];
      const { status, stderr, stdout } = await callprobe(['run', ...flags, '--json', '-o', directory], { timeoutMs: 110_000 });
      expect(stderr).toBe('');
      const report = parseReport(stdout, 'stdout');
      // A machine too busy to measure says so (3); it is still a whole call.
      expect([0, 1, 3], report.verdict.summary).toContain(status);
      expect(report.phases.filter((phase) => phase.status !== 'ok')).toEqual([]);
      expect(report.peers?.[side]).toMatch(/^Chromium \d+/);
      // On a machine too busy to play in time the sound is as bad as it gets; it is scored all the same.
      const atLeast = report.health?.valid === true ? 2 : 1;
      for (const direction of DIRECTIONS) {
        expect(measuredValue(report.directions[direction]?.scores.mosLqo.measurement), direction).toBeGreaterThanOrEqual(atLeast);
        expect(measuredValue(report.directions[direction]?.scores.mosCqe.measurement), direction).toBeGreaterThanOrEqual(atLeast);
      }

      const record: CallRecord = callRecordFromFiles((file) => readFileSync(join(directory, file)));
      const lost = droppedBetween(record.fates, heardByIt);
      expect(lost).toBeGreaterThan(4);
      expect(report.directions[heardByIt]?.playout?.packetsLost).toBe(lost);
      const heard = record.directions[heardByIt].engine?.heard;
      expect(heard?.clockErrorMs).toBeGreaterThan(0);
      expect(heard?.skippedMs).toBeGreaterThanOrEqual(0);

      // Of what it said, all that was not dropped arrived, and nothing is counted from after its speech.
      const { arrivals, sent } = record.directions[spokenByIt];
      const spoken = new Set(sent.map(({ sequenceNumber }) => sequenceNumber));
      const dropped = record.fates.filter(
        ({ direction, fate, packetClass, sequenceNumber }) =>
          `${direction} ${packetClass} ${fate}` === `${spokenByIt} rtp dropped` && spoken.has(sequenceNumber ?? -1),
      );
      expect(arrivals.length).toBe(sent.length - dropped.length);
      expect(report.health?.relay?.strangers).toBe(0);
    },
    120_000,
  );
});
