import { createRng } from '../src/core/rng.ts';
import { createEmulator } from '../src/path/emulator.ts';
import { createFateLog } from '../src/path/fate-log.ts';
import { openRelay, type Relay } from '../src/path/relay.ts';
import { openAlarmClock } from '../src/path/relay-alarm.ts';
import { machineClock } from '../src/path/relay-clock.ts';

/** How the relay of a benchmark is told the time, which path it has, and between which ports of loopback it lies. */
export interface BenchRelayOptions {
  readonly wakes: 'timers' | 'alarm';
  readonly path: 'jittery' | 'constant' | 'none';
  readonly callerPort: number;
  readonly calleePort: number;
}

export interface BenchRelay {
  readonly port: number;
  /** Actual minus due time of every packet sent on, ms, and how many were. */
  errorsMs(): Promise<Float64Array>;
  close(): Promise<void>;
}

export const CONSTANT_DELAY_MS = 40;
const provenance = {};
const RULES = {
  none: [],
  constant: [{ match: 'any', direction: 'both', action: { kind: 'delay', delayMs: CONSTANT_DELAY_MS }, provenance }],
  jittery: [
    { match: 'any', direction: 'both', action: { kind: 'delay', delayMs: CONSTANT_DELAY_MS }, provenance },
    { match: 'any', direction: 'both', action: { kind: 'jitter', distribution: 'uniform', jitterMs: 10, reorder: true }, provenance },
  ],
} as const;

/** Opens a relay on the calling thread. */
export async function openBenchRelay({ wakes, path, callerPort, calleePort }: BenchRelayOptions): Promise<BenchRelay> {
  const alarm = wakes === 'alarm' ? await openAlarmClock() : null;
  const clock = alarm ?? machineClock;
  const nowMs = clock.now();
  const relay: Relay = await openRelay({ emulator: createEmulator(RULES[path], createRng(1), nowMs), log: createFateLog(nowMs), clock });
  relay.setPeer('caller', { address: '127.0.0.1', port: callerPort });
  relay.setPeer('callee', { address: '127.0.0.1', port: calleePort });
  return {
    port: relay.callerPort,
    errorsMs: () =>
      Promise.resolve(
        Float64Array.from(relay.fates().flatMap(({ sentMs, dueMs }) => (sentMs === null || dueMs === null ? [] : [sentMs - dueMs]))).sort(),
      ),
    async close() {
      await relay.close();
      await alarm?.close();
    },
  };
}
