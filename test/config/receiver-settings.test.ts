import { describe, expect, it } from 'vitest';
import { DEFAULT_PLAYOUT } from '../../src/config/defaults.ts';
import { changePlayout, type ReplayFlags, resolvePlayoutChanges, resolveReplayChanges } from '../../src/config/receiver-settings.ts';
import { resolveRunSettings } from '../../src/config/run-settings.ts';
import { UserError } from '../../src/core/errors.ts';

const FIXED = { ...DEFAULT_PLAYOUT, fixedDelayMs: 120 };

describe('the settings of a receiver', () => {
  it('change only in what is named', () => {
    expect(resolvePlayoutChanges({})).toEqual({});
    expect(resolvePlayoutChanges({ maxDelay: '1s' })).toEqual({ maxDelayMs: 1_000 });
    expect(resolvePlayoutChanges({ buffer: '120ms' })).toEqual({ fixedDelayMs: 120 });
    expect(resolvePlayoutChanges({ buffer: 'adaptive' })).toEqual({ fixedDelayMs: null });
    expect(resolveReplayChanges({ fec: 'off', concealment: 'repeat' })).toEqual({ useFec: false, concealment: 'repeat' });
    expect(resolveReplayChanges({ fec: 'on' })).toEqual({ useFec: true });
  });

  it('of a run are the defaults with those changes', () => {
    expect(resolveRunSettings({}).playout).toEqual(DEFAULT_PLAYOUT);
    expect(resolveRunSettings({ buffer: '60ms', fec: false }).playout).toEqual({ ...DEFAULT_PLAYOUT, fixedDelayMs: 60 });
  });

  it('may go from a fixed buffer to one that adapts, within new bounds', () => {
    const changes = resolvePlayoutChanges({ buffer: 'adaptive', minDelay: '200ms' });
    expect(changePlayout(FIXED, changes)).toEqual({ ...DEFAULT_PLAYOUT, minDelayMs: 200 });
  });

  it.each<[string, ReplayFlags]>([
    ['an unknown buffer', { buffer: 'elastic' }],
    ['a buffer without a unit', { buffer: '120' }],
    ['a negative buffer', { buffer: '-20ms' }],
    ['a buffer of minutes', { buffer: '2m' }],
    ['a fixed buffer with a least delay', { buffer: '120ms', minDelay: '20ms' }],
    ['a fixed buffer with a largest delay', { buffer: '0ms', maxDelay: '20ms' }],
    ['an unknown use of error correction', { fec: 'maybe' }],
    ['an unknown concealment', { concealment: 'magic' }],
  ])('are refused with a hint for %s', (_, flags) => {
    expect(() => resolveReplayChanges(flags)).toThrow(UserError);
  });

  it('are refused when bounds are asked of the fixed buffer that the call was made with', () => {
    expect(() => changePlayout(FIXED, { minDelayMs: 20 })).toThrow(/fixed buffer of 120 ms/);
    expect(() => changePlayout(DEFAULT_PLAYOUT, { minDelayMs: 300, maxDelayMs: 200 })).toThrow(/above the most/);
  });
});
