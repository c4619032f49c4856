import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { callprobe, temporaryFolder } from '../support/exec.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

it('stimulus writes a reference and says how to use it; it is not overwritten', async () => {
  const file = join(folder.path, 'ref.wav');
  const { stdout, stderr, status } = await callprobe(['stimulus', '-o', file]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toMatch(/Play it into the call[\s\S]*callprobe score/);
  expect(existsSync(file)).toBe(true);
  const again = await callprobe(['stimulus', '-o', file]);
  expect(again.status).toBe(2);
  expect(again.stderr).toMatch(/there already[\s\S]*--force/);
});
