import { describe, expect, it } from 'vitest';
import { type ReportContext, reportCall } from '../../src/app/report-call.ts';
import {
  type CallRecord,
  type EngineRecord,
  type FailureCode,
  PHASE_IDS,
  type PhaseId,
  type TextFlowRecord,
} from '../../src/core/call-record.ts';
import type { Report } from '../../src/core/report.ts';
import { arrivalsOf, callRecord, directionRecord, sentPackets } from '../support/call-records.ts';
import { THRESHOLDS } from '../support/reports.ts';

const CONTEXT: ReportContext = {
  tool: { name: 'callprobe', version: '0', node: 'v0', platform: 'none' },
  labels: {},
  runType: 'manual',
  requested: {},
  thresholds: THRESHOLDS,
  warnings: [],
  artifacts: {},
};
const heard = directionRecord({ arrivals: arrivalsOf(sentPackets(100), () => true, 40), sentCount: 100 });
const report = (changes: Partial<CallRecord>): Report =>
  reportCall(callRecord({ up: heard, down: heard }, changes), { up: null, down: null }, CONTEXT);
const failing = (id: PhaseId, code: FailureCode): CallRecord['phases'] =>
  PHASE_IDS.map((phase) => ({
    id: phase,
    status: phase === id ? 'failed' : 'ok',
    seconds: 1,
    failure: phase === id ? { code, message: '' } : null,
  }));
const texts = (sent: number, echoed: number, code: FailureCode | null): TextFlowRecord => ({
  sent,
  echoed,
  roundTripSeconds: Array.from({ length: echoed }, () => 0.08),
  failure: code === null ? null : { code, message: '' },
});

describe('the flows of a report', () => {
  it.each([
    [texts(0, 0, null), 'not-tested'],
    [texts(0, 0, 'text-timeout'), 'failed'],
    [texts(0, 0, 'text-refused'), 'failed'],
    [texts(9, 0, 'text-timeout'), 'failed'],
    [texts(9, 9, 'text-closed'), 'failed'],
    [texts(9, 7, null), 'degraded'],
    [texts(9, 9, null), 'ok'],
    [texts(5, 0, 'interrupted'), 'not-tested'],
    [texts(5, 0, 'run-timeout'), 'not-tested'],
    [texts(1, 0, 'no-loopback'), 'not-tested'],
  ] as const)('call texts %j %s, inside the call as beside it', (flow, status) => {
    const { flows } = report({ text: flow, dataChannel: flow });
    expect(flows?.text).toMatchObject({ status, failureCode: flow.failure?.code ?? null });
    expect(flows?.dataChannel).toEqual(flows?.text);
  });

  it.each([
    ['sustainedMedia', 'media-stopped', 'failed'],
    ['sustainedMedia', 'media-interrupted', 'degraded'],
    ['sustainedMedia', 'interrupted', 'not-tested'],
    ['ice', 'no-loopback', 'not-tested'],
    ['ice', 'ice-timeout', 'failed'],
    ['text', 'text-timeout', 'ok'],
  ] as const)('call a voice whose %s ended as %s %s', (id, code, status) => {
    expect(report({ phases: failing(id, code) }).flows?.voice.status).toBe(status);
  });

  it('accuse nobody when a call was interrupted before it connected', () => {
    const phases = PHASE_IDS.map((id) => {
      const ended = id === 'ice' || id === 'text';
      return {
        id,
        status: ended ? ('failed' as const) : id === 'gathering' ? ('ok' as const) : ('skipped' as const),
        seconds: ended ? 1 : null,
        failure: ended ? { code: 'interrupted' as const, message: '' } : null,
      };
    });
    const nothing = directionRecord({ arrivals: [], sentCount: 0 });
    const { flows, verdict } = report({
      aborted: 'interrupted',
      phases,
      directions: { up: nothing, down: nothing },
      text: texts(3, 0, 'interrupted'),
    });
    expect([flows?.voice.status, flows?.text.status]).toEqual(['not-tested', 'not-tested']);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.checks.map(({ status }) => status)).not.toContain('fail');
    expect(verdict.checks.find(({ id }) => id === 'mediaArrived')?.status).toBe('not-checked');
  });
});

describe('the peers of a report', () => {
  it('are warned of when one of them could not play all that it heard', () => {
    const recording = { samples: new Float32Array(480), sampleRateHz: 48_000 };
    const heardBy = (skippedMs: number): EngineRecord => ({
      name: 'engine 1',
      heard: { startedAtMs: 0, inbound: {}, skippedMs, recording },
    });
    const warnings = (skippedMs: number): string[] =>
      report({ engines: { callee: 'engine 1' }, directions: { up: { ...heard, engine: heardBy(skippedMs) }, down: heard } }).warnings.map(
        ({ code, message }) => `${code}: ${message}`,
      );
    expect(warnings(30)).toEqual([expect.stringMatching(/^recording-pieces-missing: 30 ms .* engine 1 heard \(up\)/)]);
    expect(warnings(0.1)).toEqual([]);
  });

  it('are our own, who listen to each other, unless an engine sits at an end', () => {
    const own = report({});
    expect(own.peers).toEqual({ caller: 'callprobe', callee: 'callprobe' });
    expect([own.directions.up?.receiver, own.directions.down?.receiver]).toEqual(['callprobe', 'callprobe']);
    const engine = { name: 'engine 1', heard: null };
    const other = report({ engines: { callee: 'engine 1' }, directions: { up: { ...heard, engine }, down: heard } });
    expect(other.peers).toEqual({ caller: 'callprobe', callee: 'engine 1' });
    expect([other.directions.up?.receiver, other.directions.down?.receiver]).toEqual(['engine 1', 'callprobe']);
  });
});

describe('the health in a report', () => {
  it('keeps what befell the relay, and doubts the run for it', () => {
    const relay = { strangers: 0, overflowed: 5, socketErrors: 0, unrecorded: 0 };
    const { health, verdict } = report({
      health: { eventLoopDelaySeconds: null, sendLatenessSeconds: null, relayLatenessSeconds: null, relay },
    });
    expect(health).toMatchObject({ relay, valid: false });
    expect(verdict.outcome).toBe('inconclusive');
  });
});
