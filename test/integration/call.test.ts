import { describe, expect, it } from 'vitest';
import { placeCall } from '../../src/call/place-call.ts';
import { DIRECTIONS, type Direction, type PacketClass, type PacketFate } from '../../src/core/packet.ts';
import { createRng } from '../../src/core/rng.ts';
import { machineClock } from '../../src/path/relay-clock.ts';
import { callPlan, dummySpeech, openHandles, pathRule, phase, phaseSummary, runCall } from '../support/call.ts';

const gilbert = pathRule({
  match: ['rtp'],
  direction: 'both',
  action: { kind: 'gilbert-elliott-loss', enterBadRatio: 0.1, leaveBadRatio: 0.3, lossInBadRatio: 1, lossInGoodRatio: 0 },
});
const blackHole = (match: 'any' | PacketClass[], direction: Direction | 'both' = 'both') =>
  pathRule({ match, direction, action: { kind: 'black-hole' } });
const ofClass = (fates: readonly PacketFate[], direction: Direction, packetClass: PacketClass): PacketFate[] =>
  fates.filter((fate) => fate.direction === direction && fate.packetClass === packetClass);

describe('a call over a clear path', () => {
  it('carries every packet both ways, unchanged and in order, all of it through the relay', async () => {
    const { record } = await runCall(callPlan([]), 2);

    expect(phaseSummary(record)).toEqual(['gathering ok', 'ice ok', 'dtls ok', 'firstMedia ok', 'sustainedMedia ok', 'text ok']);
    expect(record.aborted).toBeNull();
    for (const direction of DIRECTIONS) {
      const { sent, arrivals, mediaStartMs, mediaEndMs } = record.directions[direction];
      expect(sent).toHaveLength(100);
      expect(arrivals.map((arrival) => arrival.payload)).toEqual(dummySpeech(2, direction).packets);
      expect(arrivals.map((arrival) => arrival.sequenceNumber)).toEqual(sent.map((packet) => packet.sequenceNumber));
      expect(arrivals.map((arrival) => arrival.timestamp)).toEqual(sent.map((packet) => packet.timestamp));
      expect(arrivals.map((arrival) => arrival.marker)).toEqual(sent.map((_, n) => n === 0));
      expect(new Set(arrivals.map((arrival) => `${arrival.payloadType} ${arrival.ssrc}`)).size).toBe(1);
      expect(arrivals[0]?.payloadType).toBe(111);
      expect(arrivals.every(({ arrivalMs }) => Number.isInteger(arrivalMs))).toBe(true);
      expect(sent.map((packet) => packet.dueMs)).toEqual(sent.map((_, n) => (mediaStartMs ?? 0) + n * 20));
      expect(sent.every((packet) => packet.sentMs >= packet.dueMs)).toBe(true);
      expect(mediaEndMs).toBeGreaterThanOrEqual(arrivals.at(-1)?.arrivalMs ?? Number.POSITIVE_INFINITY);
      const relayed = ofClass(record.fates, direction, 'rtp');
      expect(relayed.map((fate) => fate.sequenceNumber)).toEqual(sent.map((packet) => packet.sequenceNumber));
      expect(relayed.every(({ fate }) => fate === 'delivered')).toBe(true);
      expect(ofClass(record.fates, direction, 'dtls-handshake').length).toBeGreaterThan(0);
      expect(ofClass(record.fates, direction, 'rtcp').length).toBeGreaterThan(0);
    }
  });

  it('echoes texts inside the call and beside it, and learns the round trip from RTCP', async () => {
    const delay = pathRule({ match: 'any', direction: 'both', action: { kind: 'delay', delayMs: 30 } });
    const { record, progress } = await runCall(callPlan([delay]), 4);

    for (const flow of [record.text, record.dataChannel]) {
      expect(flow.failure).toBeNull();
      expect(flow.echoed).toBe(flow.sent);
      expect(flow.echoed).toBeGreaterThan(20);
      expect(flow.roundTripSeconds).toHaveLength(flow.echoed);
      expect(Math.min(...flow.roundTripSeconds)).toBeGreaterThanOrEqual(0.058);
    }
    const roundTrips = DIRECTIONS.map((direction) => record.directions[direction].roundTripSeconds);
    expect(Math.max(...roundTrips.map((seconds) => seconds ?? 0))).toBeGreaterThan(0.05);
    expect(record.health.eventLoopDelaySeconds).not.toBeNull();
    expect(record.health.sendLatenessSeconds?.p50).toBeGreaterThanOrEqual(0);
    expect(record.health.relayLatenessSeconds).not.toBeNull();
    expect(progress.filter(({ kind }) => kind === 'media').length).toBeGreaterThanOrEqual(2);
  });
});

