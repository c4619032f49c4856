import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import type { Arrival, PacketFate } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { createRuleMeter } from '../../src/path/measured.ts';
import { requestedHarm } from '../../src/path/measured-request.ts';
import { CALL_FILES, callRecordFromFiles, callRecordToFiles, ENGINE_FILES } from '../../src/record/call-files.ts';
import { readRtpdump, writeRtpdump } from '../../src/record/rtpdump.ts';
import { callRecord, directionRecord } from '../support/call-records.ts';

const rng = createRng(7);
const arrivals: Arrival[] = Array.from({ length: 300 }, (_, index) => ({
  sequenceNumber: (65_400 + index) & 0xffff,
  timestamp: (0xffff_0000 + index * 960) >>> 0,
  marker: index === 0,
  payloadType: 111,
  ssrc: 0xdeadbeef,
  payload: Uint8Array.from({ length: Math.floor(rng.next() * 120) }, () => Math.floor(rng.next() * 256)),
  arrivalMs: index * 20 + Math.floor(rng.next() * 5),
}));

describe('an rtpdump', () => {
  it('gives back the packets it was made from, empty payloads and wrapped numbers included', () => {
    expect(readRtpdump(writeRtpdump(arrivals, 1_700_000_000_123), 'x')).toEqual(arrivals);
  });

  it('gives back nothing from no packets', () => {
    expect(readRtpdump(writeRtpdump([], 0), 'x')).toEqual([]);
  });

  it('is refused in one sentence wherever it was cut inside a packet', () => {
    const bytes = writeRtpdump(arrivals.slice(0, 3), 0);
    const whole = new Set([0, 1, 2, 3].map((packets) => writeRtpdump(arrivals.slice(0, packets), 0).length));
    for (let length = (writeRtpdump([], 0).length as number) + 1; length < bytes.length; length++) {
      if (!whole.has(length)) expect(() => readRtpdump(bytes.subarray(0, length), 'x'), `cut at ${length}`).toThrow(UserError);
    }
  });

  it('takes off padding, CSRCs and header extensions that others write, and passes over RTCP', () => {
    const plain = writeRtpdump([{ ...(arrivals[5] as Arrival), payload: Uint8Array.of(1, 2, 3) }], 0);
    const rtp = [0xb1, 0x6f, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 9, 9, 9, 9, 0xbe, 0xde, 0, 1, 7, 7, 7, 7, 42, 43, 0, 2];
    const header = (length: number, rtpLength: number): number[] => [0, length + 8, 0, rtpLength, 0, 0, 0, 50];
    const extra = Uint8Array.from([...plain, ...header(rtp.length, rtp.length), ...rtp, ...header(4, 0), 0x80, 200, 0, 0]);
    const read = readRtpdump(extra, 'x');
    expect(read).toHaveLength(2);
    expect(read[1]).toMatchObject({
      sequenceNumber: 9,
      timestamp: 1,
      ssrc: 2,
      payloadType: 0x6f,
      arrivalMs: 50,
      payload: Uint8Array.of(42, 43),
    });
  });

  it('survives any bytes: packets or a refusal, never another error', () => {
    const good = writeRtpdump(arrivals.slice(0, 20), 0);
    for (let round = 0; round < 2_000; round++) {
      const bytes = good.slice();
      for (let hits = 0; hits < 4; hits++) bytes[Math.floor(rng.next() * bytes.length)] = Math.floor(rng.next() * 256);
      try {
        for (const arrival of readRtpdump(bytes, 'x')) expect(arrival.payload.length).toBeLessThanOrEqual(65_535);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }
  });
});

describe('the files of a call record', () => {
  const record = callRecord({ up: directionRecord({ arrivals, sentCount: 310 }), down: directionRecord({ arrivals: [], sentCount: 0 }) });

  it('give back the record they were made from', () => {
    const files = callRecordToFiles(record);
    expect(callRecordFromFiles((name) => files[name] as Uint8Array)).toEqual(record);
  });

  it('keep what rules did, copies and changed bits included', () => {
    const [fate] = record.fates as [PacketFate];
    const doubled = { ...fate, flippedBits: [3], copies: [{ dueMs: 14.5, sentMs: null }] };
    const meter = createRuleMeter(0, 'duplicate', 'up', 'rtp', requestedHarm({ kind: 'duplicate', duplicateRatio: 1 }));
    meter.acted(12, 128, { dueMs: 12.5, copy: true }, true);
    const ruleMeasurements = [meter.measurement()];
    const whole = { ...record, fates: [doubled], ruleMeasurements };
    const files = callRecordToFiles(whole);
    expect(callRecordFromFiles((name) => files[name] as Uint8Array)).toEqual(whole);
  });

  it('keep what a real engine played beside the packets, and whether it heard anything', () => {
    const recording = { samples: Float32Array.from({ length: 960 }, (_, n) => (n - 480) / 32_768), sampleRateHz: 48_000 };
    const heard = { startedAtMs: 17.25, inbound: { packetsLost: 0, kind: 'audio' }, clockErrorMs: 0.5, skippedMs: 20, recording };
    const engine = { name: 'engine 1', heard };
    const { down, up } = record.directions;
    const whole = { ...record, engines: { callee: 'engine 1' }, directions: { up: { ...up, engine }, down } };
    const files = callRecordToFiles(whole);
    expect(Object.keys(files)).toContain(ENGINE_FILES.up);
    expect(Object.keys(files)).not.toContain(ENGINE_FILES.down);
    expect(new TextDecoder().decode(files[CALL_FILES.call])).not.toContain('samples');
    expect(callRecordFromFiles((name) => files[name] as Uint8Array)).toEqual(whole);
    const deaf = { ...whole, directions: { up: { ...up, engine: { name: 'engine 1', heard: null } }, down } };
    const without = callRecordToFiles(deaf);
    expect(Object.keys(without)).not.toContain(ENGINE_FILES.up);
    expect(callRecordFromFiles((name) => without[name] as Uint8Array)).toEqual(deaf);
  });

  it('of version 1 name receivers in the words of their time, and are read in those of today', () => {
    const files = callRecordToFiles(record);
    const { version, ...call } = JSON.parse(new TextDecoder().decode(files[CALL_FILES.call]));
    expect(version).toBe(2);
    const playoutOf = (saved: number, playout: object): unknown => {
      const bytes = new TextEncoder().encode(JSON.stringify({ ...call, version: saved, plan: { ...call.plan, playout } }));
      return callRecordFromFiles((name) => (name === CALL_FILES.call ? bytes : (files[name] as Uint8Array))).plan.playout;
    };
    const delays = { minDelayMs: 0, maxDelayMs: 2000 };
    expect(playoutOf(1, { concealment: 'repeat', ...delays })).toEqual({ concealment: 'neteq', fixedDelayMs: null, ...delays });
    expect(playoutOf(1, { concealment: 'silence', ...delays })).toEqual({ concealment: 'silence', fixedDelayMs: null, ...delays });
    // Beside a buffer's constant delay, even none, the word is today's.
    const plain = { concealment: 'repeat', fixedDelayMs: null, ...delays };
    for (const saved of [1, 2]) expect(playoutOf(saved, plain)).toEqual(plain);
  });

  it('are refused in one sentence when damaged or of another version', () => {
    const files = callRecordToFiles(record);
    const withFile = (name: string, text: string) => (asked: string) =>
      asked === name ? new TextEncoder().encode(text) : (files[asked] as Uint8Array);
    expect(() => callRecordFromFiles(withFile(CALL_FILES.call, '{'))).toThrow(UserError);
    expect(() => callRecordFromFiles(withFile(CALL_FILES.call, '{"version":99}'))).toThrow(/version up to 2/);
    expect(() => callRecordFromFiles(withFile(CALL_FILES.packets, 'nonsense\n'))).toThrow(UserError);
    expect(() => callRecordFromFiles(withFile(CALL_FILES.up, 'nonsense\n'))).toThrow(UserError);
  });
});
