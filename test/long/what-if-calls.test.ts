import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineHost } from '../../src/app/host.ts';
import { tryWhatIf } from '../../src/app/what-if.ts';
import { packetHasFec } from '../../src/audio/opus-packet.ts';
import { DEFAULT_CODEC, DEFAULT_PLAYOUT } from '../../src/config/defaults.ts';
import type { CodecSettings } from '../../src/core/call-plan.ts';
import { UserError } from '../../src/core/errors.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import type { Direction } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import type { WhatIf, WhatIfFigures } from '../../src/core/what-if.ts';
import { temporaryFolder } from '../support/exec.ts';
import { burstyLoss } from '../support/packets.ts';
import { quickAnalyser } from '../support/quick-analyser.ts';
import { type Crossing, type SimulatedCall, simulateCall, writeCall } from '../support/saved-call.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const HOST = machineHost(`${join(import.meta.dirname, '../..')}/`);
const NO_FEC = { ...DEFAULT_CODEC, fec: false, declaredLossRatio: 0 };

function lossy(ratio: number, burst: number, seed: number): Crossing {
  const lost = burstyLoss(1000, ratio, burst, createRng(seed));
  return (index) => (lost[index] ? null : 40);
}

let count = 0;
async function whatIf(
  call: SimulatedCall,
  signal = new AbortController().signal,
  progress: (number | null)[][] = [],
): Promise<WhatIf | null> {
  const directory = writeCall(folder.path, `call-${count++}`, await simulateCall(call));
  return tryWhatIf(directory, HOST, quickAnalyser, { signal, onProgress: (done, of) => progress.push([done, of]) });
}

function figure(found: WhatIf, id: string, of: keyof WhatIfFigures, direction: Direction = 'up'): number {
  const figures = found.rows.find((row) => row.id === id)?.directions[direction];
  return measuredValue(figures?.[of]) ?? Number.NaN;
}

let plainLoss: WhatIf;
beforeAll(async () => {
  plainLoss = (await whatIf({ plan: { codec: NO_FEC }, up: lossy(0.12, 1.1, 3), down: null })) as WhatIf;
}, 60_000);

describe('what a call without error correction could have been', () => {
  it('has the call as it was, longer buffers, other concealments, error correction and redundancy', () => {
    expect(plainLoss.rows.map(({ id }) => id)).toEqual([
      'as-it-was',
      'concealment-opus',
      'concealment-repeat',
      'concealment-silence',
      'buffer-60',
      'buffer-120',
      'buffer-240',
      'fec-sent',
      'fec-sent-buffer-120',
      'red',
      'red-buffer-120',
    ]);
    for (const { name } of plainLoss.rows) expect(name.length).toBeLessThanOrEqual(22);
  });

  it('has directions only in which voice was sent', () => {
    for (const { directions } of plainLoss.rows) expect(Object.keys(directions)).toEqual(['up']);
  });

  it('holds each longer buffer by as much longer as it says', () => {
    const was = figure(plainLoss, 'as-it-was', 'bufferDelaySeconds');
    for (const ms of [60, 120, 240]) {
      const more = 1000 * (figure(plainLoss, `buffer-${ms}`, 'bufferDelaySeconds') - was);
      // It takes a second or two to grow, and the mean is over a few seconds.
      expect(more).toBeGreaterThan(0.8 * ms - 15);
      expect(more).toBeLessThan(ms + 45);
    }
  });

  it('makes up less with error correction, and least with redundancy, from the same losses', () => {
    const was = figure(plainLoss, 'as-it-was', 'concealedRatio');
    const fec = figure(plainLoss, 'fec-sent', 'concealedRatio');
    const red = figure(plainLoss, 'red', 'concealedRatio');
    expect(fec).toBeLessThan(0.8 * was);
    expect(red).toBeLessThan(0.4 * was);
    expect(figure(plainLoss, 'buffer-240', 'concealedRatio')).toBeGreaterThan(0.7 * was);
  });

  it('tells what was encoded anew: for the loss measured, with error correction in most packets, the rest byte for byte', () => {
    const { fec, red } = plainLoss.reencoded.up ?? { fec: null, red: null };
    expect(fec?.declaredLossRatio).toBeGreaterThanOrEqual(0.1);
    expect(fec?.declaredLossRatio).toBeLessThan(0.2);
    expect(fec?.fecRatio).toBeGreaterThan(0.3);
    expect(fec?.sizeRatio).toBeGreaterThan(0.8);
    expect(red).toEqual({ sameBytes: true });
  });

  it('concludes that no buffer, but another sender would have helped most', () => {
    expect(plainLoss.helped.up?.most).toBe('red');
    expect(plainLoss.helped.up?.atReceiver ?? '').not.toMatch(/buffer/);
    expect(plainLoss.summary).toMatch(/a sender that says each packet twice \(RED\) would have/);
  });

  it('draws the call as it was, and what seems to help, more than once', () => {
    expect(plainLoss.rows.filter(({ spread }) => spread.up !== undefined).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['as-it-was', 'red']),
    );
  });
});