describe('a call over a lossy path', () => {
  it('loses the same packets, by sequence number, in two runs of one seed, and others with another seed', async () => {
    const [first, second, other] = await Promise.all([7, 7, 8].map((seed) => runCall(callPlan([gilbert], {}, seed), 2)));
    for (const direction of DIRECTIONS) {
      const [a, b, c] = [first, second, other].map((run) =>
        run?.record.directions[direction].arrivals.map((packet) => packet.sequenceNumber),
      );
      expect(a?.length).toBeLessThan(100);
      expect(b).toEqual(a);
      expect(c).not.toEqual(a);
      const dropped = ofClass(first?.record.fates ?? [], direction, 'rtp').filter(({ fate }) => fate === 'dropped');
      expect(dropped.length + (a?.length ?? 0)).toBe(100);
    }
  });
});

describe('a call that hardly connects', () => {
  it('connects when STUN passes only after a while', async () => {
    const late = { ...blackHole(['stun']), for: { ms: 2500 } };
    const { record } = await runCall(callPlan([late]), 0.2);
    expect(phaseSummary(record)).toEqual(['gathering ok', 'ice ok', 'dtls ok', 'firstMedia ok', 'sustainedMedia ok', 'text ok']);
    expect(phase(record, 'ice').seconds).toBeGreaterThan(2);
    expect(await openHandles()).toEqual([]);
  });
});

describe('a blocked call', () => {
  it('ends as ice-timeout when STUN is blocked, with texts echoed', async () => {
    const { record, tookMs } = await runCall(callPlan([blackHole(['stun'], 'up')], { connectMs: 1500 }), 1);
    expect(phaseSummary(record)).toEqual([
      'gathering ok',
      'ice ice-timeout',
      'dtls skipped',
      'firstMedia skipped',
      'sustainedMedia skipped',
      'text ok',
    ]);
    expect(phase(record, 'ice').seconds).toBeGreaterThanOrEqual(1.5);
    expect(tookMs).toBeLessThan(2500);
    expect(record.text.echoed).toBeGreaterThan(10);
    expect(record.health.eventLoopDelaySeconds).not.toBeNull();
    expect(record.dataChannel).toMatchObject({ sent: 0, failure: null });
    expect(record.directions.up).toMatchObject({ sent: [], arrivals: [], mediaStartMs: null });
    expect(ofClass(record.fates, 'up', 'stun').every(({ fate }) => fate === 'dropped')).toBe(true);
  });

  it('ends as ice-timeout and text-timeout when nothing passes at all', async () => {
    const { record, tookMs } = await runCall(callPlan([blackHole('any')], { connectMs: 1000, textMs: 1500 }), 1);
    expect(phase(record, 'ice').failure?.code).toBe('ice-timeout');
    expect(phase(record, 'text').failure?.code).toBe('text-timeout');
    expect(record.text).toMatchObject({ echoed: 0, failure: { code: 'text-timeout' } });
    expect(record.text.sent).toBeGreaterThan(3);
    expect(tookMs).toBeLessThan(3000);
  });

  it('ends as ice-timeout when everything stops after the first packets, before a way is found', async () => {
    const cut = { ...blackHole('any'), after: { packets: 1 } };
    const lossy = pathRule({ match: ['stun'], direction: 'both', action: { kind: 'delay', delayMs: 300 } });
    const { record, tookMs } = await runCall(callPlan([lossy, cut], { connectMs: 1500 }), 1);
    expect(phase(record, 'ice').failure?.code).toBe('ice-timeout');
    expect(tookMs).toBeLessThan(4500);
    expect(await openHandles()).toEqual([]);
  });

  it('ends as dtls-timeout when the handshake is cut off after its first flights', async () => {
    const cut = { ...blackHole(['dtls-handshake']), after: { packets: 2 } };
    const { record, tookMs } = await runCall(callPlan([cut], { connectMs: 2000 }), 1);
    expect(phaseSummary(record).slice(1, 4)).toEqual(['ice ok', 'dtls dtls-timeout', 'firstMedia skipped']);
    expect(tookMs).toBeLessThan(3500);
    expect(await openHandles()).toEqual([]);
  });

  it('ends as dtls-timeout when the handshake is blocked, and leaves nothing running', async () => {
    const { record, tookMs } = await runCall(callPlan([blackHole(['dtls-handshake'])], { connectMs: 1700 }), 1);
    expect(phaseSummary(record).slice(1, 4)).toEqual(['ice ok', 'dtls dtls-timeout', 'firstMedia skipped']);
    expect(phase(record, 'dtls').failure?.message).toContain('caller and callee');
    expect(tookMs).toBeLessThan(2700);
    expect(await openHandles()).toEqual([]);
  });
});

