import { describe, expect, it } from 'vitest';
import { connect } from '../../src/call/connect.ts';
import type { Line } from '../../src/call/line.ts';
import type { Peer } from '../../src/call/peer.ts';
import { createPhaseLog } from '../../src/call/phases.ts';
import type { PacketFate } from '../../src/core/packet.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';
import { callPlan } from '../support/call.ts';

const CANDIDATE = 'a=candidate:1 1 udp 1 127.0.0.1 5000 typ host\r\n';
const never = new Promise<never>(() => undefined);

/** A line whose peers describe themselves at once and then never hear of each other. */
function deafLine(changes: { readonly caller?: Partial<Peer>; readonly callee?: Partial<Peer>; readonly fates?: PacketFate[] } = {}): Line {
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
    broken: never,
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

  it('ends in time even when a peer never takes its answer', async () => {
    expect(await tryToConnect(deafLine({ caller: { acceptAnswer: () => never }, fates: [stunDropped] }))).toEqual(['ice ice-timeout']);
  });

  it('does not blame the path when not one packet of the peers has come as far as the relay', async () => {
    expect(await tryToConnect(deafLine({ fates: [textDropped] }))).toEqual(['ice no-loopback']);
  });

  it('does not blame the path, nor the program, when a peer finds no address', async () => {
    const silent = { createOffer: () => Promise.resolve('v=0\r\n') };
    expect(await tryToConnect(deafLine({ caller: silent }))).toEqual(['gathering gathering-failed']);
  });
});
