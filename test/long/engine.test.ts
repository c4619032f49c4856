import { describe, expect, it } from 'vitest';
import type { CallPeers, CallPlan } from '../../src/core/call-plan.ts';
import type { PathRule } from '../../src/core/path-profile.ts';
import { callPlan, dummySpeech, openHandles, pathRule, phase, phaseSummary, runCall } from '../support/call.ts';
import { openTestEngine } from '../support/engine.ts';

const ALL_OK = ['gathering ok', 'ice ok', 'dtls ok', 'firstMedia ok', 'sustainedMedia ok', 'text ok'];
const CALLEE: CallPeers = { caller: 'callprobe', callee: 'libwebrtc' };
const CALLER: CallPeers = { caller: 'chromium', callee: 'callprobe' };
const planWith = (peers: CallPeers, rules: readonly PathRule[]): CallPlan => ({ ...callPlan(rules), peers });
const noSignal = (): AbortSignal => new AbortController().signal;
const voice = { match: ['rtp'], direction: 'both' } as const;

describe('a call with an engine at one end', () => {
  it.each([
    ['answering', CALLEE, 'up', 'down'],
    ['calling', CALLER, 'down', 'up'],
  ] as const)(
    '%s connects and goes on, all of it through the relay, and tells the packets of both directions',
    async (_what, peers, heardByIt, spokenByIt) => {
      const loss = pathRule({ ...voice, action: { kind: 'bernoulli-loss', lossRatio: 0.1 } });
      const delay = pathRule({ ...voice, action: { kind: 'delay', delayMs: 40 } });
      const engine = await openTestEngine(2, { roundTripSeconds: () => Promise.resolve(0.25) });
      const side = peers.caller === 'callprobe' ? 'callee' : 'caller';
      const { record } = await runCall(planWith(peers, [loss, delay]), 2, noSignal(), undefined, { [side]: engine });

      expect(phaseSummary(record)).toEqual(ALL_OK);
      expect(record.engines).toEqual({ [side]: 'test engine 1' });
      expect(record.dataChannel.echoed).toBeGreaterThan(5);
      expect(record.health.relay?.strangers).toBe(0);

      const heard = record.directions[heardByIt];
      expect(heard.sent).toHaveLength(100);
      expect(heard.arrivals.length).toBeGreaterThan(70);
      expect(heard.arrivals.map(({ payload, sequenceNumber, timestamp }) => ({ payload, sequenceNumber, timestamp }))).toEqual(
        engine.heard.map(({ payload, sequenceNumber, timestamp }) => ({ payload, sequenceNumber, timestamp })),
      );
      expect(heard.arrivals.map(({ ssrc, payloadType, marker }) => `${ssrc} ${payloadType} ${marker}`)).toEqual(
        engine.heard.map(({ ssrc, payloadType, marker }) => `${ssrc} ${payloadType} ${marker}`),
      );
      expect(heard.engine).toMatchObject({ name: 'test engine 1', heard: { inbound: { packetsReceived: engine.heard.length } } });
      const startedAtMs = heard.engine?.heard?.startedAtMs ?? 0;
      expect(startedAtMs).toBeGreaterThan(heard.mediaStartMs ?? 0);

      const spoken = record.directions[spokenByIt];
      expect(spoken.sent).toHaveLength(100);
      expect(spoken.engine).toBeUndefined();
      const sentPayloads = dummySpeech(2, 'down').packets;
      const first = spoken.sent[0]?.sequenceNumber ?? 0;
      expect(
        spoken.arrivals.every((packet) => Buffer.compare(packet.payload, sentPayloads[packet.sequenceNumber - first] as Uint8Array) === 0),
      ).toBe(true);
      expect(spoken.arrivals.length).toBeLessThan(100);
      expect(spoken.sent.every(({ dueMs, payloadBytes, sentMs }) => payloadBytes === 80 && sentMs >= dueMs)).toBe(true);
      // The engine's microphone opened one packet time before its first packet was due.
      expect(Math.abs((spoken.sent[0]?.dueMs ?? 0) - (spoken.mediaStartMs ?? 0))).toBeLessThan(20);
      // What each side learnt is told of the direction it speaks in; our own may not have had a report yet.
      expect(spoken.roundTripSeconds).toBe(0.25);
      expect(heard.roundTripSeconds).not.toBe(0.25);
      expect(await openHandles()).toEqual([]);
    },
  );

  it('ends as engine-failed when the engine breaks while it talks', async () => {
    let tell = (_why: string): void => undefined;
    const broken = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const engine = await openTestEngine(2, { broken });
    setTimeout(() => tell('its process ended (SIGSEGV)'), 1_200);
    const { record, tookMs } = await runCall(planWith(CALLEE, []), 2, noSignal(), undefined, { callee: engine });
    const failed = record.phases.find(({ failure }) => failure !== null);
    expect(failed?.failure).toEqual({
      code: 'engine-failed',
      message: "the callee's engine, test engine 1, failed: its process ended (SIGSEGV)",
    });
    expect(tookMs).toBeLessThan(3_500);
  });

  it('ends as engine-failed when the engine does not describe itself', async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const silent = await openTestEngine(1, { acceptOffer: never });
    const { record } = await runCall(
      { ...planWith(CALLEE, []), timeouts: { ...callPlan([]).timeouts, gatheringMs: 300 } },
      1,
      noSignal(),
      undefined,
      {
        callee: silent,
      },
    );
    expect(phase(record, 'gathering').failure?.code).toBe('engine-failed');
    const ending = await openTestEngine(1, { acceptOffer: () => Promise.reject(new Error('gone')), broken: Promise.resolve('gone') });
    const other = await runCall(planWith(CALLEE, []), 1, noSignal(), undefined, { callee: ending });
    expect(phase(other.record, 'gathering').failure).toMatchObject({ code: 'engine-failed' });
    expect(await openHandles()).toEqual([]);
  });

  it('blames the engine that does not say what it heard, not the network', async () => {
    const mute = await openTestEngine(1, { hearing: () => new Promise(() => undefined) });
    const { record } = await runCall(planWith(CALLEE, []), 1, noSignal(), undefined, { callee: mute });
    expect(phase(record, 'sustainedMedia').failure?.code).toBe('engine-failed');
    expect(record.directions.up.engine).toEqual({ name: 'test engine 1', heard: null });
    expect(record.directions.up.arrivals).toHaveLength(50);
  });

  it('blames the engine that cannot hand over what it heard', async () => {
    const broken = await openTestEngine(1, { hearing: () => Promise.reject(new Error('the browser plays at 8000 Hz\n  at x')) });
    const { record } = await runCall(planWith(CALLEE, []), 1, noSignal(), undefined, { callee: broken });
    expect(phase(record, 'sustainedMedia').failure).toEqual({
      code: 'engine-failed',
      message: "the callee's engine did not hand over what it heard: the browser plays at 8000 Hz",
    });
  });

  it.each([
    ['refuses to speak', () => Promise.reject(new Error('no microphone')), /failed to speak: no microphone/, 1_000],
    ['never begins to speak', () => new Promise<never>(() => undefined), /did not begin to speak/, 2_500],
  ] as const)('blames an engine that %s, and not the network', async (_what, speak, message, withinMs) => {
    for (const [peers, side] of [
      [CALLEE, 'callee'],
      [CALLER, 'caller'],
    ] as const) {
      const mute = await openTestEngine(2, { speak });
      const { record, tookMs } = await runCall(planWith(peers, []), 2, noSignal(), undefined, { [side]: mute });
      const failures = record.phases.flatMap(({ failure }) => (failure === null ? [] : [failure]));
      expect(failures.map(({ code }) => code)).toEqual(['engine-failed']);
      expect(failures[0]?.message).toMatch(message);
      expect(failures[0]?.message).toContain(side);
      expect(tookMs).toBeLessThan(withinMs + 3_000);
    }
    expect(await openHandles()).toEqual([]);
  });

  it('does not wait for the silence that an engine goes on to send', async () => {
    const delay = pathRule({ ...voice, action: { kind: 'delay', delayMs: 300 } });
    const talkative = await openTestEngine(5);
    const { record, tookMs } = await runCall(planWith(CALLEE, [delay]), 1, noSignal(), undefined, { callee: talkative });
    const { arrivals, sent } = record.directions.down;
    expect(sent.length).toBeGreaterThan(45);
    expect(sent.length).toBeLessThan(60);
    expect(arrivals).toHaveLength(sent.length);
    expect(tookMs).toBeLessThan(2_900);
  });

  it('is on record, and was never placed, when it was ended while its engine was starting', async () => {
    const { record } = await runCall(planWith(CALLEE, []), 1, AbortSignal.abort('interrupted'));
    expect(record.aborted).toBe('interrupted');
    expect(record.phases.every(({ status }) => status === 'skipped')).toBe(true);
  });

  it('is not placed with an engine the plan does not name, nor without the one it names', async () => {
    await expect(runCall(planWith(CALLEE, []), 1)).rejects.toThrow('the callee is not what the plan says');
    const engine = await openTestEngine(1);
    await expect(runCall(callPlan([]), 1, noSignal(), undefined, { callee: engine })).rejects.toThrow(
      'the callee is not what the plan says',
    );
    await engine.peer.close();
  });
});