describe('a call whose media fails', () => {
  it('names the direction that stopped, goes on to the end, and ends early when both are dead', async () => {
    const oneWay = { ...blackHole(['rtp'], 'down'), after: { packets: 30 } };
    const { record } = await runCall(callPlan([oneWay]), 2);
    expect(phase(record, 'firstMedia').status).toBe('ok');
    expect(phase(record, 'sustainedMedia').failure).toMatchObject({
      code: 'media-stopped',
      message: expect.stringContaining('callee to caller'),
    });
    expect(phase(record, 'sustainedMedia').seconds).toBeLessThan(0.9);
    expect(record.directions.down.arrivals).toHaveLength(30);
    expect(record.directions.up.arrivals).toHaveLength(100);

    const dead = await runCall(callPlan([{ ...oneWay, direction: 'both' }]), 6);
    const { failure } = phase(dead.record, 'sustainedMedia');
    expect(failure?.message).toMatch(/caller to callee: .*; callee to caller: |callee to caller: .*; caller to callee: /);
    expect(dead.record.directions.up.sent.length).toBeLessThan(200);
    expect(dead.record.aborted).toBeNull();
  });

  it('ends soon after a total blackout in mid-call, which text does not outlive either', async () => {
    const blackout = { ...blackHole('any'), after: { event: 'first-media', ms: 1000 } } as const;
    const { record, tookMs } = await runCall(callPlan([blackout]), 15);
    expect(phaseSummary(record).slice(0, 5)).toEqual([
      'gathering ok',
      'ice ok',
      'dtls ok',
      'firstMedia ok',
      'sustainedMedia media-stopped',
    ]);
    expect(phase(record, 'sustainedMedia').seconds).toBeLessThan(2.5);
    // Three times the gap after which media counts as stopped (media-phases.ts), and the last texts.
    expect(tookMs).toBeLessThan(6000);
    for (const direction of DIRECTIONS) expect(record.directions[direction].arrivals.length).toBeGreaterThan(30);
    expect(record.text.echoed).toBeLessThan(record.text.sent);
    expect(await openHandles()).toEqual([]);
  });

  it('goes on when STUN is blocked in mid-call, for as long as consent lasts', async () => {
    const blocked = { ...blackHole(['stun']), after: { event: 'first-media' } } as const;
    const { record } = await runCall(callPlan([blocked]), 3);
    expect(phase(record, 'sustainedMedia').status).toBe('ok');
    for (const direction of DIRECTIONS) expect(record.directions[direction].arrivals).toHaveLength(150);
  });

  it('records an outage that ends with what came after it', async () => {
    const outage = { ...blackHole(['rtp'], 'up'), after: { packets: 20 }, for: { packets: 40 } };
    const { record } = await runCall(callPlan([outage]), 2);
    const { failure, seconds } = phase(record, 'sustainedMedia');
    expect(failure?.code).toBe('media-interrupted');
    expect(failure?.message).toMatch(/^caller to callee: nothing arrived for (7|8|9)\d\d ms from 0\.[345] s on$/);
    expect(seconds).toBeLessThan(0.6);
    expect(record.directions.up.arrivals).toHaveLength(60);
    expect(record.directions.down.arrivals).toHaveLength(100);
  });

  it('waits for what the relay still holds, so that a long path loses nothing, and no longer than that', async () => {
    const rtp = { match: ['rtp'], direction: 'both' } as const;
    const long = pathRule({ ...rtp, action: { kind: 'delay', delayMs: 600 } });
    const lossy = pathRule({ ...rtp, action: { kind: 'bernoulli-loss', lossRatio: 0.2 } });
    const endless = pathRule({ ...rtp, action: { kind: 'delay', delayMs: 60_000 } });
    const runs = await Promise.all([
      runCall(callPlan([long]), 1),
      runCall(callPlan([lossy, long]), 1),
      runCall(callPlan([endless], { firstMediaMs: 300 }), 1),
    ]);
    const [{ record }, lossyRun, endlessRun] = runs;
    for (const direction of DIRECTIONS) {
      expect(record.directions[direction].arrivals).toHaveLength(50);
      const relayed = ofClass(lossyRun.record.fates, direction, 'rtp').filter(({ fate }) => fate !== 'dropped');
      expect(lossyRun.record.directions[direction].arrivals).toHaveLength(relayed.length);
    }
    expect(phase(record, 'sustainedMedia').status).toBe('ok');
    expect(endlessRun.tookMs).toBeLessThan(5000);
  });

  it('counts what befell the relay itself', async () => {
    const { record } = await runCall(callPlan([]), 0.2);
    expect(record.health.relay).toEqual({ strangers: 0, overflowed: 0, socketErrors: 0, unrecorded: 0 });
  });

  it('says that a data channel never opened', async () => {
    const { record } = await runCall(callPlan([blackHole(['dtls-data'])]), 0.6);
    expect(phase(record, 'sustainedMedia').status).toBe('ok');
    expect(record.dataChannel).toMatchObject({ sent: 0, echoed: 0, failure: { code: 'text-timeout' } });
    expect(record.dataChannel.failure?.message).toMatch(/^the data channel did not open within \d\.\d s/);
  });

  it('tells a call that only one side hears', async () => {
    const { record } = await runCall(callPlan([blackHole(['rtp'], 'up')], { firstMediaMs: 500 }), 1.2);
    expect(phase(record, 'firstMedia').failure).toMatchObject({
      code: 'first-media-timeout',
      message: 'no voice packet arrived from caller to callee within 0.5 s',
    });
    expect(phase(record, 'sustainedMedia').status).toBe('ok');
    expect(record.directions.up.arrivals).toEqual([]);
    expect(record.directions.down.arrivals).toHaveLength(60);
  });

  it('ends at the first-media timeout when neither side hears', async () => {
    const { record } = await runCall(callPlan([blackHole(['rtp'])], { firstMediaMs: 500 }), 3);
    expect(phase(record, 'firstMedia').failure?.code).toBe('first-media-timeout');
    expect(phase(record, 'sustainedMedia').status).toBe('skipped');
    expect(record.directions.up.sent.length).toBeLessThan(50);
  });
});

