import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineAnalyser } from '../../src/app/analyser.ts';
import { machineHost } from '../../src/app/host.ts';
import { type CaptureRequest, replayCapture } from '../../src/app/replay-capture.ts';
import { withSilence } from '../../src/app/run.ts';
import { encodeForCall } from '../../src/audio/call-codec.ts';
import { readWav, writeWav } from '../../src/audio/wav.ts';
import { UserError } from '../../src/core/errors.ts';
import { measuredValue } from '../../src/core/measurement.ts';
import type { Arrival } from '../../src/core/packet.ts';
import type { Report } from '../../src/core/report.ts';
import { createRng } from '../../src/core/rng.ts';
import { resample } from '../../src/dsp/resample.ts';
import { writeRtpdump } from '../../src/record/rtpdump.ts';
import { renderJson } from '../../src/report/json.ts';
import { PLAIN } from '../../src/report/options.ts';
import { parseReport } from '../../src/report/parse.ts';
import { renderTerminal } from '../../src/report/terminal/report.ts';
import { textWidth } from '../../src/report/terminal-text.ts';
import { callPlan } from '../support/call-records.ts';
import { captureOf, framesOf, pcap, pcapng, udpInIp } from '../support/captures.ts';
import { temporaryFolder } from '../support/exec.ts';
import { type Schema, schemaErrors } from '../support/json-schema.ts';
import { burstyLoss } from '../support/packets.ts';
import { quickAnalyser } from '../support/quick-analyser.ts';
import { simulateCall } from '../support/saved-call.ts';
import { bundledSpeech } from '../support/speech-files.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const ROOT = join(import.meta.dirname, '../..');
const HOST = machineHost(`${ROOT}/`);
const SCHEMA = JSON.parse(readFileSync(join(ROOT, 'schema/report.schema.json'), 'utf8')) as Schema;
const STARTED = 1_700_000_000_000;

let up: readonly Arrival[];
let down: Arrival[];
let reference: string;
beforeAll(async () => {
  const rng = createRng(8);
  const lost = burstyLoss(1000, 0.08, 2, rng);
  const call = await simulateCall({ up: (n) => (lost[n] ? null : 40 + Math.floor(rng.next() * 30)), down: (n) => (n < 40 ? null : 40) });
  up = call.record.directions.up.arrivals;
  down = call.record.directions.down.arrivals.map((arrival) => ({ ...arrival, ssrc: 0xbeef }));
  reference = join(folder.path, 'spoken.wav');
  writeFileSync(reference, writeWav(call.reference));
});

let count = 0;
const file = (bytes: Uint8Array, name = `capture-${count++}`): string => {
  const path = join(folder.path, name);
  writeFileSync(path, bytes);
  return path;
};

async function replay(bytes: Uint8Array, change: Partial<CaptureRequest> = {}, analyser = quickAnalyser) {
  const path = change.file ?? file(bytes);
  const nothing = { referenceFile: null, ssrc: null, codec: null, payloadType: null, changes: {}, output: null, labels: {} };
  const request = { ...nothing, file: path, requested: { replayed: path }, ...change };
  const replayed = await replayCapture(request, HOST, analyser, new AbortController().signal);
  if (replayed === null) throw new Error('nothing stopped it');
  return replayed;
}
const heard = ({ directions }: Report) => directions.recording;
const both = (): Uint8Array => {
  const frames = [...framesOf(up), ...framesOf(down, 'Ethernet', STARTED, { sourcePort: 5004, destinationPort: 40_000 })];
  return pcap(frames.sort((a, b) => a.timeMs - b.timeMs));
};

