import { createRng } from '../../src/core/rng.ts';
import type { RuleMeasurement } from '../../src/core/rule-measurement.ts';
import { createEmulator } from '../../src/path/emulator.ts';

/** What a few rules did to a few packets, and one that met none but slept. */
export function measuredRules(): RuleMeasurement[] {
  const common = { match: 'any', direction: 'up', provenance: {} } as const;
  const path = createEmulator(
    [
      { ...common, action: { kind: 'bernoulli-loss', lossRatio: 0.5 } },
      { ...common, action: { kind: 'rate-limit', rateBps: 64_000, queueMs: 100 } },
      { ...common, after: { packets: 1000 }, action: { kind: 'freeze' } },
    ],
    createRng(1),
    0,
  );
  for (let i = 0; i < 50; i++) path.offer({ direction: 'up', packetClass: 'rtp', sizeBytes: 100 }, 20 * i);
  return path.measurements();
}
