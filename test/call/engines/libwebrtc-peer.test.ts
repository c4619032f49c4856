import { afterEach, describe, expect, it } from 'vitest';
import { EngineMissingError, type EnginePeer } from '../../../src/call/engines/engine-peer.ts';
import { startLibwebrtc } from '../../../src/call/engines/libwebrtc-peer.ts';
import { machineClock } from '../../../src/path/relay-clock.ts';

const program = new URL('../../support/fake-libwebrtc.mjs', import.meta.url);
const speech = { samples: new Float32Array(4_800), sampleRateHz: 48_000 };
const open: EnginePeer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

async function start(fault: string): Promise<EnginePeer> {
  const options = { address: '127.0.0.1', speech, clock: machineClock, onCandidate: () => undefined };
  const peer = await startLibwebrtc(options, { findPackage: () => fault, program });
  open.push(peer);
  return peer;
}

describe('libwebrtc in a process of its own', () => {
  it('is called by its name and version', async () => {
    expect((await start('well')).name).toBe('libwebrtc (@roamhq/wrtc 9.9.9)');
  });

  it('is missing, with how to install it, where the package is not', async () => {
    const options = { address: '127.0.0.1', speech, clock: machineClock, onCandidate: () => undefined };
    const findPackage = (): string => {
      throw new Error('Cannot find module');
    };
    const error = await startLibwebrtc(options, { findPackage, program }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineMissingError);
    expect((error as EngineMissingError).hint).toContain('npm install');
  });

  it.each([
    ['cannot be loaded', 'crash', /exit code 7.*no such symbol/],
    ['says what makes no sense', 'nonsense', /makes no sense/],
  ])('does not run here when it %s', async (_what, fault, message) => {
    await expect(start(fault)).rejects.toThrow(message);
    await expect(start(fault)).rejects.toBeInstanceOf(EngineMissingError);
  });

  it('tells when it began to speak on the clock of the call', async () => {
    const beforeMs = machineClock.now();
    const spokenMs = await (await start('well')).speak();
    expect(spokenMs).toBeGreaterThanOrEqual(beforeMs);
    expect(spokenMs).toBeLessThanOrEqual(machineClock.now());
  });

  it('hands over what it played in one piece, from when the least late of it was played', async () => {
    const peer = await start('well');
    const hearing = await peer.hearing();
    expect(hearing?.inbound).toEqual({ packetsReceived: 1 });
    expect(hearing?.recording.samples.length).toBe(960);
    expect([hearing?.recording.samples[0], hearing?.recording.samples[959]]).toEqual([0.25, -0.25]);
    expect(machineClock.now() - (hearing?.startedAtMs ?? 0)).toBeGreaterThanOrEqual(20);
  });

  it('says so when it dies, and keeps nobody waiting', async () => {
    const peer = await start('dies');
    await expect(peer.speak()).rejects.toThrow('SIGKILL');
    expect(await peer.broken).toMatch(/SIGKILL/);
    expect(await peer.hearing()).toBeNull();
    await expect(peer.roundTripSeconds()).rejects.toThrow('SIGKILL');
    await peer.close();
  });

  it('is gone within a second even when it does not listen, and may be closed again', async () => {
    const peer = await start('deaf');
    const beganMs = machineClock.now();
    await peer.close();
    await peer.close();
    expect(machineClock.now() - beganMs).toBeLessThan(1_000);
  });
});
