import { describe, expect, it } from 'vitest';
import { judgeHealth } from '../../src/app/health.ts';
import type { CallHealth, RelayCounts } from '../../src/core/call-record.ts';

const quick = { p50: 0.001, p99: 0.002, max: 0.01 };
const health = (changes: Partial<CallHealth> = {}, relay: Partial<RelayCounts> = {}): CallHealth => ({
  eventLoopDelaySeconds: quick,
  sendLatenessSeconds: quick,
  relayLatenessSeconds: quick,
  relay: { strangers: 0, overflowed: 0, socketErrors: 0, unrecorded: 0, ...relay },
  ...changes,
});

describe('the health of a run', () => {
  it('is valid when the machine was quick and lost nothing of its own', () => {
    expect(judgeHealth(health())).toEqual({ valid: true, reason: null });
    expect(judgeHealth(health({}, { strangers: 3, unrecorded: 7 })).valid).toBe(true);
  });

  it('is invalid when the relay threw packets away or could not send, whatever the path did', () => {
    expect(judgeHealth(health({}, { overflowed: 12 }))).toEqual({ valid: false, reason: expect.stringContaining('12 packets') });
    expect(judgeHealth(health({}, { socketErrors: 2 }))).toEqual({
      valid: false,
      reason: expect.stringContaining('sockets failed 2 times'),
    });
  });

  it('is invalid when the machine was late', () => {
    expect(judgeHealth(health({ relayLatenessSeconds: { p50: 0, p99: 0.09, max: 0.1 } })).reason).toContain('late by 90 ms');
  });

  it('can be told of records that lack what is counted since', () => {
    const { relay: _, ...old } = health();
    expect(judgeHealth(old)).toEqual({ valid: true, reason: null });
  });
});
