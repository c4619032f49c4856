import { describe, expect, it } from 'vitest';
import { createPhaseLog } from '../../src/call/phases.ts';
import type { CallProgress } from '../../src/call/progress.ts';
import { PHASE_IDS, RELAY_PHASE_IDS } from '../../src/core/call-record.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const events: CallProgress[] = [];
  return { clock, events, phases: createPhaseLog(clock, (event) => events.push(event)) };
}

describe('the phases of a call', () => {
  it('are all named in their order, and skipped when they never began', () => {
    const { phases } = setUp();
    expect(phases.results()).toEqual(PHASE_IDS.map((id) => ({ id, status: 'skipped', seconds: null, failure: null })));
  });

  it('are timed from their beginning to their end, once', () => {
    const { clock, events, phases } = setUp();
    clock.advanceTo(1000);
    phases.begin('ice');
    clock.advanceTo(1250);
    phases.succeed('ice');
    phases.fail('ice', 'ice-timeout', 'too late to fail');
    clock.advanceTo(2000);
    phases.succeed('ice');
    expect(phases.results()[1]).toEqual({ id: 'ice', status: 'ok', seconds: 0.25, failure: null });
    expect(events.map(({ kind }) => kind)).toEqual(['phase-began', 'phase-ended']);
  });

  it('keep the time and code of their first failure and gather the words of later ones', () => {
    const { clock, phases } = setUp();
    phases.begin('sustainedMedia');
    clock.advanceTo(3000);
    phases.fail('sustainedMedia', 'media-stopped', 'up stopped');
    clock.advanceTo(5000);
    phases.fail('sustainedMedia', 'media-stopped', 'down stopped');
    phases.succeed('sustainedMedia');
    expect(phases.results()[4]).toEqual({
      id: 'sustainedMedia',
      status: 'failed',
      seconds: 3,
      failure: { code: 'media-stopped', message: 'up stopped; down stopped' },
    });
  });

  it('of a relay come first, and only where there is one', () => {
    const { phases } = setUp();
    phases.begin('reaching');
    phases.fail('reaching', 'turn-unreachable', 'no answer');
    expect(phases.results().map(({ id }) => id)).toEqual([...RELAY_PHASE_IDS, ...PHASE_IDS]);
    expect(phases.results().map(({ status }) => status)).toEqual(['skipped', 'failed', ...new Array(7).fill('skipped')]);
  });

  it('may be given the cause of their failure afterwards, which does not fail those that went well', () => {
    const { clock, phases } = setUp();
    phases.begin('firstMedia');
    phases.succeed('firstMedia');
    phases.begin('sustainedMedia');
    clock.advanceTo(2000);
    phases.fail('sustainedMedia', 'media-stopped', 'nothing arrived');
    clock.advanceTo(9000);
    for (const id of ['ice', 'firstMedia', 'sustainedMedia'] as const) phases.blame(id, 'turn-lost', 'the relay is gone');
    expect(phases.results().map(({ failure }) => failure?.code ?? null)).toEqual([null, null, null, null, 'turn-lost', null]);
    expect(phases.results()[4]?.seconds).toBe(2);
  });

  it('fail together when interrupted, but only those still going on', () => {
    const { phases } = setUp();
    phases.begin('gathering');
    phases.succeed('gathering');
    phases.begin('ice');
    phases.begin('text');
    phases.interrupt('run-timeout', 'out of time');
    expect(phases.results().map(({ id, failure }) => `${id} ${failure?.code ?? ''}`.trim())).toEqual([
      'gathering',
      'ice run-timeout',
      'dtls',
      'firstMedia',
      'sustainedMedia',
      'text run-timeout',
    ]);
    expect(phases.statusOf('dtls')).toBe('not-begun');
  });
});
