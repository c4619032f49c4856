import { describe, expect, it } from 'vitest';
import { quantiles, relayLateness, sendLateness, startLoopMonitor } from '../../src/call/health.ts';
import type { PacketFate } from '../../src/core/packet.ts';

describe('the health of the machine', () => {
  it('gives nearest-rank quantiles whatever the order', () => {
    const values = Array.from({ length: 100 }, (_, n) => ((n * 37) % 100) + 1);
    expect(quantiles(values)).toEqual({ p50: 50, p99: 99, max: 100 });
    expect(quantiles([3])).toEqual({ p50: 3, p99: 3, max: 3 });
    expect(quantiles([])).toBeNull();
  });

  it('measures lateness of sending and relaying in seconds, and texts not at all', () => {
    const sent = [{ sequenceNumber: 1, timestamp: 0, payloadBytes: 10, dueMs: 20, sentMs: 22 }];
    expect(sendLateness(sent)).toEqual({ p50: 0.002, p99: 0.002, max: 0.002 });
    const fate = (packetClass: 'rtp' | 'text', dueMs: number | null, sentMs: number | null) =>
      ({ packetClass, dueMs, sentMs }) as PacketFate;
    expect(relayLateness([fate('rtp', 10, 11), fate('text', 10, 99), fate('rtp', null, null)])?.max).toBeCloseTo(0.001);
    expect(relayLateness([fate('text', 10, 99)])).toBeNull();
  });

  it('notices an event loop that was held up', async () => {
    const monitor = startLoopMonitor();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const untilMs = performance.now() + 120;
    while (performance.now() < untilMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(monitor.stop()?.max).toBeGreaterThan(0.09);
  });
});