describe('what a call could have been', () => {
  it('with a fixed buffer that is too short for its jitter: a longer one', async () => {
    const rng = createRng(2);
    const found = (await whatIf({
      plan: { playout: { ...DEFAULT_PLAYOUT, fixedDelayMs: 20 } },
      up: (index) => (index === 0 ? 40 : 40 + Math.floor(rng.next() * 90)),
      down: () => 40,
    })) as WhatIf;
    expect(found.helped).toEqual({ up: { most: 'buffer-120', atReceiver: 'buffer-120' }, down: { most: null, atReceiver: null } });
    expect(found.summary).toMatch(/^The caller's voice: a buffer 120 ms longer would have helped most .+ The callee's voice was good/);
    expect(
      figure(found, 'buffer-120', 'bufferDelaySeconds', 'down') - figure(found, 'as-it-was', 'bufferDelaySeconds', 'down'),
    ).toBeCloseTo(0.12, 3);
  });

  it('with error correction in its packets: without it; and with it, where the receiver did not use it', async () => {
    const used = (await whatIf({ up: lossy(0.1, 1.1, 5), down: null })) as WhatIf;
    const unused = (await whatIf({
      up: lossy(0.1, 1.1, 5),
      down: null,
      plan: { playout: { ...DEFAULT_PLAYOUT, useFec: false } },
    })) as WhatIf;
    expect(figure(used, 'fec-ignored', 'concealedRatio')).toBeGreaterThan(1.2 * figure(used, 'as-it-was', 'concealedRatio'));
    expect(figure(unused, 'fec-used', 'concealedRatio')).toBe(figure(used, 'as-it-was', 'concealedRatio'));
    expect(figure(unused, 'as-it-was', 'concealedRatio')).toBe(figure(used, 'fec-ignored', 'concealedRatio'));
    expect(used.reencoded.up?.fec).toBeNull();
  });

  it('with redundancy tells error correction by what its packets hold', async () => {
    const ids = async (codec: CodecSettings): Promise<string[]> => {
      const found = (await whatIf({ up: lossy(0.1, 1.1, 5), down: null, seconds: 2.5, plan: { codec } })) as WhatIf;
      return found.rows.map(({ id }) => id).filter((id) => id.startsWith('fec'));
    };
    expect(await ids({ ...DEFAULT_CODEC, redundancy: 1 })).toEqual(['fec-ignored']);
    expect(await ids({ ...NO_FEC, redundancy: 1 })).toEqual(['fec-sent', 'fec-sent-buffer-120']);
    expect(await ids({ name: 'pcmu', bitrateBps: 64_000, packetTimeMs: 20, redundancy: 1 })).toEqual([]);
  });

  it('at a bitrate that leaves no room for error correction says so', async () => {
    const found = (await whatIf({ plan: { codec: { ...NO_FEC, bitrateBps: 6_000 } }, up: lossy(0.1, 1.1, 5), down: null })) as WhatIf;
    const fec = found.rows.find(({ id }) => id === 'fec-sent')?.directions.up?.mosLqo;
    expect(fec).toMatchObject({ status: 'not-applicable', reason: expect.stringMatching(/no error correction at this bitrate/) });
  });

  it('spoken by another encoder has all of it encoded anew', async () => {
    const { record, reference } = await simulateCall({ up: lossy(0.1, 1.1, 5), down: null, plan: { codec: NO_FEC } });
    const other = await simulateCall({ plan: { codec: { ...NO_FEC, complexity: 0 } } });
    const payloads = new Map(other.record.directions.up.arrivals.map(({ sequenceNumber, payload }) => [sequenceNumber, payload]));
    const arrivals = record.directions.up.arrivals.map((arrival) => ({
      ...arrival,
      payload: payloads.get(arrival.sequenceNumber) as Uint8Array,
    }));
    expect(arrivals.some(({ payload }) => packetHasFec(payload))).toBe(false);
    const up = { ...record.directions.up, arrivals };
    const directory = writeCall(folder.path, 'other', { record: { ...record, directions: { ...record.directions, up } }, reference });
    const found = await tryWhatIf(directory, HOST, quickAnalyser, { signal: new AbortController().signal, onProgress: () => undefined });
    expect(found?.reencoded.up?.red).toEqual({ sameBytes: false });
  });

  it('that carried no voice is nothing to try', async () => {
    const { record, reference } = await simulateCall();
    const { down } = (await simulateCall({ down: null })).record.directions;
    const directory = writeCall(folder.path, 'silent', { record: { ...record, directions: { up: down, down } }, reference });
    const found = await tryWhatIf(directory, HOST, quickAnalyser, { signal: new AbortController().signal, onProgress: () => undefined });
    expect(found?.summary).toMatch(/No voice was sent/);
  });

  it('stops when told to, and says how far it is', async () => {
    const stop = new AbortController();
    const progress: (number | null)[][] = [];
    stop.abort();
    expect(await whatIf({}, stop.signal, progress)).toBeNull();
    expect(progress[0]).toEqual([0, null]);
  });

  it('is refused for a folder that lacks a file or holds a damaged one', async () => {
    const whole = writeCall(folder.path, 'damaged', await simulateCall({ seconds: 2.5 }));
    const hooks = { signal: new AbortController().signal, onProgress: () => undefined };
    writeFileSync(join(whole, 'up.rtpdump'), 'garbage');
    await expect(tryWhatIf(whole, HOST, quickAnalyser, hooks)).rejects.toThrow(UserError);
    rmSync(join(whole, 'reference.wav'));
    await expect(tryWhatIf(whole, HOST, quickAnalyser, hooks)).rejects.toThrow(UserError);
  });
});
