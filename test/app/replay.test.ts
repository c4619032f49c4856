import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineHost } from '../../src/app/host.ts';
import { replayCall } from '../../src/app/replay.ts';
import { DEFAULT_PLAYOUT } from '../../src/config/defaults.ts';
import type { PlayoutSettings } from '../../src/core/call-plan.ts';
import { UserError } from '../../src/core/errors.ts';
import type { Report } from '../../src/core/report.ts';
import { PLAIN } from '../../src/report/options.ts';
import { parseReport } from '../../src/report/parse.ts';
import { renderTerminal } from '../../src/report/terminal/report.ts';
import { temporaryFolder } from '../support/exec.ts';
import { quickAnalyser } from '../support/quick-analyser.ts';
import { simulateCall, writeCall } from '../support/saved-call.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const HOST = machineHost(`${join(import.meta.dirname, '../..')}/`);

let call: string;
beforeAll(async () => {
  call = writeCall(folder.path, 'call', await simulateCall({ up: (i) => (i % 9 === 4 ? null : 40 + (i % 7)) }));
});

const replay = (changes: Partial<PlayoutSettings>, output: string | null = null, directory = call) =>
  replayCall(directory, changes, output, HOST, quickAnalyser, new AbortController().signal);
const stats = (report: Report) => report.directions.up?.playout;

describe('a replay', () => {
  it('is played as the call was when nothing is changed, and says which folder it was', async () => {
    const { report, directory } = await replay({});
    expect(report.plan?.playout).toEqual(DEFAULT_PLAYOUT);
    expect(report.requested).toEqual({ replayed: call });
    expect(directory).toBeNull();
    expect(report.kind).toBe('call');
  });

  it.each<[string, Partial<PlayoutSettings>]>([
    ['a fixed buffer', { fixedDelayMs: 120 }],
    ['bounds of the buffer', { minDelayMs: 90, maxDelayMs: 300 }],
    ['another concealment', { concealment: 'silence' }],
    ['error correction left alone', { useFec: false }],
  ])('with %s has it in the plan, and in what was requested', async (_, changes) => {
    const { report } = await replay(changes);
    expect(report.plan?.playout).toEqual({ ...DEFAULT_PLAYOUT, ...changes });
    expect(report.requested).toEqual({ replayed: call, ...changes });
    expect(stats(report)).not.toEqual(stats((await replay({})).report));
  });

  it('names an unusual receiver on screen, and not the usual one', async () => {
    const shown = async (changes: Partial<PlayoutSettings>) => renderTerminal((await replay(changes)).report, PLAIN);
    expect(await shown({})).not.toContain('Receiver fixed');
    expect(await shown({ fixedDelayMs: 120, concealment: 'repeat', useFec: false })).toMatch(
      /Receiver fixed buffer of 120 ms, repeats the last packet where one is missing,\s+uses no error correction/,
    );
  });

  it('leaves a folder that can be replayed again as it was replayed', async () => {
    const output = join(folder.path, 'again');
    const first = await replay({ fixedDelayMs: 80 }, output);
    expect(first.directory).toBe(output);
    for (const name of Object.values(first.report.artifacts)) expect(existsSync(join(output, name)), name).toBe(true);
    expect(parseReport(readFileSync(join(output, 'report.json'), 'utf8'), 'report.json').requested).toEqual({
      replayed: call,
      fixedDelayMs: 80,
    });
    const second = await replay({}, null, output);
    expect(stats(second.report)).toEqual(stats(first.report));
    await expect(replay({ minDelayMs: 20 }, null, output)).rejects.toThrow(/fixed buffer of 80 ms/);
    expect((await replay({ minDelayMs: 20, fixedDelayMs: null }, null, output)).report.plan?.playout.minDelayMs).toBe(20);
  });

  it('goes on without the report of the run, and says so', async () => {
    const { report } = await replay({});
    expect(report.warnings.map(({ code }) => code)).toEqual(['report-missing']);
  });

  it('is refused in one sentence for a folder that is damaged', async () => {
    const damaged = writeCall(folder.path, 'damaged', await simulateCall({ seconds: 2.5 }));
    for (const name of ['up.rtpdump', 'packets.jsonl', 'call.json', 'reference.wav']) {
      const whole = readFileSync(join(damaged, name));
      for (const bytes of [Buffer.from(''), Buffer.from('{"version":1}'), whole.subarray(0, whole.length / 2 + 1)]) {
        if (bytes.length === 0 && name === 'packets.jsonl') continue;
        writeFileSync(join(damaged, name), bytes);
        await expect(replay({}, null, damaged), `${name}, ${bytes.length} bytes`).rejects.toThrow(UserError);
      }
      writeFileSync(join(damaged, name), whole);
    }
  });
});
