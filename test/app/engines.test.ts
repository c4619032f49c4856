import { describe, expect, it } from 'vitest';
import { engineWarnings, startEngines } from '../../src/app/engines.ts';
import type { Host } from '../../src/app/host.ts';
import { EngineMissingError, type EnginePeer } from '../../src/call/engines/engine-peer.ts';
import type { StartEngine } from '../../src/call/engines/start-engine.ts';
import { DEFAULT_CODEC } from '../../src/config/defaults.ts';
import type { CallPeers } from '../../src/core/call-plan.ts';
import { VirtualClock } from '../../src/core/virtual-clock.ts';

const SPEECH = { samples: new Float32Array(480), sampleRateHz: 48_000 };
const CALLEE: CallPeers = { caller: 'callprobe', callee: 'libwebrtc' };
const NOT_ABORTED = new AbortController().signal;
const hostWith = (libwebrtc: StartEngine, clock = new VirtualClock()): Host => ({ clock, engines: { libwebrtc } }) as unknown as Host;

describe('starting the engines of a call', () => {
  it('starts none for our own peers', async () => {
    const none = await startEngines(
      { caller: 'callprobe', callee: 'callprobe' },
      SPEECH,
      hostWith(() => Promise.reject(new Error('asked'))),
      NOT_ABORTED,
    );
    expect(none.engines).toEqual({});
  });

  it('is a mistake of the user where an engine is missing, in one line with how to install it', async () => {
    const missing = hostWith(() => Promise.reject(new EngineMissingError('libwebrtc is not installed', 'install it')));
    await expect(startEngines(CALLEE, SPEECH, missing, NOT_ABORTED)).rejects.toMatchObject({
      name: 'UserError',
      code: 'engine-missing',
      message: 'libwebrtc is not installed',
      hint: 'install it',
    });
  });

  it('gives up an engine that does not start, and ends it when it comes after all', async () => {
    const clock = new VirtualClock();
    let closed = 0;
    let start = (_peer: EnginePeer): void => undefined;
    const slow = hostWith(
      () =>
        new Promise((resolve) => {
          start = resolve;
        }),
      clock,
    );
    const starting = startEngines(CALLEE, SPEECH, slow, NOT_ABORTED);
    clock.advanceTo(100_000);
    await expect(starting).rejects.toMatchObject({ code: 'engine-missing', message: expect.stringContaining('within') });
    start({ close: async () => void closed++ } as unknown as EnginePeer);
    await new Promise(setImmediate);
    expect(closed).toBe(1);
  });

  it('waits no longer when the run is ended, and ends what comes after all', async () => {
    let closed = 0;
    let start = (_peer: EnginePeer): void => undefined;
    const slow = hostWith(
      () =>
        new Promise((resolve) => {
          start = resolve;
        }),
    );
    const ending = new AbortController();
    const starting = startEngines(CALLEE, SPEECH, slow, ending.signal);
    ending.abort('interrupted');
    expect((await starting).engines).toEqual({});
    start({ close: async () => void closed++ } as unknown as EnginePeer);
    await new Promise(setImmediate);
    expect(closed).toBe(1);
  });

  it('lets a bug be a bug', async () => {
    await expect(
      startEngines(
        CALLEE,
        SPEECH,
        hostWith(() => Promise.reject(new TypeError('bug'))),
        NOT_ABORTED,
      ),
    ).rejects.toThrow(TypeError);
  });
});

describe('what an engine settles for itself', () => {
  it('is said when it was asked for', () => {
    const warnings = engineWarnings({
      codec: DEFAULT_CODEC,
      peers: CALLEE,
      requested: { complexity: '5', minDelay: '100ms', bitrate: '16k' },
    });
    expect(warnings.map(({ code }) => code)).toEqual(['engine-encoder', 'engine-receiver']);
    expect(warnings[0]?.message).toContain('--complexity holds');
    expect(warnings[1]?.message).toContain('--min-delay holds');
  });

  it('is how many earlier payloads it sends again', () => {
    const [warning] = engineWarnings({ codec: { ...DEFAULT_CODEC, redundancy: 2 }, peers: CALLEE, requested: { red: '2' } });
    expect(warning?.message).toContain('--red 2 holds for what callprobe says alone');
    expect(engineWarnings({ codec: { ...DEFAULT_CODEC, redundancy: 1 }, peers: CALLEE, requested: { red: '1' } })).toEqual([]);
  });

  it('is not worth a word when it was not, or when both peers are our own', () => {
    expect(engineWarnings({ codec: DEFAULT_CODEC, peers: CALLEE, requested: { bitrate: '16k' } })).toEqual([]);
    expect(
      engineWarnings({ codec: DEFAULT_CODEC, peers: { caller: 'callprobe', callee: 'callprobe' }, requested: { complexity: '5' } }),
    ).toEqual([]);
  });
});