describe('a captured call', () => {
  it('is played to the same statistics, events and sound from rtpdump, pcap and pcapng', async () => {
    const first = await replay(writeRtpdump(up, STARTED), { output: join(folder.path, 'from-rtpdump') });
    const sound = readFileSync(join(folder.path, 'from-rtpdump', 'recording.wav'));
    expect(heard(first.report)?.playout?.packetsReceived).toBe(up.length);
    expect(heard(first.report)?.playout?.concealedSamples).toBeGreaterThan(1000);
    for (const [name, bytes] of [
      ['pcap', captureOf(up)],
      ['pcapng', pcapng(framesOf(up, 'Linux cooked'), [{ linkType: 113, resolution: [9, 1e6] }])],
    ] as const) {
      const output = join(folder.path, `from-${name}`);
      const other = await replay(bytes, { output });
      expect(heard(other.report)).toEqual(heard(first.report));
      expect(readFileSync(join(output, 'recording.wav')).equals(sound)).toBe(true);
      expect(other.report.capture?.format).toBe(name);
    }
  });

  it('with its reference is scored, as a recording is', async () => {
    const { report } = await replay(captureOf(up), { referenceFile: reference }, inlineAnalyser);
    expect(report.kind).toBe('recording');
    expect(measuredValue(heard(report)?.scores.mosLqo.measurement)).toBeGreaterThan(1.5);
    expect(['pass', 'warn', 'fail']).toContain(report.verdict.outcome);
    expect(report.verdict.summary).toMatch(/^The recording sounds .+MOS/);
    expect(report.capture).toMatchObject({ reference: 'spoken.wav', chosen: 0, packetTimeMs: 20 });
  });

  it('without one has no opinion score, and says so plainly beside what can be known', async () => {
    const { report } = await replay(captureOf(up), {}, inlineAnalyser);
    expect(heard(report)?.scores.mosLqo.measurement).toMatchObject({
      status: 'not-applicable',
      reason: expect.stringMatching(/no reference/),
    });
    expect(measuredValue(heard(report)?.network?.lossRatio)).toBeGreaterThan(0.04);
    expect(heard(report)?.events.length).toBeGreaterThan(3);
    const { outcome, diagnosis, summary } = report.verdict;
    expect([outcome, diagnosis]).toEqual(['inconclusive', 'unknown']);
    expect(summary).toMatch(/^Of capture-\d+, .+ % of its packets were lost.+make up .+How it sounds is not judged without a reference/);
    const text = renderTerminal(report, PLAIN);
    expect(text).toContain('NOT JUDGED: no reference');
    expect(text).not.toContain('MOS');
  });

  it('fits the schema of reports, is read back, and fits 80 columns', async () => {
    for (const change of [{}, { referenceFile: reference }]) {
      const { report } = await replay(both(), change, inlineAnalyser);
      expect(schemaErrors(JSON.parse(renderJson(report)), SCHEMA)).toEqual([]);
      expect(parseReport(renderJson(report), 'x')).toEqual(JSON.parse(renderJson(report)));
      for (const columns of [60, 80]) {
        for (const line of renderTerminal(report, { ...PLAIN, columns }).split('\n'))
          expect(textWidth(line), line).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('tells the time it was captured at', async () => {
    const { report } = await replay(captureOf(up));
    expect(report.startedAt).toBe(new Date(STARTED + (up[0]?.arrivalMs ?? 0)).toISOString());
    const nonsense = await replay(pcap(framesOf(up, 'Ethernet', 0)));
    expect(nonsense.report.startedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('is heard by the receiver that is asked for', async () => {
    const { report } = await replay(captureOf(up), { changes: { fixedDelayMs: 100, concealment: 'silence' } });
    expect(report.capture?.playout).toMatchObject({ fixedDelayMs: 100, concealment: 'silence' });
    expect(heard(report)?.playout?.insertedSamplesForDeceleration).toBe(0);
    expect(renderTerminal(report, PLAIN)).toMatch(/Receiver fixed buffer of 100 ms/);
  });

  it('is played to its last word, however long the buffer holds it, and no gap comes after', async () => {
    // Every seventh packet takes 180 ms longer, so the buffer holds the others for as long.
    const wide = up.map((arrival, n) => ({ ...arrival, arrivalMs: arrival.arrivalMs + (n % 7 === 2 && n < up.length - 15 ? 180 : 0) }));
    const slow = (wide.at(-1)?.arrivalMs ?? 0) - (wide[0]?.arrivalMs ?? 0);
    const output = join(folder.path, 'whole');
    const { report } = await replay(captureOf(wide), { output });
    const seconds = readWav(readFileSync(join(output, 'recording.wav')), 'x', { maxSeconds: 60 }).samples.length / 48_000;
    expect(seconds).toBeGreaterThan((slow + 60) / 1000);
    expect(seconds).toBeLessThan((slow + 400) / 1000);
    expect(heard(report)?.events.map(({ cause }) => cause)).not.toContain('no packet came any more');
  });

  it('leaves recording, packets and report where asked, and nothing otherwise', async () => {
    const output = join(folder.path, 'left');
    const { report, directory } = await replay(both(), { ssrc: 0xbeef, output });
    expect(directory).toBe(output);
    for (const name of Object.values(report.artifacts)) expect(existsSync(join(output, name)), name).toBe(true);
    const again = await replay(new Uint8Array(0), { file: join(output, 'stream.rtpdump') });
    expect(heard(again.report)?.playout).toEqual(heard(report)?.playout);
    expect(again.report.startedAt).toBe(report.startedAt);
    expect((await replay(both())).directory).toBeNull();
  });
});

describe('of several streams', () => {
  it('the longest is played, and all are listed, without addresses', async () => {
    const { report } = await replay(both());
    expect(report.capture?.streams).toMatchObject([
      { ssrc: 0xcafe, codec: 'opus', payloadType: 111, packets: up.length, sourcePort: 40_000, destinationPort: 5004 },
      { ssrc: 0xbeef, codec: 'opus', packets: down.length, sourcePort: 5004, destinationPort: 40_000 },
    ]);
    expect(report.capture?.chosen).toBe(0);
    const text = renderTerminal(report, PLAIN);
    expect(text).toMatch(/▸ 0x0000cafe: Opus.+\n {4}0x0000beef: Opus/);
    expect(renderJson(report) + text).not.toMatch(/192\.0\.2\.|c0000201/);
  });

  it('another one is played when named', async () => {
    const { report } = await replay(both(), { ssrc: 0xbeef });
    expect(report.capture?.chosen).toBe(1);
    expect(heard(report)?.playout?.packetsReceived).toBe(down.length);
    await expect(replay(both(), { ssrc: 1 })).rejects.toThrow(/no RTP stream 0x00000001/);
  });

  it('one that can be played is preferred to a longer one that cannot', async () => {
    const rng = createRng(2);
    const noise = Array.from({ length: 900 }, (_, n) => ({
      sequenceNumber: n,
      timestamp: n * 3000,
      marker: false,
      payloadType: 96,
      ssrc: 9,
      payload: Uint8Array.from({ length: 300 }, () => Math.floor(rng.next() * 256)),
      arrivalMs: n * 33,
    }));
    const { report } = await replay(pcap([...framesOf(up), ...framesOf(noise)]));
    expect(report.capture?.streams.map(({ codec }) => codec)).toEqual(['opus', null]);
    expect(report.capture?.chosen).toBe(0);
    expect(renderTerminal(report, PLAIN).replaceAll(/\s+/g, ' ')).toContain(
      'type 96, 29.7 s, 900 packets, port 40000 to 5004: its packets hold no Opus',
    );
  });
});

describe('telephone speech', () => {
  const sent = (packets: readonly (Uint8Array | null)[], payloadType: number): Arrival[] =>
    packets.flatMap((payload, n) => {
      if (payload === null || n % 13 === 5) return [];
      const rtp = { sequenceNumber: 65_500 + n, timestamp: n * 160, marker: n === 0, payloadType, ssrc: 3 };
      return [{ ...rtp, sequenceNumber: rtp.sequenceNumber & 0xffff, payload, arrivalMs: n * 20 + (n % 4) }];
    });
  const plan = callPlan({ leadInMs: 0, tailMs: 300 });
  const speak = (name: 'pcmu' | 'pcma', redundancy?: 1) =>
    encodeForCall(withSilence(resample(bundledSpeech('en-male', 4), 48_000), plan), {
      name,
      bitrateBps: 64_000,
      packetTimeMs: 20,
      ...(redundancy === undefined ? {} : { redundancy }),
    });

  it.each([
    ['pcmu', 0],
    ['pcma', 8],
  ] as const)('in %s is told by its payload type, played and scored', async (codec, payloadType) => {
    const spoken = join(folder.path, `${codec}.wav`);
    writeFileSync(spoken, writeWav(bundledSpeech('en-male', 4)));
    const { report } = await replay(captureOf(sent((await speak(codec)).packets, payloadType)), { referenceFile: spoken }, inlineAnalyser);
    expect(report.capture).toMatchObject({ packetTimeMs: 20, streams: [{ codec, payloadType }] });
    expect(heard(report)?.speechFound).toBe(true);
    expect(measuredValue(heard(report)?.network?.lossRatio)).toBeCloseTo(1 / 13, 2);
    expect(heard(report)?.playout?.concealedSamples).toBeGreaterThan(15 * 960);
    expect(schemaErrors(JSON.parse(renderJson(report)), SCHEMA)).toEqual([]);
  });

  it('is not asked for the concealment of Opus, which it has not', async () => {
    const asked = replay(captureOf(sent((await speak('pcmu')).packets, 0)), { changes: { concealment: 'opus' } });
    await expect(asked).rejects.toThrow(UserError);
    await expect(asked).rejects.toThrow(/the codec is pcmu, which has none/);
  });

  it('with comfort noise between its words has no gaps where nothing was said', async () => {
    const packets = (await speak('pcmu')).packets;
    const quiet = sent(packets, 0).filter(({ timestamp }) => timestamp < 100 * 160 || timestamp >= 150 * 160);
    const noise = {
      sequenceNumber: 0,
      timestamp: 100 * 160,
      marker: false,
      payloadType: 13,
      ssrc: 3,
      payload: Uint8Array.of(70),
      arrivalMs: 2000,
    };
    const last = quiet.findLastIndex(({ timestamp }) => timestamp < noise.timestamp);
    const renumbered = [...quiet.slice(0, last + 1), noise, ...quiet.slice(last + 1)].map((arrival, n) => ({
      ...arrival,
      sequenceNumber: n,
    }));
    const [described, silent] = [
      await replay(captureOf(renumbered)),
      await replay(captureOf(renumbered.filter((arrival) => arrival.payloadType === 0))),
    ];
    const concealed = (report: Report): number => heard(report)?.playout?.concealedSamples ?? Number.NaN;
    expect(concealed(silent.report) - concealed(described.report)).toBeGreaterThan(0.8 * 50 * 960);
  });

  it('with redundancy is told by what its packets hold, and made good from it', async () => {
    const plain = await replay(captureOf(sent((await speak('pcmu')).packets, 0)));
    const { report } = await replay(captureOf(sent((await speak('pcmu', 1)).packets, 63)));
    expect(report.capture?.streams).toMatchObject([{ codec: 'pcmu', payloadType: 63, redundant: true }]);
    expect(schemaErrors(JSON.parse(renderJson(report)), SCHEMA)).toEqual([]);
    const concealed = ({ directions }: Report): number => directions.recording?.playout?.concealedSamples ?? Number.NaN;
    expect(concealed(report)).toBeLessThan(0.3 * concealed(plain.report));
    expect(renderTerminal(report, PLAIN).replaceAll(/\s+/g, ' ')).toContain('G.711 (PCMU) with redundancy in packets of 20 ms');
  });
});

describe('packets besides speech', () => {
  it('are numbered with it, and not played', async () => {
    const tones = up.map((arrival, n) =>
      n % 50 === 7 ? { ...arrival, payloadType: 101, payload: Uint8Array.of(1, 10, 0, 160) } : arrival,
    );
    const { report } = await replay(captureOf(tones));
    const all = await replay(captureOf(up));
    expect(measuredValue(heard(report)?.network?.lossRatio)).toBe(measuredValue(heard(all.report)?.network?.lossRatio));
    expect(heard(report)?.playout?.packetsReceived).toBe(tones.filter(({ payloadType }) => payloadType === 111).length);
  });
});

describe('what cannot be played', () => {
  const rng = createRng(4);
  const scrambled = (): Arrival[] =>
    up.map((arrival) => ({ ...arrival, payload: Uint8Array.from(arrival.payload, () => Math.floor(rng.next() * 256)) }));

  it('is said to be encrypted, and not played as noise', async () => {
    await expect(replay(captureOf(scrambled()))).rejects.toThrow(
      /cannot be played: its packets hold no Opus that could be told: they are encrypted/,
    );
    await expect(replay(captureOf(scrambled()), { codec: 'opus' })).rejects.toThrow(UserError);
    const keys = { timeMs: STARTED, bytes: udpInIp(Uint8Array.of(22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1)) };
    const overheard = pcap([keys, ...framesOf(scrambled(), 'raw IP')], { linkType: 101 });
    await expect(replay(overheard)).rejects.toThrow(/the two ends agreed on keys \(DTLS-SRTP\)/);
  });

  it('is said of a payload type that has no packets, or too few', async () => {
    await expect(replay(captureOf(up), { payloadType: 99 })).rejects.toThrow(/too few packets/);
    await expect(replay(captureOf(down.slice(0, 5)))).resolves.toBeDefined();
  });

  it('is said of a stream longer than is played at once', async () => {
    const slow = up.map((arrival, n) => ({ ...arrival, arrivalMs: arrival.arrivalMs + n * 4000 }));
    await expect(replay(captureOf(slow))).rejects.toThrow(/more than 600 s/);
    const minutes = up.map((arrival, n) => ({ ...arrival, arrivalMs: arrival.arrivalMs + n * 800 }));
    await expect(replay(captureOf(minutes), { referenceFile: reference })).rejects.toThrow(/more than 120 s/);
  });

  it('is said of a capture in which there is no voice, with the reason that its frames show', async () => {
    await expect(replay(pcap([]))).rejects.toThrow(/holds no RTP stream$/);
    await expect(replay(pcap(framesOf(up), { linkType: 127 }))).rejects.toThrow(/a kind of link that is not read/);
    await expect(replay(pcap(framesOf(up).map((frame) => ({ ...frame, bytes: frame.bytes.subarray(0, 54) }))))).rejects.toThrow(
      /only the first bytes/,
    );
    await expect(replay(pcapng(framesOf(up).map((frame) => ({ ...frame, block: 'simple' as const }))))).rejects.toThrow(/have no times/);
  });

  it('warns of what was left out of a capture that can', async () => {
    const frames = framesOf(up).map((frame, n) =>
      n % 30 === 4 ? { ...frame, bytes: frame.bytes.subarray(0, 60), wireBytes: 120 } : frame,
    );
    const whole = pcap(frames);
    const { report } = await replay(whole.subarray(0, whole.length - 5));
    expect(report.warnings.map(({ code }) => code)).toEqual(['capture-ends-inside', 'capture-cut']);
  });
});
