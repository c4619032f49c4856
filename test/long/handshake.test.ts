import { expect, it } from 'vitest';
import type { PathRule } from '../../src/core/path-profile.ts';
import { callPlan, openHandles, pathRule, phase, runCall } from '../support/call.ts';

// werift alone gets nowhere over the first two, and over the others by luck.
it('a call agrees on keys over long, disordered and lossy paths', async () => {
  const handshake = { match: ['dtls-handshake'], direction: 'both' } as const;
  const paths: PathRule[][] = [
    [pathRule({ ...handshake, action: { kind: 'delay', delayMs: 400 } })],
    [pathRule({ ...handshake, action: { kind: 'jitter', distribution: 'uniform', jitterMs: 60, reorder: true } })],
    [pathRule({ ...handshake, action: { kind: 'bernoulli-loss', lossRatio: 0.2 } })],
    [pathRule({ match: 'any', direction: 'both', action: { kind: 'bernoulli-loss', lossRatio: 0.1 } })],
    // A check is answered after 1.8 s: werift's own would be forgotten by then.
    [pathRule({ match: 'any', direction: 'both', action: { kind: 'delay', delayMs: 900 } })],
  ];
  const runs = await Promise.all(paths.map((rules) => runCall(callPlan(rules, { connectMs: 20_000 }), 0.1)));
  expect(runs.map(({ record }) => phase(record, 'dtls').failure)).toEqual([null, null, null, null, null]);
  expect(await openHandles()).toEqual([]);
});
