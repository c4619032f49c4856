import { describe, expect, it } from 'vitest';
import { connect } from '../../src/call/connect.ts';
import type { Line } from '../../src/call/line.ts';
import type { LineEnd } from '../../src/call/line-end.ts';
import { createPhaseLog } from '../../src/call/phases.ts';
import type { PhaseFailure } from '../../src/core/call-record.ts';
import type { PacketFate } from '../../src/core/packet.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';
import { callPlan } from '../support/call.ts';

const CANDIDATE = 'a=candidate:1 1 udp 1 127.0.0.1 5000 typ host\r\n';
const never = new Promise<never>(() => undefined);

interface DeafLine {
  readonly caller?: Partial<LineEnd>;
  readonly callee?: Partial<LineEnd>;
  readonly fates?: PacketFate[];
  readonly broken?: Promise<PhaseFailure>;
}

/** A line whose peers describe themselves at once and then never hear of each other. */
function deafLine(changes: DeafLine = {}): Line {
  const peer = {
    createOffer: () => Promise.resolve(CANDIDATE),
    acceptOffer: () => Promise.resolve(CANDIDATE),
    acceptAnswer: () => Promise.resolve(),
    ice: never,
    dtls: never,
  };
  const seenAt = { address: '127.0.0.1', port: 4000 };
  const line = {
    caller: { ...peer, ...changes.caller },
    callee: { ...peer, ...changes.callee },
    callerSeenAt: seenAt,
    calleeSeenAt: seenAt,
    way: null,
    broken: changes.broken ?? never,
  };
  return { ...line, fates: () => changes.fates ?? [], notice: () => undefined } as unknown as Line;
}

async function tryToConnect(line: Line): Promise<string[]> {
  const clock = new VirtualClock();
  const phases = createPhaseLog(clock, () => undefined);
  let ended = false;
  const connecting = connect(line, callPlan([]).timeouts, phases, { clock }).then((connected) => {
    expect(connected).toBe(false);
    ended = true;
  });
  for (let ms = 0; ms <= 10_000 && !ended; ms += 100) {
    clock.advanceTo(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ended).toBe(true);
  await connecting;
  return phases.results().flatMap(({ id, failure }) => (failure === null ? [] : [`${id} ${failure.code}`]));
}

const stunDropped = { packetClass: 'stun', fate: 'dropped' } as PacketFate;
const textDropped = { packetClass: 'text', fate: 'dropped' } as PacketFate;

describe('connecting', () => {
  it('ends as ice-timeout when the path lets nothing through', async () => {
    expect(await tryToConnect(deafLine({ fates: [stunDropped] }))).toEqual(['ice ice-timeout']);
  });

  it('blames an engine whose transport fails because it broke, and the network where it did not', async () => {
    const failed = Promise.resolve('failed' as const);
    const engine = { speak: () => never, ice: failed };
    let tell = (_failure: PhaseFailure): void => undefined;
    const broken = new Promise<PhaseFailure>((resolve) => {
      tell = resolve;
    });
    // What became of it is known only after its transport was seen to fail.
    const acceptAnswer = (): Promise<void> => {
      const breakLater = async (): Promise<void> => {
        for (let turn = 0; turn < 50; turn++) await null;
        tell({ code: 'engine-failed', message: 'its process ended' });
      };
      breakLater();
      return Promise.resolve();
    };
    expect(await tryToConnect(deafLine({ callee: engine, caller: { acceptAnswer }, broken }))).toEqual(['ice engine-failed']);
    expect(await tryToConnect(deafLine({ callee: engine }))).toEqual(['ice ice-failed']);
  });

  it('ends in time even when a peer never takes its answer', async () => {
    expect(await tryToConnect(deafLine({ caller: { acceptAnswer: () => never }, fates: [stunDropped] }))).toEqual(['ice ice-timeout']);
  });

  it('blames an engine that does not take its answer, or will not', async () => {
    const engine = { speak: () => never, name: 'an engine' };
    const fates = [stunDropped];
    const refuses = (): Promise<never> => Promise.reject(new Error('no'));
    expect(await tryToConnect(deafLine({ caller: { ...engine, acceptAnswer: () => never }, fates }))).toEqual(['ice engine-failed']);
    expect(await tryToConnect(deafLine({ caller: { ...engine, acceptAnswer: refuses }, fates }))).toEqual(['ice engine-failed']);
    expect(await tryToConnect(deafLine({ caller: { ...engine, createOffer: refuses } }))).toEqual(['gathering engine-failed']);
    expect(await tryToConnect(deafLine({ callee: { ...engine, acceptOffer: refuses } }))).toEqual(['gathering engine-failed']);
  });

  it('does not take a refusal of our own peer for anything but a bug', async () => {
    const clock = new VirtualClock();
    const line = deafLine({ caller: { createOffer: () => Promise.reject(new TypeError('bug')) } });
    const connecting = connect(
      line,
      callPlan([]).timeouts,
      createPhaseLog(clock, () => undefined),
      { clock },
    );
    const refused = expect(connecting).rejects.toThrow(TypeError);
    for (let ms = 100; ms <= 500; ms += 100) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advanceTo(ms);
    }
    await refused;
  });

  it('does not blame the path when not one packet of the peers has come as far as the relay', async () => {
    expect(await tryToConnect(deafLine({ fates: [textDropped] }))).toEqual(['ice no-loopback']);
  });

  it('does not blame the path, nor the program, when a peer finds no address', async () => {
    const silent = { createOffer: () => Promise.resolve('v=0\r\n') };
    expect(await tryToConnect(deafLine({ caller: silent }))).toEqual(['gathering gathering-failed']);
  });
});
