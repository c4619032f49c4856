import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT: string = join(import.meta.dirname, '../..');

/** What a test that needs a network namespace says where it cannot make one. */
export const NO_NAMESPACE = 'needs Linux, and the right to make a network namespace';
export function canIsolate(): boolean {
  try {
    execFileSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore', timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

/** Tests of whole calls lie in folders named as their vitest project. */
const projectOf = (file: string): string => file.split('/')[1] ?? 'integration';

/**
 * Runs the tests of a file whose names have these words in them, on a machine that seems to have nothing but a loopback interface.
 * @returns what vitest printed; throws when it failed
 */
export function runTestOnLoopbackAlone(file: string, words: string, timeoutMs = 50_000): string {
  const script = `ip link set lo up && exec "${process.execPath}" node_modules/vitest/vitest.mjs run --project ${projectOf(file)} ${file} -t '${words}'`;
  return execFileSync('unshare', ['-n', 'sh', '-c', script], { cwd: ROOT, encoding: 'utf8', timeout: timeoutMs, stdio: 'pipe' });
}
