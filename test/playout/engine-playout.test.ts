import { describe, expect, it } from 'vitest';
import type { EngineHeard } from '../../src/core/call-record.ts';
import { enginePlayout } from '../../src/playout/engine-playout.ts';

/** Samples that count up from 1, so that each tells where it came from. */
const heard = (startedAtMs: number, samples: number, inbound: EngineHeard['inbound'] = {}): EngineHeard => ({
  startedAtMs,
  inbound,
  recording: { samples: Float32Array.from({ length: samples }, (_, n) => n + 1), sampleRateHz: 48_000 },
});

describe('what a real engine played', () => {
  it('is cut to the recording, whose time 0 is the first sample sent', () => {
    const { signal } = enginePlayout(heard(100, 4_800), 110, 150);
    expect(signal.samples).toHaveLength(40 * 48);
    expect([signal.samples[0], signal.samples.at(-1)]).toEqual([481, 2_400]);
  });

  it('is silence before it began and after it ended', () => {
    const { signal } = enginePlayout(heard(120, 480), 110, 150);
    expect(signal.samples).toHaveLength(40 * 48);
    expect([signal.samples[479], signal.samples[480], signal.samples[959], signal.samples[960]]).toEqual([0, 1, 480, 0]);
  });

  it.each([
    ['began after the recording', 200],
    ['ended before it', 0],
  ])('is silence when it %s', (_what, startedAtMs) => {
    expect(enginePlayout(heard(startedAtMs, 480), 110, 150).signal.samples).toEqual(new Float32Array(1_920));
  });

  it('is silence, and no figures, when it heard nothing; and nothing for an end before the start', () => {
    const { signal, stats } = enginePlayout(null, 0, 10);
    expect(signal.samples).toEqual(new Float32Array(480));
    expect(new Set(Object.values(stats))).toEqual(new Set([null]));
    expect(enginePlayout(heard(0, 480), 10, 5).signal.samples).toHaveLength(0);
  });

  it('has samples of G.711 counted at 48 kHz, like those of our own receiver', () => {
    const inbound = { concealedSamples: 160, concealmentEvents: 1, packetsLost: 1, jitterBufferDelay: 8, jitterBufferEmittedCount: 80 };
    const { stats } = enginePlayout(heard(0, 480, inbound), 0, 10, { name: 'pcmu' });
    const scaled = { concealedSamples: 960, jitterBufferDelay: 48, jitterBufferEmittedCount: 480, totalSamplesReceived: null };
    expect(stats).toMatchObject({ ...scaled, concealmentEvents: 1, packetsLost: 1 });
    expect(enginePlayout(heard(0, 480, inbound), 0, 10, { name: 'opus' }).stats).toMatchObject(inbound);
  });

  it('has the figures the engine gives, and null for those it does not, never 0', () => {
    const { stats } = enginePlayout(heard(0, 480, { packetsLost: 0, concealedSamples: 960, jitter: 'low', kind: 'audio' }), 0, 10);
    expect(stats).toMatchObject({ packetsLost: 0, concealedSamples: 960, jitter: null, interruptionCount: null });
  });
});
