import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/core/comparison.ts';
import { callprobe, temporaryFolder } from '../support/exec.ts';
import { bundledSpeech, writeSpeech } from '../support/speech-files.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const shortReference = writeSpeech(folder.path, 'short.wav', bundledSpeech('en-female', 4.5));
const place = (name: string): string => join(folder.path, name);

describe('callprobe compare', () => {
  it('shows the difference between three clear and three congested runs the right way round', async () => {
    const runs: string[] = [];
    for (const [network, path] of [
      ['home', 'clear'],
      ['mobile', 'congested'],
    ] as const) {
      for (const seed of ['1', '2', '3']) {
        const name = `${network}-${seed}`;
        runs.push(place(name));
        await callprobe([
          'run',
          '--reference',
          shortReference,
          '--path',
          path,
          '--seed',
          seed,
          '--label',
          `network=${network}`,
          '--quiet',
          '-o',
          place(name),
        ]);
      }
    }
    const { stdout, status } = await callprobe(['compare', ...runs, '--json']);
    expect(status).toBe(0);
    const comparison = JSON.parse(stdout) as Comparison;
    expect(comparison.groups.map(({ name, runs: count }) => [name, count])).toEqual([
      ['home', 3],
      ['mobile', 3],
    ]);
    expect(comparison.enoughRuns).toBe(true);
    const row = comparison.rows.find(({ direction, score }) => direction === 'up' && score === 'mosLqo');
    expect(row?.difference).toBeLessThan(-0.3);
    expect(row?.sense).toBe('worse');
  }, 120_000);
});