describe('an interrupted call', () => {
  it('saves what there was when stopped in mid-call, and leaves nothing running', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('interrupted'), 1200);
    const { record, tookMs } = await runCall(callPlan([]), 10, controller.signal);
    expect(tookMs).toBeLessThan(2200);
    expect(record.aborted).toBe('interrupted');
    expect(phaseSummary(record)).toEqual(['gathering ok', 'ice ok', 'dtls ok', 'firstMedia ok', 'sustainedMedia interrupted', 'text ok']);
    expect(record.directions.up.arrivals.length).toBeGreaterThan(10);
    expect(record.text.echoed).toBeGreaterThan(3);
    expect(await openHandles()).toEqual([]);
  });

  it('names the phase it was stopped in, and why', async () => {
    const { record } = await runCall(callPlan([blackHole('any')]), 1, AbortSignal.timeout(300));
    expect(record.aborted).toBe('run-timeout');
    expect(phaseSummary(record)).toEqual([
      'gathering ok',
      'ice run-timeout',
      'dtls skipped',
      'firstMedia skipped',
      'sustainedMedia skipped',
      'text run-timeout',
    ]);
    expect(record.text).toMatchObject({ echoed: 0, failure: { code: 'run-timeout' } });
  });

  it('takes the time of day at the origin of its times', async () => {
    const asked: string[] = [];
    const telling = <T>(what: string, value: () => T): T => {
      asked.push(what);
      return value();
    };
    const clock = { ...machineClock, now: () => telling('clock', machineClock.now) };
    const nowIso = (): string => telling('time of day', () => '2026-01-01T00:00:00.000Z');
    const speech = { up: dummySpeech(0.1, 'up'), down: dummySpeech(0.1, 'down') };
    const deps = { clock, nowIso, rng: createRng(1), signal: AbortSignal.abort('interrupted'), onProgress: () => undefined };
    expect((await placeCall(callPlan([]), speech, deps)).startedAt).toBe('2026-01-01T00:00:00.000Z');
    expect(asked.slice(0, 2)).toEqual(['time of day', 'clock']);
  });

  it('does nothing when it was stopped before it began', async () => {
    const { record } = await runCall(callPlan([]), 1, AbortSignal.abort('interrupted'));
    expect(record.aborted).toBe('interrupted');
    expect(record.directions.up.sent).toEqual([]);
    expect(await openHandles()).toEqual([]);
  });
});
